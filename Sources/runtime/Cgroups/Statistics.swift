internal import LinuxSystem

/// What a cgroup has used, as far as its controllers count it; what none counts is 0.
package struct CgroupStatistics: Sendable, Equatable {
  package var cpu = CPU()
  package var memory = Memory()
  package var pids = Counter()
  /// nil where no v1 hierarchy holds the controller.
  package var cpuset: CPUSet?
  package var block = Block()
  /// By page size, such as `2MB`.
  package var hugepages: [String: Entry] = [:]

  /// Times in nanoseconds.
  package struct CPU: Sendable, Equatable {
    package var total: UInt64 = 0
    package var kernel: UInt64 = 0
    package var user: UInt64 = 0
    /// v1 only.
    package var perProcessor: [UInt64] = []
    package var perProcessorKernel: [UInt64] = []
    package var perProcessorUser: [UInt64] = []
    package var periods: UInt64 = 0
    package var throttledPeriods: UInt64 = 0
    package var throttledTime: UInt64 = 0
  }

  /// In bytes; a limit that is none is the largest number.
  package struct Memory: Sendable, Equatable {
    /// Pages of files.
    package var cache: UInt64 = 0
    package var usage = Entry()
    /// Memory and swap together.
    package var swap = Entry()
    /// v1 only.
    package var kernel = Entry()
    package var kernelTCP = Entry()
    /// The lines of `memory.stat`.
    package var raw: [String: UInt64] = [:]
  }

  package struct Entry: Sendable, Equatable {
    package var usage: UInt64 = 0
    package var limit: UInt64 = 0
    /// The most it has been.
    package var maximum: UInt64 = 0
    /// How often the limit was hit.
    package var failures: UInt64 = 0
  }

  /// A number of things and its limit, 0 for none.
  package struct Counter: Sendable, Equatable {
    package var current: UInt64 = 0
    package var limit: UInt64 = 0
  }

  package struct Block: Sendable, Equatable {
    package var bytes: [Transfer] = []
    package var operations: [Transfer] = []
  }

  /// What one disk did in one direction.
  package struct Transfer: Sendable, Equatable {
    package let major: UInt64
    package let minor: UInt64
    /// `Read`, `Write`, …
    package let operation: String
    package let value: UInt64

    init?(_ device: Substring, _ operation: String, _ value: UInt64) {
      let numbers = device.split(separator: ":").compactMap { UInt64($0) }
      guard numbers.count == 2 else { return nil }
      (major, minor, self.operation, self.value) = (numbers[0], numbers[1], operation, value)
    }
  }
}

extension CgroupDirectory {
  /// Reads the counters of every controller, on v1 where it is there, else on v2.
  package func statistics() throws(CgroupError) -> CgroupStatistics {
    var all = CgroupStatistics()
    do throws(SystemError) {
      if let path = path(of: "cpuacct") { all.cpu = try processorTimeV1(path) }
      if let path = path(of: "cpuset") { all.cpuset = try cpusetV1(path) }
      if let path = path(of: "cpu") { try addThrottling(path, to: &all.cpu, unit: 1) }
      if let path = path(of: "memory") { all.memory = try memoryV1(path) }
      if let path = path(of: "blkio") { all.block = try blockV1(path) }
      if let path = path(of: "hugetlb") { all.hugepages = try hugepages(path, isUnified: false) }
      if let path = unifiedPath {
        if self.path(of: "cpuacct") == nil { all.cpu = try processorTimeV2(path) }
        if self.path(of: "memory") == nil { all.memory = try memoryV2(path) }
        if self.path(of: "blkio") == nil { all.block = try blockV2(path) }
        if self.path(of: "hugetlb") == nil { all.hugepages = try hugepages(path, isUnified: true) }
      }
      if let path = path(of: "pids") ?? unifiedPath {
        all.pids.current = try number("\(path)/pids.current")
        let limit = try number("\(path)/pids.max")
        all.pids.limit = limit == UInt64.max ? 0 : limit
      }
    } catch { throw .failed(path: "", error) }
    return all
  }
}

private func processorTimeV1(_ path: String) throws(SystemError) -> CgroupStatistics.CPU {
  var cpu = CgroupStatistics.CPU()
  cpu.total = try number("\(path)/cpuacct.usage")
  cpu.user = try number("\(path)/cpuacct.usage_user")
  cpu.kernel = try number("\(path)/cpuacct.usage_sys")
  cpu.perProcessor = try text("\(path)/cpuacct.usage_percpu").split(separator: " ").compactMap { UInt64($0) }
  // A heading, then a line for each CPU: its number, user, system (kernel/sched/cpuacct.c).
  for line in try text("\(path)/cpuacct.usage_all").split(separator: "\n").dropFirst() {
    let fields = line.split(separator: " ").compactMap { UInt64($0) }
    guard fields.count == 3 else { continue }
    cpu.perProcessorUser.append(fields[1])
    cpu.perProcessorKernel.append(fields[2])
  }
  return cpu
}

private func processorTimeV2(_ path: String) throws(SystemError) -> CgroupStatistics.CPU {
  var cpu = CgroupStatistics.CPU()
  let lines = try table("\(path)/cpu.stat")
  cpu.total = (lines["usage_usec"] ?? 0) * 1000
  cpu.user = (lines["user_usec"] ?? 0) * 1000
  cpu.kernel = (lines["system_usec"] ?? 0) * 1000
  try addThrottling(path, to: &cpu, unit: 1000)
  return cpu
}

