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
        // No controller's: every cgroup of v2 has it, on a hybrid machine too.
        all.cpu.pressure = try pressure("\(path)/cpu.pressure")
        all.memory.pressure = try pressure("\(path)/memory.pressure")
        all.block.pressure = try pressure("\(path)/io.pressure")
      }
      if let path = path(of: "pids") ?? unifiedPath {
        all.pids.current = try CounterFile("\(path)/pids.current").number
        let limit = try CounterFile("\(path)/pids.max").number
        all.pids.limit = limit == UInt64.max ? 0 : limit
      }
    } catch { throw .failed(path: "", error) }
    return all
  }
}
