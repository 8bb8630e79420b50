import LinuxSystem

/// The listening end of `--console-socket`: a runtime connects to it and sends the container's terminal.
package final class ConsoleSocket {
  /// What to give the runtime.
  package let path: String
  private let listener: PipeEnd

  init(_ path: String) throws(SystemError) {
    self.path = path
    let (directory, name) = splitPath(path)
    listener = PipeEnd(
      try listenOnSocket(name, in: try openFile(directory, [.path, .directory]), kind: .stream))
  }

  /// Takes the terminal that the runtime has sent.
  /// - Throws: `TestFailure` when none comes in time.
  package func receive(within duration: Duration = .seconds(10)) throws -> TerminalSession {
    let deadline = Deadline(in: duration)
    try wait(listener.descriptor, deadline)
    let connection = try acceptConnection(listener.descriptor)
    try wait(connection, deadline)
    var received = try receiveDescriptor(over: connection)
    guard let main = received.descriptor.take() else { throw TestFailure("no descriptor came over \(path)") }
    return try TerminalSession(PipeEnd(main), program: nil)
  }

  private func wait(_ descriptor: borrowing OwnedDescriptor, _ deadline: Deadline) throws {
    let loop = try EventLoop()
    try loop.watch(descriptor, for: .read, token: 0)
    guard try loop.next(milliseconds: deadline.milliseconds) != nil else {
      throw TestFailure("no terminal came over \(path)")
    }
  }
}

extension Fixture {
  /// Listens for a container's terminal.
  package func consoleSocket() throws -> ConsoleSocket {
    try ConsoleSocket(try path("console-\(hexadecimal(try randomBytes(3)))"))
  }
}
