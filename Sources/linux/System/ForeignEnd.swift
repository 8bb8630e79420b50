internal import CLinux
internal import Glibc

extension ProcessHandle {
  /// How a process ended that need not be a child, so that nobody here can wait for it.
  ///
  /// The kernel keeps the status with the pidfd from the moment that the process is reaped (PIDFD_GET_INFO with
  /// PIDFD_INFO_EXIT, Linux 6.15: include/uapi/linux/pidfd.h). Until then, and to older kernels until somebody reaps it, it
  /// is a zombie whose status /proc shows to the privileged (proc_pid_stat(5), exit_code).
  /// - Returns: nil when it has not ended, or nobody can say any more.
  package borrowing func foreignEnd() throws(SystemError) -> ExitStatus? {
    if let status = reapedStatus() { return status }
    if let status = try zombieStatus() { return status }
    // Reaped between the two questions.
    return reapedStatus()
  }

  /// `struct pidfd_info` as of its first version: 64 bytes, the mask first and the wait status last.
  private borrowing func reapedStatus() -> ExitStatus? {
    var information = [UInt32](repeating: 0, count: 16)
    let wantsExit: UInt32 = 1 << 3
    information[0] = wantsExit
    let raw = descriptor.raw
    // _IOWR(PIDFS_IOCTL_MAGIC, 11, 64 bytes)
    let request: UInt64 = 3 << 30 | 64 << 16 | 0xff << 8 | 11
    let result = unsafe information.withUnsafeMutableBytes {
      clinux_ioctl(raw, request, UInt64(UInt(bitPattern: $0.baseAddress)))
    }
    // ENOTTY, EINVAL: a kernel without it.
    guard result == 0, information[0] & wantsExit != 0 else { return nil }
    return ExitStatus(waitStatus: Int32(bitPattern: information[15]))
  }

  private borrowing func zombieStatus() throws(SystemError) -> ExitStatus? {
    guard let facts = try ProcessFacts(pid: pid), facts.state == "Z" else { return nil }
    // The pid may have been another's all along, unless this process is still there, reaped by nobody.
    do throws(SystemError) { try signal(0) } catch { return nil }
    return ExitStatus(waitStatus: facts.waitStatus)
  }
}

extension ExitStatus {
  /// A status as wait(2) encodes it: the code in the second byte, or the signal in the first.
  fileprivate init(waitStatus: Int32) {
    let signal = waitStatus & 0x7f
    self = signal == 0 ? .exited(waitStatus >> 8 & 0xff) : .signaled(signal)
  }
}
