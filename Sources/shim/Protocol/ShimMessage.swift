package import LinuxSystem

/// One message between a shim and its clients (spec/shim-protocol.md, Messages).
package enum ShimMessage: Sendable, Equatable {
  /// Client: be sent this output, and perhaps send input, from now on.
  case attach(AttachStreams)
  /// Client: bytes for stdin or the terminal.
  case input([UInt8])
  /// Client: no more input; closes stdin. A terminal has no end of input, there it means nothing.
  case inputEnd
  /// Client: the terminal's new size.
  case resize(WindowSize)
  /// Client: a signal for init, or for the exec'd process on an exec connection.
  case signal(Int32)
  /// Client: run the process described by this process.json (a path in the host's file system).
  /// `id` is what events call the session.
  case exec(ExecOptions, processFile: String, id: String = "")
  /// Client: as `signal`, and the end that follows is the user's will: no restart.
  case stop(Int32)
  /// Client: another restart policy, from the next end on.
  case policy(RestartPolicy)
  /// Client: let go of the ports of these names, and hold those of the chest that comes with the message, if one does.
  case ports(without: [String])
  /// Launcher: what the container needs is there. Waited for by a shim with `--await`, as its first message.
  case proceed
  /// Launcher: what the container left has been removed, no exit command is needed.
  case cleaned
  /// Shim: the process runs; its pid in the host's namespace.
  case started(pid: Int32)
  /// Shim: it could not be started. `exitCode` (125, 126, 127) is for the caller to end with; one line. The launcher
  /// answers it with `cleaned`, as it answers `exited`.
  case failed(exitCode: Int32, message: String)
  /// Shim: bytes that the process wrote. A terminal has only stdout.
  case output(OutputStream, [UInt8])
  /// Shim: the process has ended; the record of a container is on disk by now.
  case exited(ExitRecord)
  /// Shim: the answer to attach; the pid of init.
  case attached(pid: Int32)
  /// Shim: the answer to signal, stop, policy and ports; 0 or an errno.
  case delivered(errno: Int32)
  /// Shim: the client took no output while others waited for it, and gets no more; one line that says so. The last
  /// message of its connection.
  case dropped(String)
}

/// What a client wants of the container's stdio.
package struct AttachStreams: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// It will send `input`, and its `inputEnd` closes the container's stdin.
  package static let input = AttachStreams(rawValue: 1)
  package static let output = AttachStreams(rawValue: 2)
  package static let error = AttachStreams(rawValue: 4)

  /// Both that the process writes. Spelt out, as `all` is: the generic way to join members looks up how the type does it.
  package static let outputs = AttachStreams(rawValue: 6)
  /// All three.
  package static let all = AttachStreams(rawValue: 7)
}

/// How a process is run in a container that runs already.
package struct ExecOptions: OptionSet, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  /// It gets a pseudo-terminal; process.json must say so too.
  package static let terminal = ExecOptions(rawValue: 1)
  /// Its stdin stays open for `input`; otherwise it is /dev/null.
  package static let input = ExecOptions(rawValue: 2)
  /// Only `started` or `failed` is wanted; its output goes to /dev/null.
  package static let detach = ExecOptions(rawValue: 4)
}

/// Which of a process's two output streams bytes came from.
package enum OutputStream: UInt8, Sendable, CaseIterable {
  case output = 1
  case error = 2
}
