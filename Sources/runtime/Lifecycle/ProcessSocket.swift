internal import LinuxSystem

// `--pidfd-socket`: somebody wants to hold the process itself, not its number.

extension Creation {
  /// Connected before anything is made, like the console socket.
  func connectProcessSocket() throws(LifecycleError) -> OwnedDescriptor? {
    guard let path = options.processSocket else { return nil }
    return try connectToProcessSocket(path)
  }
}

/// Connects to whoever wants to hold a process.
func connectToProcessSocket(_ path: String) throws(LifecycleError) -> OwnedDescriptor {
  try during("pidfd socket") { () throws(SystemError) in try connectToSocket(path, kind: .stream) }
}

/// Sends the pidfd, with runc's word beside it.
func sendProcess(
  _ process: borrowing ProcessHandle, over socket: borrowing OwnedDescriptor?
) throws(LifecycleError) {
  switch socket {
  case .none: return
  case .some(let connection):
    _ = try during("pidfd socket") { () throws(SystemError) in
      try sendDescriptor(process.descriptor, with: Array("pidfd".utf8), over: connection)
    }
  }
}
