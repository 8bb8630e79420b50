internal import LinuxSystem

/// What is known of a process that has ended.
enum ProcessEnd: Sendable, Equatable {
  case status(ExitStatus)
  /// It was not our child, and this kernel tells the status to nobody else.
  case unknown
}

/// A process inside the container that the runtime made: the container's init, or an exec session's.
final class ContainedProcess: EventHandler {
  /// In the host's pid namespace.
  let pid: Int32
  /// How it ended; nil while it runs.
  private(set) var end: ProcessEnd?
  /// When that was noticed.
  private(set) var endedAt: Timestamp?
  private var handle: ProcessHandle?
  private var source: EventSource?
  private let reaper: Reaper
  private let ended: () throws(SystemError) -> Void

  /// Holds the process `pid`; `ended` is called when it ends, but not when `end` is set on return already.
  init(
    pid: Int32, _ reactor: Reactor, _ reaper: Reaper, ended: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) {
    self.pid = pid
    self.reaper = reaper
    self.ended = ended
    let early = reaper.claim(pid) { [weak self] (status) throws(SystemError) in
      try self?.finish(.status(status))
    }
    if let early {
      end = .status(early)
      endedAt = .now()
      return
    }
    // Unreaped, so the pid is still this process's, if it is our child.
    do throws(SystemError) {
      let handle = try ProcessHandle(pid: pid)
      source = try EventSource(try handle.descriptor.duplicate(), reactor)
      self.handle = consume handle
    } catch {
      reaper.disclaim(pid)
      guard error.code == ErrorCode.noProcess else { throw error }
      end = .unknown
      endedAt = .now()
      return
    }
    try source?.watch(.read, self)
  }

  /// Takes hold of the process whose pid the runtime wrote to `file`.
  /// - Throws: `SystemError`; EINVAL when the file holds no pid.
  convenience init(
    inFile file: String, _ reactor: Reactor, _ reaper: Reaper, ended: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) {
    let text = try readText(file)
    guard let pid = Int32(text), pid > 1 else {
      throw SystemError("read pid", code: ErrorCode.invalid, subject: "\(file) (\"\(text.prefix(20))\")")
    }
    try self.init(pid: pid, reactor, reaper, ended: ended)
  }

  /// The process has ended. The pidfd tells it of any process; the status comes from its parent's wait, and for one
  /// that is not our child from the kernel, where it can tell.
  func ready(_ readiness: Readiness) throws(SystemError) {
    try reaper.reapAll()
    guard end == nil else { return }
    reaper.disclaim(pid)
    try finish(foreignEnd().map { .status($0) } ?? .unknown)
  }

  private func foreignEnd() throws(SystemError) -> ExitStatus? {
    switch handle {
    case .some(let handle): try handle.foreignEnd()
    case .none: nil
    }
  }

  private func finish(_ end: ProcessEnd) throws(SystemError) {
    self.end = end
    endedAt = .now()
    try source?.ignore()
    source = nil
    handle = nil
    try ended()
  }

  /// Sends a signal.
  /// - Returns: 0, or the errno; ESRCH when it has ended.
  func signal(_ number: Int32) -> Int32 {
    do throws(SystemError) {
      // `handle` stays in its place; a switch borrows it.
      switch handle {
      case .some(let handle): try handle.signal(number)
      case .none: return ErrorCode.noProcess
      }
      return 0
    } catch { return error.code }
  }
}
