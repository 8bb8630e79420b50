internal import LinuxSystem

/// A cgroup's file of counters, as it was when it was read.
struct CounterFile {
  /// Empty where the kernel, or this cgroup, has no such file.
  let text: String

  init(_ path: String) throws(SystemError) {
    do throws(SystemError) { text = try readText(path) } catch {
      switch error.code {
      case ErrorCode.noEntry, ErrorCode.noDevice, ErrorCode.notSupported: text = ""
      default: throw error
      }
    }
  }

  /// Of a file of one number: 0 where there is none, and the largest for `max`.
  var number: UInt64 { text == "max" ? UInt64.max : UInt64(text) ?? 0 }

  /// Of a file of names and numbers, one of each on a line.
  var table: [String: UInt64] {
    var lines: [String: UInt64] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count == 2, let value = UInt64(fields[1]) { lines[String(fields[0])] = value }
    }
    return lines
  }
}
