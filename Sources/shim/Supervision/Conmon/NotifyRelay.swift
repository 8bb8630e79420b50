internal import LinuxSystem

/// Passes on what the container notifies (sd_notify(3)): `BUNDLE/notify/notify.sock`, which the caller mounts into the
/// container. Only that it is ready and that it lives: a container must not say, say, which process of the host it is.
final class NotifyRelay: EventHandler {
  private let source: EventSource
  private let destination: String

  /// Listens in the bundle for what goes to the socket `destination`, a path or `@` and an abstract name.
  init(_ bundle: String, to destination: String, _ reactor: Reactor) throws(SystemError) {
    self.destination = destination
    let path = "\(bundle)/notify"
    try makeDirectories(path)
    let directory = try openFile(path, [.path, .directory])
    source = try EventSource(try bindDatagramSocket("notify.sock", in: directory), reactor)
    // Its user inside may be anybody.
    try setPermissions("\(path)/notify.sock", 0o777)
    try source.watch(.read, self)
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    let message: [UInt8]
    do throws(SystemError) { message = try receiveRecord(source.descriptor, limit: 4096) } catch {
      if error.code == ErrorCode.again { return }
      throw error
    }
    guard let passed = Self.passed(message) else { return }
    do throws(SystemError) { try send(passed) } catch
    { /* Nobody listens there; the container is no worse for it. */  }
  }

  /// What of a message goes on; nil: nothing.
  static func passed(_ message: [UInt8]) -> String? {
    let lines = message.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    return ["READY=1", "WATCHDOG=1"].first { lines.contains($0) }
  }

  private func send(_ text: String) throws(SystemError) {
    guard !destination.hasPrefix("@") else { return try sendDatagram(Array(text.utf8), to: destination) }
    let socket = try connectToSocket(destination, kind: .datagram)
    // A receiver that takes nothing must not hold up a shim.
    try socket.setNonBlocking()
    try sendRecord(socket, Array(text.utf8))
  }

  /// Ends it; the socket's file stays.
  func close() throws(SystemError) { try source.ignore() }
}
