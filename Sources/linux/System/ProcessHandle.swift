internal import CLinux
internal import Glibc

/// A process held by pidfd: signals and waits reach this process and never a later one with the same pid.
package struct ProcessHandle: ~Copyable, Sendable {
  /// In the caller's pid namespace.
  package let pid: Int32
  /// Readable when the process has ended; for an event loop.
  package let descriptor: OwnedDescriptor

  /// Takes over a pidfd of the process with this pid.
  package init(pid: Int32, descriptor: consuming OwnedDescriptor) {
    self.pid = pid
    self.descriptor = descriptor
  }

  /// Opens a handle to a running (or unreaped) process. Calls `pidfd_open(2)`; ESRCH when there is none.
  package init(pid: Int32) throws(SystemError) {
    self.pid = pid
    descriptor = OwnedDescriptor(owning: try check("pidfd_open", "pid \(pid)") { clinux_pidfd_open(pid, 0) })
  }

  /// Sends a signal; 0 only asks whether that is allowed. Calls `pidfd_send_signal(2)`.
  package borrowing func signal(_ number: Int32) throws(SystemError) {
    let raw = descriptor.raw
    try checkDone("pidfd_send_signal", "signal \(number) to pid \(pid)") {
      clinux_pidfd_send_signal(raw, number)
    }
  }

  /// A descriptor of the process, as one of our own. Calls `pidfd_getfd(2)`; EPERM without CAP_SYS_PTRACE over an
  /// undumpable process.
  package borrowing func copyDescriptor(_ number: Int32) throws(SystemError) -> OwnedDescriptor {
    let raw = descriptor.raw
    return OwnedDescriptor(
      owning: try check("pidfd_getfd", "descriptor \(number) of pid \(pid)") {
        clinux_pidfd_getfd(raw, number)
      })
  }

  /// Waits until the process ends and reaps it; it must be a child. Calls `waitid(2)` with P_PIDFD.
  package borrowing func wait() throws(SystemError) -> ExitStatus {
    guard let status = try waitChild(P_PIDFD, id_t(descriptor.raw), WEXITED) else {
      throw SystemError("waitid", code: ECHILD, subject: "pid \(pid)")
    }
    return status.status
  }
}

/// How a process ended (waitid(2)).
package enum ExitStatus: Sendable, Equatable {
  case exited(Int32)
  case signaled(Int32)

  /// As a shell shows it: the code, or 128 + the signal.
  package var shellCode: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let signal): 128 + signal
    }
  }
}

/// Reaps one child that has ended, without waiting.
/// - Returns: its pid and status; nil when none has ended or there are no children.
package func reapAnyChild() throws(SystemError) -> (pid: Int32, status: ExitStatus)? {
  do throws(SystemError) { return try waitChild(P_ALL, 0, WEXITED | WNOHANG) } catch {
    if error.code == ECHILD { return nil }
    throw error
  }
}

private func waitChild(
  _ type: idtype_t, _ id: id_t, _ options: Int32
) throws(SystemError) -> (pid: Int32, status: ExitStatus)? {
  var information = unsafe siginfo_t()
  try checkDone("waitid") { unsafe waitid(type, id, &information, options) }
  let pid = unsafe information._sifields._sigchld.si_pid
  guard pid != 0 else { return nil }
  let value = unsafe information._sifields._sigchld.si_status
  return (pid, unsafe information.si_code == CLD_EXITED ? .exited(value) : .signaled(value))
}

/// Sends a signal to a process by number, for those that are not held by a handle. Calls `kill(2)`.
package func sendSignal(_ number: Int32, toPID pid: Int32) throws(SystemError) {
  try checkDone("kill", "signal \(number) to pid \(pid)") { Glibc.kill(pid, number) }
}

/// This process's pid.
package func ownPID() -> Int32 { getpid() }

/// This process's parent's pid.
package func parentPID() -> Int32 { getppid() }
