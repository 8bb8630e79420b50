internal import CLinux
internal import Glibc

/// Flags of seccomp(2), SECCOMP_SET_MODE_FILTER.
package struct FilterFlags: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  private init(_ number: Int64) { rawValue = UInt32(truncatingIfNeeded: number) }

  /// All threads get the filter.
  package static let threadSync = FilterFlags(clinux_SECCOMP_FILTER_FLAG_TSYNC)
  /// All actions but allow are logged.
  package static let log = FilterFlags(clinux_SECCOMP_FILTER_FLAG_LOG)
  /// Speculative store bypass stays as it is.
  package static let speculationAllow = FilterFlags(clinux_SECCOMP_FILTER_FLAG_SPEC_ALLOW)
  /// A descriptor for the listener comes back.
  package static let newListener = FilterFlags(clinux_SECCOMP_FILTER_FLAG_NEW_LISTENER)
  /// A thread that cannot be synchronised is ESRCH rather than its number; needed with `newListener`.
  package static let threadSyncFails = FilterFlags(clinux_SECCOMP_FILTER_FLAG_TSYNC_ESRCH)
  /// Only a fatal signal ends the wait for the listener (Linux 5.19).
  package static let waitKillableReceive = FilterFlags(clinux_SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
}

/// Puts this process under a system call filter, for good. Calls `seccomp(2)` SECCOMP_SET_MODE_FILTER.
/// - Parameter program: `struct sock_filter`s, 8 bytes each.
/// - Returns: the listener's descriptor when `flags` asks for one.
/// - Throws: `SystemError`; EACCES without both no_new_privs and CAP_SYS_ADMIN, ESRCH when another thread could not
///   take the filter.
package func installFilter(_ program: [UInt8], flags: FilterFlags) throws(SystemError) -> OwnedDescriptor? {
  guard program.count % 8 == 0, let count = UInt16(exactly: program.count / 8) else {
    throw SystemError("seccomp", code: EINVAL, subject: "program of \(program.count) bytes")
  }
  let result = try check("seccomp") {
    unsafe program.withUnsafeBytes { unsafe clinux_seccomp_filter(flags.rawValue, $0.baseAddress, count) }
  }
  if flags.contains(.newListener) { return OwnedDescriptor(owning: Int32(result)) }
  // With TSYNC alone, a thread's number comes back instead of an error.
  guard result == 0 else { throw SystemError("seccomp", code: ESRCH, subject: "thread \(result)") }
  return nil
}

/// Whether the running kernel knows these flags. Calls `seccomp(2)` without a filter, which changes nothing: EFAULT is
/// the answer to known flags, EINVAL to others.
package func supportsFilterFlags(_ flags: FilterFlags) -> Bool {
  do throws(SystemError) {
    try checkDone("seccomp") { clinux_seccomp_without_filter(flags.rawValue) }
    return true
  } catch { return error.code != EINVAL }
}
