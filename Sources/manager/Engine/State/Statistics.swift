internal import LinuxSystem
internal import Options
internal import Store

/// What a container uses at one moment, read from its cgroup.
package struct ResourceUse: Sendable, Equatable {
  /// When it was read, in monotonic seconds.
  package var seconds: Double
  /// CPU time since its start, in microseconds.
  package var cpuMicroseconds: Int64 = 0
  /// Memory without what the kernel would give up first, as docker counts it.
  package var memoryBytes: Int64 = 0
  /// What it may use: its limit, or all that the machine has.
  package var memoryLimitBytes: Int64 = 0
  package var receivedBytes: Int64 = 0
  package var sentBytes: Int64 = 0
  package var readBytes: Int64 = 0
  package var writtenBytes: Int64 = 0
  /// Processes and threads.
  package var tasks: Int64 = 0

  /// Nothing used yet.
  package init(seconds: Double) { self.seconds = seconds }

  /// The CPU's share between an earlier moment and this one; 100 is one processor.
  package func cpuPercent(since earlier: ResourceUse) -> Double {
    let time = seconds - earlier.seconds
    guard time > 0, cpuMicroseconds > earlier.cpuMicroseconds else { return 0 }
    return Double(cpuMicroseconds - earlier.cpuMicroseconds) / (time * 1e6) * 100
  }

  /// Of the limit.
  package var memoryPercent: Double {
    memoryLimitBytes > 0 ? Double(memoryBytes) / Double(memoryLimitBytes) * 100 : 0
  }
}

extension ContainerEngine {
  /// What a container uses now; nil when it does not run. Nobody is asked: the kernel's files say it.
  package func resourceUse(of state: ContainerState) -> ResourceUse? {
    guard state.status.isRunning else { return nil }
    let cgroup = cgroup(of: state.record.id)
    var use = ResourceUse(seconds: monotonicSeconds())
    use.cpuMicroseconds = CgroupCounters.cpuMicroseconds(cgroup)
    (use.memoryBytes, use.memoryLimitBytes) = CgroupCounters.memory(cgroup)
    (use.readBytes, use.writtenBytes) = CgroupCounters.blocks(cgroup)
    use.tasks = CgroupCounters.number(cgroup.read(v1: ("pids", "pids.current"), v2: "pids.current"))
    if let pid = state.status.pid, state.brief.network != .host {
      do throws(SystemError) {
        (use.receivedBytes, use.sentBytes) = CgroupCounters.network(try readText("/proc/\(pid)/net/dev"))
      } catch { /* It has just ended. */  }
    }
    return use
  }
}

/// What the kernel's counters say, in both versions' files (cgroup-v1/*.rst, cgroup-v2.rst).
enum CgroupCounters {
  /// A number alone in a file; 0 for what is none.
  static func number(_ text: String?) -> Int64 { text.flatMap { Int64($0) } ?? 0 }

  /// The number behind a name in lines of `NAME NUMBER`.
  static func entry(_ name: String, in text: String?) -> Int64? {
    for line in text?.split(separator: "\n") ?? [] where line.hasPrefix(name + " ") {
      return Int64(line.dropFirst(name.utf8.count + 1))
    }
    return nil
  }

  static func cpuMicroseconds(_ cgroup: CgroupFiles) -> Int64 {
    if let nanoseconds = cgroup.read(v1: ("cpuacct", "cpuacct.usage"), v2: "cpuacct.usage") {
      return number(nanoseconds) / 1000
    }
    return entry("usage_usec", in: cgroup.read(v1: nil, v2: "cpu.stat")) ?? 0
  }

  /// In use without the inactive page cache, as docker counts it (docker/cli, stats_helpers.go), and the limit.
  static func memory(_ cgroup: CgroupFiles) -> (used: Int64, limit: Int64) {
    let usage = number(cgroup.read(v1: ("memory", "memory.usage_in_bytes"), v2: "memory.current"))
    let details = cgroup.read(v1: ("memory", "memory.stat"), v2: "memory.stat")
    let inactive = entry("total_inactive_file", in: details) ?? entry("inactive_file", in: details) ?? 0
    let limit = number(cgroup.read(v1: ("memory", "memory.limit_in_bytes"), v2: "memory.max"))
    let machine = machineMemoryBytes()
    return (
      inactive < usage ? usage - inactive : usage, limit > 0 && limit < machine ? limit : machine
    )
  }

  /// MemTotal of /proc/meminfo, in kibibytes there (proc_meminfo(5)).
  private static func machineMemoryBytes() -> Int64 {
    do throws(SystemError) {
      for line in try readText("/proc/meminfo").split(separator: "\n") where line.hasPrefix("MemTotal:") {
        let fields = line.split(separator: " ")
        return fields.count > 1 ? (Int64(fields[1]) ?? 0) * 1024 : 0
      }
    } catch { return 0 }
    return 0
  }

  static func blocks(_ cgroup: CgroupFiles) -> (read: Int64, written: Int64) {
    if let text = cgroup.read(
      v1: ("blkio", "blkio.throttle.io_service_bytes_recursive"),
      v2: "blkio.throttle.io_service_bytes_recursive")
    {
      return blocksV1(text)
    }
    return blocksV2(cgroup.read(v1: nil, v2: "io.stat") ?? "")
  }

  /// Lines of `MAJOR:MINOR Read NUMBER`.
  static func blocksV1(_ text: String) -> (read: Int64, written: Int64) {
    var sums: (Int64, Int64) = (0, 0)
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count == 3, let bytes = Int64(fields[2]) else { continue }
      if fields[1] == "Read" { sums.0 += bytes }
      if fields[1] == "Write" { sums.1 += bytes }
    }
    return sums
  }

  /// Lines of `MAJOR:MINOR rbytes=NUMBER wbytes=NUMBER …`.
  static func blocksV2(_ text: String) -> (read: Int64, written: Int64) {
    var sums: (Int64, Int64) = (0, 0)
    for field in text.split(whereSeparator: { $0 == "\n" || $0 == " " }) {
      if field.hasPrefix("rbytes=") { sums.0 += Int64(field.dropFirst(7)) ?? 0 }
      if field.hasPrefix("wbytes=") { sums.1 += Int64(field.dropFirst(7)) ?? 0 }
    }
    return sums
  }

  /// The sums over all interfaces but `lo`, which leads nowhere (proc_pid_net(5), dev).
  static func network(_ text: String) -> (received: Int64, sent: Int64) {
    var sums: (Int64, Int64) = (0, 0)
    for line in text.split(separator: "\n") {
      let halves = line.split(separator: ":", maxSplits: 1)
      guard halves.count == 2, halves[0].split(separator: " ").first != "lo" else { continue }
      let fields = halves[1].split(separator: " ")
      guard fields.count > 8, let received = Int64(fields[0]), let sent = Int64(fields[8]) else { continue }
      sums = (sums.0 + received, sums.1 + sent)
    }
    return sums
  }
}
