internal import LinuxSystem

/// What `info` and `version` tell of the machine.
package struct HostFacts: Sendable, Equatable {
  /// Such as `6.1.0-18-amd64`.
  package let kernel: String
  /// What /etc/os-release calls the system, and its version.
  package let operatingSystem: String
  package let operatingSystemVersion: String
  package let hostname: String
  /// How many processors are online.
  package let processors: Int
  package let memoryBytes: Int64
  /// 1 or 2.
  package let cgroupVersion: Int
  /// Whether packets are passed on between networks.
  package let forwardsIPv4: Bool

  /// Looks at the machine; what cannot be read is empty or none.
  package static func gather() -> HostFacts {
    let release = OSRelease(text("/etc/os-release") ?? text("/usr/lib/os-release") ?? "")
    let online = text("/sys/devices/system/cpu/online").flatMap(NumberList.init)
    return HostFacts(
      kernel: text("/proc/sys/kernel/osrelease") ?? "",
      operatingSystem: release["PRETTY_NAME"] ?? release["NAME"] ?? "",
      operatingSystemVersion: release["VERSION_ID"] ?? "", hostname: text("/proc/sys/kernel/hostname") ?? "",
      processors: online?.numbers.count ?? 0, memoryBytes: memory(text("/proc/meminfo") ?? ""),
      cgroupVersion: cgroupVersion(), forwardsIPv4: text("/proc/sys/net/ipv4/ip_forward") == "1")
  }

  private static func text(_ path: String) -> String? {
    do throws(SystemError) { return try readText(path) } catch { return nil }
  }

  /// `MemTotal:       4027652 kB`.
  static func memory(_ text: String) -> Int64 {
    let line = text.split(separator: "\n").first { $0.hasPrefix("MemTotal:") }
    let words = line?.split(separator: " ") ?? []
    return words.count > 1 ? (Int64(words[1]) ?? 0) * 1024 : 0
  }

  private static func cgroupVersion() -> Int {
    do throws(SystemError) {
      let top = try openFile("/sys/fs/cgroup", [.path, .directory])
      return try fileSystemType(of: top) == FileSystemMagic.cgroup2 ? 2 : 1
    } catch { return 1 }
  }
}

/// The assignments of os-release(5).
struct OSRelease {
  private let lines: [Substring]

  init(_ text: String) { lines = text.split(separator: "\n") }

  subscript(_ name: String) -> String? {
    for line in lines {
      guard let sign = line.firstIndex(of: "="), line[..<sign] == name else { continue }
      let value = line[line.index(after: sign)...]
      guard let quote = value.first, quote == "\"" || quote == "'", value.count > 1 else {
        return String(value)
      }
      return String(value.dropFirst().dropLast())
    }
    return nil
  }
}
