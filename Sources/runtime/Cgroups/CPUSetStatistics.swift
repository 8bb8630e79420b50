internal import LinuxSystem

extension CgroupStatistics {
  /// What a v1 cpuset holds, as its files have it (cpuset(7)).
  package struct CPUSet: Sendable, Equatable {
    /// Numbers of CPUs and of memory nodes.
    package var cpus: [UInt64] = []
    package var mems: [UInt64] = []
    /// The rest by its file's name without `cpuset.`, in the order of `CPUSet.names`; -1 is a value of the last one.
    package var flags: [(name: String, value: Int64)] = []

    /// In the order in which runc lists them (types/events.go).
    static let names = [
      "cpu_exclusive", "mem_hardwall", "mem_exclusive", "memory_migrate", "memory_spread_page",
      "memory_spread_slab", "memory_pressure", "sched_load_balance", "sched_relax_domain_level",
    ]

    package static func == (one: CPUSet, other: CPUSet) -> Bool {
      one.cpus == other.cpus && one.mems == other.mems
        && one.flags.elementsEqual(other.flags) { $0.name == $1.name && $0.value == $1.value }
    }
  }
}

/// Reads the cpuset at `path`, a directory of its v1 hierarchy.
func cpusetV1(_ path: String) throws(SystemError) -> CgroupStatistics.CPUSet {
  func list(_ name: String) throws(SystemError) -> [UInt64] {
    NumberList(try readText("\(path)/cpuset.\(name)"))?.numbers.map { UInt64($0) } ?? []
  }
  var set = CgroupStatistics.CPUSet(cpus: try list("cpus"), mems: try list("mems"))
  for name in CgroupStatistics.CPUSet.names {
    // Some kernels are built without one or the other.
    guard fileExists("\(path)/cpuset.\(name)") else { continue }
    set.flags.append((name, Int64(try readText("\(path)/cpuset.\(name)")) ?? 0))
  }
  return set
}
