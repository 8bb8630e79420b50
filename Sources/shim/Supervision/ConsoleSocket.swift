internal import LinuxSystem

/// Where the runtime delivers the terminal's master: a listening socket whose path it gets as `--console-socket`
/// (runc docs/terminals.md, "detached" with a new terminal).
final class ConsoleSocket: EventHandler {
  /// The path for the runtime.
  let path: String
  private let file: String
  private let directory: OwnedDescriptor
  private var source: EventSource?
  private let received: (consuming OwnedDescriptor) throws(SystemError) -> Void

  /// Listens as `name` in the run directory; `received` gets the master, once.
  init(
    _ name: String, in directory: String, _ reactor: Reactor,
    received: @escaping (consuming OwnedDescriptor) throws(SystemError) -> Void
  ) throws(SystemError) {
    self.directory = try openFile(directory, [.path, .directory])
    self.received = received
    file = "\(directory)/\(name)"
    // An address holds 107 bytes. A longer path is named through this process's own descriptor, which whoever runs as
    // the same user can follow.
    path = file.utf8.count <= 107 ? file : "/proc/\(ownPID())/fd/\(self.directory.raw)/\(name)"
    source = try EventSource(
      try listenOnSocket(name, in: self.directory, kind: .stream), reactor)
    try source?.watch(.read, self)
  }

  func ready(_ readiness: Readiness) throws(SystemError) { try acceptMaster() }

  /// Takes the master if a runtime has connected by now; it connects before it reports success.
  func acceptMaster() throws(SystemError) {
    guard let source else { return }
    do throws(SystemError) {
      let connection = try acceptConnection(source.descriptor)
      var message = try receiveDescriptor(over: connection)
      guard let master = message.descriptor.take() else { return }
      try close()
      try received(master)
    } catch {
      guard error.code == ErrorCode.again else { throw error }
    }
  }

  /// Stops listening and removes the socket. Its file may be gone already, with the whole run directory.
  func close() throws(SystemError) {
    guard let listening = source else { return }
    source = nil
    try listening.ignore()
    try removeFileIfThere(file)
  }
}