private func addThrottling(
  _ path: String, to cpu: inout CgroupStatistics.CPU, unit: UInt64
) throws(SystemError) {
  let lines = try table("\(path)/cpu.stat")
  cpu.periods = lines["nr_periods"] ?? 0
  cpu.throttledPeriods = lines["nr_throttled"] ?? 0
  cpu.throttledTime = (lines["throttled_time"] ?? lines["throttled_usec"] ?? 0) * unit
}

private func memoryV1(_ path: String) throws(SystemError) -> CgroupStatistics.Memory {
  func entry(_ name: String) throws(SystemError) -> CgroupStatistics.Entry {
    CgroupStatistics.Entry(
      usage: try number("\(path)/\(name).usage_in_bytes"),
      limit: try number("\(path)/\(name).limit_in_bytes"),
      maximum: try number("\(path)/\(name).max_usage_in_bytes"),
      failures: try number("\(path)/\(name).failcnt"))
  }
  var memory = CgroupStatistics.Memory()
  memory.raw = try table("\(path)/memory.stat")
  memory.cache = memory.raw["cache"] ?? 0
  memory.usage = try entry("memory")
  memory.swap = try entry("memory.memsw")
  memory.kernel = try entry("memory.kmem")
  memory.kernelTCP = try entry("memory.kmem.tcp")
  return memory
}

private func memoryV2(_ path: String) throws(SystemError) -> CgroupStatistics.Memory {
  var memory = CgroupStatistics.Memory()
  memory.raw = try table("\(path)/memory.stat")
  memory.cache = memory.raw["file"] ?? 0
  memory.usage = CgroupStatistics.Entry(
    usage: try number("\(path)/memory.current"), limit: try number("\(path)/memory.max"),
    maximum: try number("\(path)/memory.peak"), failures: try table("\(path)/memory.events")["max"] ?? 0)
  // Counted together, as on v1 and in the document.
  let limit = try number("\(path)/memory.swap.max").addingReportingOverflow(memory.usage.limit)
  memory.swap = CgroupStatistics.Entry(
    usage: try number("\(path)/memory.swap.current") + memory.usage.usage,
    limit: limit.overflow ? UInt64.max : limit.partialValue,
    failures: try table("\(path)/memory.swap.events")["max"] ?? 0)
  return memory
}

private func blockV1(_ path: String) throws(SystemError) -> CgroupStatistics.Block {
  func transfers(_ file: String) throws(SystemError) -> [CgroupStatistics.Transfer] {
    try text("\(path)/\(file)").split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let value = UInt64(fields[2]) else { return nil }
      return CgroupStatistics.Transfer(fields[0], String(fields[1]), value)
    }
  }
  return CgroupStatistics.Block(
    bytes: try transfers("blkio.throttle.io_service_bytes_recursive"),
    operations: try transfers("blkio.throttle.io_serviced_recursive"))
}

private func blockV2(_ path: String) throws(SystemError) -> CgroupStatistics.Block {
  var block = CgroupStatistics.Block()
  for line in try text("\(path)/io.stat").split(separator: "\n") {
    let fields = line.split(separator: " ")
    for field in fields.dropFirst() {
      let parts = field.split(separator: "=")
      guard parts.count == 2, let value = UInt64(parts[1]) else { continue }
      let kind: String
      switch parts[0].first {
      case "r": kind = "Read"
      case "w": kind = "Write"
      case "d": kind = "Discard"
      default: continue
      }
      guard let transfer = CgroupStatistics.Transfer(fields[0], kind, value) else { continue }
      if parts[0].hasSuffix("bytes") {
        block.bytes.append(transfer)
      } else {
        block.operations.append(transfer)
      }
    }
  }
  return block
}

private func hugepages(
  _ path: String, isUnified: Bool
) throws(SystemError) -> [String: CgroupStatistics.Entry] {
  let names = fileExists(path) ? try listDirectory(path) : []
  let suffix = isUnified ? ".current" : ".usage_in_bytes"
  var pages: [String: CgroupStatistics.Entry] = [:]
  for name in names where name.hasPrefix("hugetlb.") && name.hasSuffix(suffix) {
    let size = String(name.dropFirst(8).dropLast(suffix.count))
    if size.contains(".") { continue }
    let base = "\(path)/hugetlb.\(size)"
    pages[size] = CgroupStatistics.Entry(
      usage: try number("\(path)/\(name)"),
      maximum: isUnified ? 0 : try number("\(base).max_usage_in_bytes"),
      failures: isUnified ? try table("\(base).events")["max"] ?? 0 : try number("\(base).failcnt"))
  }
  return pages
}

/// A file of one number; 0 where there is none, and the largest for `max`.
private func number(_ path: String) throws(SystemError) -> UInt64 {
  let text = try text(path)
  return text == "max" ? UInt64.max : UInt64(text) ?? 0
}

/// A file of names and numbers.
private func table(_ path: String) throws(SystemError) -> [String: UInt64] {
  var lines: [String: UInt64] = [:]
  for line in try text(path).split(separator: "\n") {
    let fields = line.split(separator: " ")
    if fields.count == 2, let value = UInt64(fields[1]) { lines[String(fields[0])] = value }
  }
  return lines
}

/// Empty where the kernel, or this cgroup, has no such file.
private func text(_ path: String) throws(SystemError) -> String {
  do throws(SystemError) { return try readText(path) } catch {
    switch error.code {
    case ErrorCode.noEntry, ErrorCode.noDevice, ErrorCode.notSupported: return ""
    default: throw error
    }
  }
}
