internal import LinuxSystem

/// Whether the kernel killed something in a container for want of memory.
///
/// The paths are noted while its init lives; afterwards /proc cannot tell them any more.
struct MemoryEvents: Sendable, Equatable {
  private let files: [String]

  /// Notes where the events of a process's cgroup are counted.
  init(pid: Int32) throws(SystemError) {
    self.init(membership: try readText("/proc/\(pid)/cgroup"))
  }

  /// Reads the content of `/proc/PID/cgroup`: lines of `hierarchy:controllers:path` (cgroups(7)).
  init(membership: String, mount: String = "/sys/fs/cgroup") {
    files = membership.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return nil }
      let path = fields[2] == "/" ? "" : fields[2]
      if fields[0] == "0" { return "\(mount)\(path)/memory.events" }
      return fields[1].split(separator: ",").contains("memory")
        ? "\(mount)/memory\(path)/memory.oom_control" : nil
    }
  }

  /// The file that counts; nil when memory is not limited by groups, or in another layout.
  var countedFile: String? { files.first { fileExists($0) } }

  /// Whether anything has been killed; to be asked before the cgroup is removed. Both files have a line `oom_kill N`:
  /// cgroup-v2.rst, memory.events; cgroup-v1/memory.rst, memory.oom_control.
  func hasKilled() -> Bool { files.contains { Self.kills(in: $0) > 0 } }

  private static func kills(in file: String) -> Int {
    // A file that is not there belongs to the other version's layout, or to a container without its own cgroup.
    do throws(SystemError) { return kills(text: try readText(file)) } catch { return 0 }
  }

  /// The number behind `oom_kill`.
  static func kills(text: String) -> Int {
    for line in text.split(separator: "\n") where line.hasPrefix("oom_kill ") {
      return Int(line.dropFirst("oom_kill ".count)) ?? 0
    }
    return 0
  }
}
