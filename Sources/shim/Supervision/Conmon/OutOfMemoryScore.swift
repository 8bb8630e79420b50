internal import LinuxSystem

/// This process's place in the queue of the out-of-memory killer (proc(5), /proc/PID/oom_score_adj). What it starts is
/// born with the same.
enum OutOfMemoryScore {
  private static let path = "/proc/self/oom_score_adj"

  /// The present value; nil where it cannot be read.
  static func current() -> Int? {
    do throws(SystemError) { return Int(try readText(path)) } catch { return nil }
  }

  /// Sets it; without CAP_SYS_RESOURCE it cannot become lower than it ever was, and then stays.
  static func set(_ value: Int) {
    do throws(SystemError) { try openFile(path, .writeOnly).writeAll("\(value)") } catch { return }
  }
}
