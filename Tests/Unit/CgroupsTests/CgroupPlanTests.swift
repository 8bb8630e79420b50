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
    ("no pid but one", Resources(pids: .init(limit: 0)), ["pids/pids.max=1"], ["/pids.max=1"]),
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
      "no limits of the kernel's memory", Resources(memory: .init(kernel: -1, kernelTCP: -1)),
      ["memory/memory.kmem.tcp.limit_in_bytes=-1"], []
    ),
    (
      "a check before memory is limited", Resources(memory: .init(limit: 100, checkBeforeUpdate: true)),
      ["memory/memory.limit_in_bytes=100"], ["/memory.current<=100", "/memory.max=100"]
    ),
    (
      "cpu", Resources(cpu: .init(shares: 1024, quota: 50_000, burst: 9, period: 100_000, idle: 1)),
      [
        "cpu,cpuacct/cpu.idle=0?", "cpu,cpuacct/cpu.shares=1024",
        "cpu,cpuacct/cpu.cfs_period_us=100000 & cpu,cpuacct/cpu.cfs_quota_us=50000",
        "cpu,cpuacct/cpu.cfs_burst_us=9", "cpu,cpuacct/cpu.idle=1",
      ],
      [
        "/cpu.idle=0?", "/cpu.weight=100", "/cpu.max=50000 100000", "/cpu.max.burst=9", "/cpu.idle=1",
      ]
    ),
    ("idle alone", Resources(cpu: .init(idle: 1)), ["cpu,cpuacct/cpu.idle=1"], ["/cpu.idle=1"]),
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

  /// The kernel takes one line a write, and no weight of a cgroup that is idle.
  @Test func unifiedValuesOfSeveralLinesAreSeveralWrites() throws {
    let resources = Resources(
      unified: [
        "io.max": "8:0 riops=3\n8:16 wiops=4\n", "cpu.idle": "1", "cpu.weight": "5", "memory.max": "9\n",
      ])
    #expect(
      try lines(resources, on: Layouts.v2) == [
        "/cpu.weight=5", "/io.max=8:0 riops=3", "/io.max=8:16 wiops=4", "/memory.max=9\n", "/cpu.idle=1",
      ])
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
      Resources(rdma: ["mlx5_1": .init()]),
      "linux.resources.rdma[\"mlx5_1\"]: limits nothing, needed \"hcaHandles\" or \"hcaObjects\""
    ),
    (
      Resources(rdma: ["mlx5 1": .init(hcaHandles: 3)]),
      "linux.resources.rdma[\"mlx5 1\"]: \"mlx5 1\" is no device, needed one such as \"mlx5_1\""
    ),
    (
      Resources(memory: .init(kernel: 1)),
      "linux.resources.memory.kernel: cgroup v2 has no such limit, needed cgroup v1"
    ),
  ])
  func refuses(_ resources: Resources, _ message: String) throws {
    let path = try CgroupPath("/c", id: "web")
    let error = #expect(throws: CgroupError.self) {
      try CgroupPlan(resources: resources, path: path, layout: Layouts.v2)
    }
    #expect(error?.description == message)
  }

  @Test func disksAndRDMAWhereTheirControllersAre() throws {
    let resources = Resources(
      memory: .init(kernel: 4096),
      blockIO: .init(
        weight: 10, weightDevice: [.init(major: 8, minor: 0, weight: 1000)],
        throttleReadBpsDevice: [.init(major: 8, minor: 0, rate: 5)],
        throttleWriteIOPSDevice: [.init(major: 8, minor: 0, rate: 0)]),
      hugepageLimits: [.init(pageSize: "2MB", limit: 9)],
      network: .init(classID: 7, priorities: [.init(name: "eth0", priority: 3)]),
      rdma: ["b": .init(hcaObjects: 4), "a": .init(hcaHandles: 3, hcaObjects: 2)])
    let v1 = ["memory", "blkio", "hugetlb", "net_cls,net_prio", "rdma", "devices"].map {
      CgroupLayout.Hierarchy(key: $0, mountPoint: "/cg/\($0)", mountRoot: "/", ownPath: "/")
    }
    #expect(
      try lines(resources, on: CgroupLayout(hierarchies: v1)) == [
        "memory/memory.kmem.limit_in_bytes=4096", "memory/memory.kmem.limit_in_bytes<=4096",
        "blkio/blkio.weight=10 | blkio/blkio.bfq.weight=10",
        "blkio/blkio.weight_device=8:0 1000 | blkio/blkio.bfq.weight_device=8:0 1000",
        "blkio/blkio.throttle.read_bps_device=8:0 5", "blkio/blkio.throttle.write_iops_device=8:0 0",
        "hugetlb/hugetlb.2MB.limit_in_bytes=9", "hugetlb/hugetlb.2MB.rsvd.limit_in_bytes=9?",
        "net_cls,net_prio/net_cls.classid=7", "net_cls,net_prio/net_prio.ifpriomap=eth0 3",
        "rdma/rdma.max=a hca_handle=3 hca_object=2", "rdma/rdma.max=b hca_object=4",
      ])
    var unified = resources
    (unified.memory, unified.network) = (nil, nil)
    let v2 = CgroupLayout(
      hierarchies: Layouts.v2.hierarchies, unifiedControllers: ["io", "hugetlb", "rdma"])
    #expect(
      try lines(unified, on: v2) == [
        "/io.bfq.weight=10 | /io.weight=1", "/io.bfq.weight=8:0 1000 | /io.weight=8:0 10000",
        "/io.max=8:0 rbps=5", "/io.max=8:0 wiops=max", "/hugetlb.2MB.max=9", "/hugetlb.2MB.rsvd.max=9?",
        "/rdma.max=a hca_handle=3 hca_object=2", "/rdma.max=b hca_object=4",
      ])
    #expect(
      unsupportedResources(in: resources, on: v2) == [
        "linux.resources.memory.kernel", "linux.resources.network.classID",
        "linux.resources.network.priorities",
      ])
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

  // The values of runc's and crun's tables, and the ends.
  @Test(arguments: [
    (2, 1), (3, 2), (100, 17), (200, 29), (512, 59), (1024, 100), (2048, 174), (3333, 256), (262_144, 10000),
  ])
  func sharesBecomeAWeightOnTheCurve(_ shares: UInt64, _ weight: UInt64) {
    #expect(cpuWeight(shares: shares) == weight)
  }
}
