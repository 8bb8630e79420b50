internal import LinuxSystem

extension CgroupStatistics {
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
    /// nil where the kernel does not count it.
    package var pressure: Pressure?
  }
}

func memoryV1(_ path: String) throws(SystemError) -> CgroupStatistics.Memory {
  func entry(_ name: String) throws(SystemError) -> CgroupStatistics.Entry {
    CgroupStatistics.Entry(
      usage: try CounterFile("\(path)/\(name).usage_in_bytes").number,
      limit: try CounterFile("\(path)/\(name).limit_in_bytes").number,
      maximum: try CounterFile("\(path)/\(name).max_usage_in_bytes").number,
      failures: try CounterFile("\(path)/\(name).failcnt").number)
  }
  var memory = CgroupStatistics.Memory()
  memory.raw = try CounterFile("\(path)/memory.stat").table
  memory.cache = memory.raw["cache"] ?? 0
  memory.usage = try entry("memory")
  memory.swap = try entry("memory.memsw")
  memory.kernel = try entry("memory.kmem")
  memory.kernelTCP = try entry("memory.kmem.tcp")
  return memory
}

func memoryV2(_ path: String) throws(SystemError) -> CgroupStatistics.Memory {
  var memory = CgroupStatistics.Memory()
  memory.raw = try CounterFile("\(path)/memory.stat").table
  memory.cache = memory.raw["file"] ?? 0
  memory.usage = CgroupStatistics.Entry(
    usage: try CounterFile("\(path)/memory.current").number,
    limit: try CounterFile("\(path)/memory.max").number,
    maximum: try CounterFile("\(path)/memory.peak").number,
    failures: try CounterFile("\(path)/memory.events").table["max"] ?? 0)
  // Counted together, as on v1 and in the document.
  let limit = try CounterFile("\(path)/memory.swap.max").number.addingReportingOverflow(memory.usage.limit)
  memory.swap = CgroupStatistics.Entry(
    usage: try CounterFile("\(path)/memory.swap.current").number + memory.usage.usage,
    limit: limit.overflow ? UInt64.max : limit.partialValue,
    failures: try CounterFile("\(path)/memory.swap.events").table["max"] ?? 0)
  return memory
}
