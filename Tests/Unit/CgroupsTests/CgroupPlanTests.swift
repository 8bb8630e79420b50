import OCIRuntimeSpec
import Testing

@testable import Cgroups

typealias Resources = RuntimeSpec.Linux.Resources

/// A plan's writes as lines `key/file=value`, devices left out.
func lines(_ resources: Resources, on layout: CgroupLayout) throws -> [String] {
  let plan = try CgroupPlan(resources: resources, path: CgroupPath("/c", id: "web"), layout: layout)
  return plan.directories.flatMap { directory in directory.steps.flatMap { line($0, directory.hierarchy.key) }
  }
}

private func line(_ step: CgroupStep, _ key: String) -> [String] {
  func text(_ write: CgroupWrite) -> String { "\(key)/\(write.file)=\(write.value)" }
  switch step {
  case .write(let write): return write.file.hasPrefix("devices.") ? [] : [text(write)]
  case .writeIfPresent(let write): return [text(write) + "?"]
  case .writePair(let first, let second): return [text(first) + " & " + text(second)]
  case .writeFirst(let writes): return [writes.map(text).joined(separator: " | ")]
  case .writeEach(let file, let values, _):
    return file.hasPrefix("devices.") ? [] : values.map { "\(key)/\(file)=\($0)" }
  case .require(let file, let limit, _): return ["\(key)/\(file)<=\(limit)"]
  case .own(let user, let files): return ["\(key)/ owned by \(user): \(files.joined(separator: " "))"]
  case .filterDevices: return []
  }
}

@Suite struct CgroupPlanTests {
  static let rows: [(String, Resources, v1: [String], v2: [String])] = [
    ("nothing", Resources(), [], []),
    ("pids", Resources(pids: .init(limit: 7)), ["pids/pids.max=7"], ["/pids.max=7"]),
    ("pids without limit", Resources(pids: .init(limit: -1)), ["pids/pids.max=max"], ["/pids.max=max"]),
    ("pids not given", Resources(pids: .init(limit: 0)), [], []),
    (
      "memory", Resources(memory: .init(limit: 100, reservation: 50)),
      ["memory/memory.limit_in_bytes=100", "memory/memory.soft_limit_in_bytes=50"],
      ["/memory.max=100", "/memory.low=50"]
    ),
    (
      "memory and swap", Resources(memory: .init(limit: 100, swap: 150)),
      ["memory/memory.limit_in_bytes=100 & memory/memory.memsw.limit_in_bytes=150"],
      ["/memory.swap.max=50", "/memory.max=100"]
    ),
    (
      "memory without limit", Resources(memory: .init(limit: -1)), ["memory/memory.limit_in_bytes=-1"],
      ["/memory.swap.max=max?", "/memory.max=max"]
    ),
    (
      "a check before memory is limited", Resources(memory: .init(limit: 100, checkBeforeUpdate: true)),
      ["memory/memory.limit_in_bytes=100"], ["/memory.current<=100", "/memory.max=100"]
    ),
    (
      "cpu", Resources(cpu: .init(shares: 1024, quota: 50_000, burst: 9, period: 100_000, idle: 1)),
      [
        "cpu,cpuacct/cpu.shares=1024",
        "cpu,cpuacct/cpu.cfs_period_us=100000 & cpu,cpuacct/cpu.cfs_quota_us=50000",
        "cpu,cpuacct/cpu.cfs_burst_us=9", "cpu,cpuacct/cpu.idle=1",
      ], ["/cpu.weight=39", "/cpu.max=50000 100000", "/cpu.max.burst=9", "/cpu.idle=1"]
    ),
    ("quota lifted", Resources(cpu: .init(quota: -1)), ["cpu,cpuacct/cpu.cfs_quota_us=-1"], ["/cpu.max=max"]),
    (
      "cpuset", Resources(cpu: .init(cpus: "0-1", mems: "0")),
      ["cpuset/cpuset.cpus=0-1", "cpuset/cpuset.mems=0"], ["/cpuset.cpus=0-1", "/cpuset.mems=0"]
    ),
  ]

  @Test(arguments: rows.indices) func writesInOrder(_ index: Int) throws {
    let row = CgroupPlanTests.rows[index]
    #expect(try lines(row.1, on: Layouts.v1) == row.v1, "\(row.0) on v1")
    #expect(try lines(row.1, on: Layouts.v2) == row.v2, "\(row.0) on v2")
  }

