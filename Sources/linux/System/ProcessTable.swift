internal import Glibc

/// What /proc says of a process (proc_pid_stat(5)).
package struct ProcessFacts: Sendable, Equatable {
  /// `R`, `S`, `D`, `Z`, `X`, …
  package let state: Character
  package let parentPID: Int32
  /// The pid of the process that began its session (setsid(2)), which need not be there any more.
  package let session: Int32
  /// Clock ticks since boot: with the pid it names one process for as long as the machine is up.
  package let startTime: UInt64
  /// The status that a parent would get from wait(2), encoded as there; 0 to whoever may not trace the process.
  let waitStatus: Int32

  /// Whether it has ended and only waits to be reaped.
  package var hasEnded: Bool { state == "Z" || state == "X" }

  /// Reads `/proc/PID/stat`.
  /// - Returns: nil when there is no such process.
  package init?(pid: Int32) throws(SystemError) {
    let text: String
    do throws(SystemError) { text = try readText("/proc/\(decimal(Int(pid)))/stat") } catch {
      if error.code == ENOENT || error.code == ESRCH { return nil }
      throw error
    }
    // The name stands in parentheses and may hold any character, so count from its last one.
    let bytes = text.utf8
    guard let close = bytes.lastIndex(of: UInt8(ascii: ")")) else { return nil }
    let fields = bytes[bytes.index(after: close)...].split(separator: UInt8(ascii: " "))
      .map { Substring($0) }
    guard fields.count > 49, let first = fields[0].first, let parent = Int32(fields[1]),
      let session = Int32(fields[3]), let start = UInt64(fields[19]), let status = Int32(fields[49])
    else { return nil }
    state = first
    parentPID = parent
    self.session = session
    startTime = start
    waitStatus = status
  }
}
