/// By how much a clock of a time namespace is ahead of the host's (time_namespaces(7)).
package struct ClockOffset: Sendable, Equatable {
  /// `monotonic` or `boottime`.
  package let clock: String
  package let seconds: Int64
  /// On top of the seconds, below 1,000,000,000.
  package let nanoseconds: UInt32

  package init(clock: String, seconds: Int64, nanoseconds: UInt32) {
    self.clock = clock
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Seconds and nanoseconds, as the kernel's file has them.
  package var text: String { "\(seconds) \(nanoseconds)" }
}

/// Moves this process, which must have one thread, into a new time namespace. Calls `unshare(2)` and `setns(2)`.
///
/// unshare makes the namespace for the children only; the offsets can be written until somebody is in it, so they come
/// before setns. No second process is needed.
/// - Throws: `SystemError`; ERANGE when a clock would stand before 0 or too far ahead.
package func enterTimeNamespace(_ offsets: [ClockOffset]) throws(SystemError) {
  try unshare(.newTime)
  // By the verified path: what is written here must not land in a file that somebody put there.
  if !offsets.isEmpty {
    try writeProcessFile(
      "timens_offsets", ofPID: try ownPIDInProc(), offsets.map { "\($0.clock) \($0.text)\n" }.joined())
  }
  try joinNamespace(try openFile("/proc/self/ns/time_for_children", .readOnly), kind: .newTime)
}

/// This process's pid as /proc numbers it, which may be that of another pid namespace.
private func ownPIDInProc() throws(SystemError) -> Int32 {
  guard let pid = Int32(try readLink("/proc/self")) else {
    throw SystemError("readlink", code: ErrorCode.invalid, subject: "/proc/self")
  }
  return pid
}
