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

  func ready(_ readiness: Readiness) throws(SystemError) {
    let connection: OwnedDescriptor
    do throws(SystemError) { connection = try acceptConnection(source.descriptor) } catch {
      // The one who connected has gone already.
      if error.code == ErrorCode.again || error.code == ErrorCode.connectionAborted { return }
      // No descriptor or no memory is free: who wants to connect waits, the container goes on.
      try source.ignore()
      return try retry.arm(after: Self.retryAfter) { [weak self] () throws(SystemError) in try self?.open() }
    }
    try accepted(connection)
  }
}
