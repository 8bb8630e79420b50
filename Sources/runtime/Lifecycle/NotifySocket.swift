internal import LinuxSystem
internal import OCIRuntimeSpec

/// How a service manager that waits for the container's readiness hears of it (sd_notify(3)), as with runc.
///
/// The container gets a socket of its own, in a directory that is bound to `/run/notify`, never the manager's: of
/// what it says only `READY=1` is passed on, with the pid as the manager sees it.
struct NotifySocket: ~Copyable {
  /// In the container's directory.
  static let directory = "notify"
  private static let name = "notify.sock"
  private static let inside = "/run/notify"

  /// Readable when the container has said something.
  let socket: OwnedDescriptor
  /// Where the service manager listens: a path, or `@` and an abstract name.
  private let host: String

  /// - Returns: nil when the caller has no service manager, or the container was made without one.
  static func open(_ host: String?, in container: String) throws(LifecycleError) -> NotifySocket? {
    let path = "\(container)/\(directory)"
    guard let host, fileExists(path) else { return nil }
    return try during("notify socket") { () throws(SystemError) in
      let socket = try bindDatagramSocket(name, in: try openFile(path, [.path, .directory]))
      // Whoever the container's user is.
      try setPermissions("\(path)/\(name)", 0o777)
      return NotifySocket(socket: socket, host: host)
    }
  }

  /// What is told to the process.
  static var variable: String { "NOTIFY_SOCKET=\(inside)/\(name)" }

  /// The mount that shows the directory in the container.
  static func mount(in container: String) -> RuntimeSpec.Mount {
    RuntimeSpec.Mount(
      destination: inside, type: "bind", source: "\(container)/\(directory)",
      options: ["bind", "nosuid", "noexec", "nodev", "ro"])
  }

  /// Takes one message and passes it on if it says that the container is ready.
  /// - Returns: whether it did.
  borrowing func relay(pid: Int32) throws(SystemError) -> Bool {
    let message = String(decoding: try receiveRecord(socket, limit: 4096), as: UTF8.self)
    guard message.split(separator: "\n").contains("READY=1") else { return false }
    try sendDatagram(Array("READY=1\nMAINPID=\(pid)".utf8), to: host)
    return true
  }

  /// Waits until the container is ready, or has ended.
  borrowing func awaitReadiness(of process: borrowing ProcessHandle) throws(SystemError) {
    let loop = try EventLoop()
    try loop.watch(socket, for: .read, token: 0)
    try loop.watch(process.descriptor, for: .read, token: 1)
    while let event = try loop.next(), event.token == 0 {
      if try relay(pid: process.pid) { return }
    }
  }
}

extension Creation {
  /// What is bound to the container's /run/notify.
  func makeNotifyDirectory(_ container: String) throws(LifecycleError) {
    guard options.notifySocket != nil else { return }
    try during("notify socket") { () throws(SystemError) in
      try makeDirectory("\(container)/\(NotifySocket.directory)", mode: 0o755)
    }
  }
}

/// Waits until the container has said that it is ready, or has ended; not at all where nobody wants to know.
func awaitReadiness(
  _ notify: borrowing NotifySocket?, of process: borrowing ProcessHandle
) throws(LifecycleError) {
  switch notify {
  case .none: return
  case .some(let socket):
    try during("notify socket") { () throws(SystemError) in try socket.awaitReadiness(of: process) }
  }
}
