internal import LinuxSystem

/// The shim's socket in the run directory.
///
/// It listens from the beginning, so that a name in the directory always answers, but accepts only when there is a
/// container to speak of; who connects earlier waits.
final class Listener: EventHandler {
  private static let retryAfter = Duration.milliseconds(100)

  private let source: EventSource
  private let retry: RetryTimer
  private let accepted: (consuming OwnedDescriptor) throws(SystemError) -> Void

  init(
    _ name: String, in directory: borrowing OwnedDescriptor, _ reactor: Reactor,
    accepted: @escaping (consuming OwnedDescriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    source = try EventSource(try listenOnSocket(name, in: directory, kind: .sequencedPacket), reactor)
    self.accepted = accepted
    retry = RetryTimer(reactor)
  }

  /// Begins to accept.
  func open() throws(SystemError) { try source.watch(.read, self) }

  /// Accepts everybody who waits by now.
  func acceptWaiting() throws(SystemError) {
    while try acceptOne() {}
  }

  func ready(_ readiness: Readiness) throws(SystemError) { _ = try acceptOne() }

  /// - Returns: whether there was one, and so may be another.
  private func acceptOne() throws(SystemError) -> Bool {
    let connection: OwnedDescriptor
    do throws(SystemError) { connection = try acceptConnection(source.descriptor) } catch {
      // The one who connected has gone already.
      if error.code == ErrorCode.again || error.code == ErrorCode.connectionAborted { return false }
      // No descriptor or no memory is free: who wants to connect waits, the container goes on.
      try source.ignore()
      try retry.arm(after: Self.retryAfter) { [weak self] () throws(SystemError) in try self?.open() }
      return false
    }
    try accepted(connection)
    return true
  }
}