  @Test func aHybridMachineUsesEachControllerWhereItIs() throws {
    let resources = Resources(pids: .init(limit: 7), hugepageLimits: [.init(pageSize: "2MB", limit: 1)])
    #expect(
      try lines(resources, on: Layouts.hybrid) == [
        "pids/pids.max=7", "/hugetlb.2MB.max=1", "/hugetlb.2MB.rsvd.max=1?",
      ])
  }

  @Test func unifiedValuesComeLastAndSorted() throws {
    let resources = Resources(pids: .init(limit: 7), unified: ["pids.max": "9", "memory.high": "8"])
    #expect(try lines(resources, on: Layouts.v2) == ["/pids.max=7", "/memory.high=8", "/pids.max=9"])
  }

  @Test func ancestorsPassOnAllControllersOnV2AndOnlyNeededOnesOnHybrid() throws {
    let path = try CgroupPath("/c", id: "web")
    let v2 = try CgroupPlan(resources: nil, path: path, layout: Layouts.v2)
    #expect(v2.directories[0].passedOn == Layouts.v2.unifiedControllers)
    #expect(v2.directories[0].required.isEmpty)
    let hybrid = try CgroupPlan(resources: nil, path: path, layout: Layouts.hybrid)
    #expect(hybrid.directories.last?.passedOn == [])
  }

  @Test(arguments: [
    (
      Resources(cpu: .init(shares: 1)), "linux.resources.cpu.shares: 1 is out of range, needed 2 to 262144"
    ),
    (
      Resources(memory: .init(swappiness: 101)),
      "linux.resources.memory.swappiness: 101 is out of range, needed 0 to 100"
    ),
    (
      Resources(memory: .init(limit: 100, swap: 50)),
      "linux.resources.memory.swap: 50 is less than the limit 100, needed memory and swap together"
    ),
    (
      Resources(memory: .init(swap: 50)),
      "linux.resources.memory.swap: limits swap without memory, needed \"limit\" as well"
    ),
    (
      Resources(hugepageLimits: [.init(pageSize: "../x", limit: 1)]),
      "linux.resources.hugepageLimits[0].pageSize: \"../x\" is no page size, needed one such as \"2MB\""
    ),
    (
      Resources(unified: ["../memory.max": "1"]),
      "linux.resources.unified[\"../memory.max\"]: \"../memory.max\" is no file of a cgroup, needed a name such as "
        + "\"memory.high\""
    ),
    (
      Resources(rdma: ["mlx5_1": .init(hcaHandles: 3)]),
      "linux.resources.rdma[\"mlx5_1\"]: cgroup controller \"rdma\" is not available, needed a mounted v1 hierarchy or "
        + "a v2 tree that offers it"
    ),
    (
      Resources(memory: .init(kernel: 1)),
      "linux.resources.memory.kernel: no kernel has such a limit any more, needed none"
    ),
  ])
  func refuses(_ resources: Resources, _ message: String) throws {
    let path = try CgroupPath("/c", id: "web")
    let error = #expect(throws: CgroupError.self) {
      try CgroupPlan(resources: resources, path: path, layout: Layouts.v2)
    }
    #expect(error?.description == message)
  }

  @Test func aLimitWhoseControllerIsNowhereIsRefused() throws {
    let resources = Resources(hugepageLimits: [.init(pageSize: "2MB", limit: 1)])
    let error = #expect(throws: CgroupError.self) { try lines(resources, on: Layouts.v1) }
    #expect(
      error?.description
        == "linux.resources.hugepageLimits[0]: cgroup controller \"hugetlb\" is not available, needed a mounted v1 "
        + "hierarchy or a v2 tree that offers it")
  }

  @Test func whatOneVersionLacksIsListedWithItsPath() {
    let resources = Resources(
      memory: .init(swappiness: 10, disableOOMKiller: true, useHierarchy: false),
      cpu: .init(realtimeRuntime: 5), network: .init(classID: 3), unified: ["memory.high": "1"])
    #expect(
      unsupportedResources(in: resources, on: Layouts.v2) == [
        "linux.resources.memory.swappiness", "linux.resources.memory.disableOOMKiller",
        "linux.resources.memory.useHierarchy", "linux.resources.cpu.realtimeRuntime",
        "linux.resources.network.classID",
      ])
    #expect(
      unsupportedResources(in: resources, on: Layouts.v1) == ["linux.resources.unified[\"memory.high\"]"])
  }
}
