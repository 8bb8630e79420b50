import LinuxBus
import OCIRuntimeSpec
import Testing

@testable import Cgroups

/// A container's unit: its name, its place, and what systemd is told.
@Suite struct SystemdScopeTests {
  private func scope(
    _ path: String?, id: String = "web", isUser: Bool = false, annotations: [String: String] = [:],
    resources: Resources? = nil, layout: CgroupLayout = Layouts.v2
  ) throws(CgroupError) -> SystemdScope {
    try SystemdScope(
      path, id: id, isUser: isUser, annotations: annotations, resources: resources, layout: layout)
  }

  static let places: [(String?, Bool, String, String)] = [
    (nil, false, "apus-web.scope", "system.slice/apus-web.scope"),
    ("", true, "apus-web.scope", "user.slice/apus-web.scope"),
    ("machine.slice:libpod:1a", false, "libpod-1a.scope", "machine.slice/libpod-1a.scope"),
    (":docker:1a", false, "docker-1a.scope", "system.slice/docker-1a.scope"),
    ("a-b.slice::x", false, "-x.scope", "a.slice/a-b.slice/-x.scope"),
    ("-.slice:p:x", false, "p-x.scope", "p-x.scope"),
  ]

  @Test(arguments: places.indices) func hasItsNameAndPlace(_ index: Int) throws {
    let (path, isUser, unit, place) = SystemdScopeTests.places[index]
    let scope = try scope(path, isUser: isUser)
    #expect(scope.unit == SystemdUnit(name: unit, isUser: isUser))
    #expect(try scope.cgroupPath(below: "/").components.joined(separator: "/") == place)
    #expect(
      try scope.cgroupPath(below: "/user.slice/user@1.service").components.joined(separator: "/")
        == "user.slice/user@1.service/" + place)
  }

  static let refused: [(String, String)] = [
    ("/a/b", "\"/a/b\" is not for systemd, needed \"slice:prefix:name\""),
    ("a:b:c:d", "\"a:b:c:d\" is not for systemd, needed \"slice:prefix:name\""),
    ("a.slice:b:", "\"\" is no name for a container's unit, needed one that is no slice"),
    ("a.slice:b:c.slice", "\"c.slice\" is no name for a container's unit, needed one that is no slice"),
    ("a.slice:b:../c", "\"b-../c.scope\" is no name of a unit, needed up to 255 of A-Z a-z 0-9 _ - . \\"),
    ("a:b:c", "\"a\" is no slice, needed a name such as \"a-b.slice\""),
    ("a--b.slice:b:c", "\"a--b.slice\" is no slice, needed a name such as \"a-b.slice\""),
    ("a/b.slice:b:c", "\"a/b.slice\" is no slice, needed a name such as \"a-b.slice\""),
    (".slice:b:c", "\".slice\" is no slice, needed a name such as \"a-b.slice\""),
  ]

  @Test(arguments: refused) func refuses(_ path: String, _ problem: String) {
    let error = #expect(throws: CgroupError.self) { try scope(path) }
    #expect(error?.description == "linux.cgroupsPath: \(problem)")
  }

  @Test func aUsersSystemdWantsV2() {
    let error = #expect(throws: CgroupError.self) { try scope(nil, isUser: true, layout: Layouts.hybrid) }
    #expect(
      error?.description
        == "linux.cgroupsPath: a user's systemd has only cgroup v2 to give, needed root or cgroup v2")
  }

  private func properties(_ resources: Resources, _ layout: CgroupLayout) throws -> [String] {
    let plan = try CgroupPlan(resources: resources, path: CgroupPath("/c", id: "web"), layout: layout)
    return plan.systemdProperties.map { "\($0.name)=\($0.value.shown)" }
  }

  static let limits: [(String, Resources, v1: [String], v2: [String])] = [
    (
      "memory", Resources(memory: .init(limit: 100, reservation: 50, swap: 150)), ["MemoryLimit=100"],
      ["MemorySwapMax=50", "MemoryMax=100", "MemoryLow=50"]
    ),
    (
      "no limits", Resources(memory: .init(limit: -1), pids: .init(limit: -1)),
      ["TasksMax=\(UInt64.max)", "MemoryLimit=\(UInt64.max)"],
      ["MemorySwapMax=\(UInt64.max)", "MemoryMax=\(UInt64.max)", "TasksMax=\(UInt64.max)"]
    ),
    (
      "cpu", Resources(cpu: .init(shares: 1024, quota: 50_500, period: 100_000, cpus: "0-2,9", mems: "1")),
      ["CPUShares=1024", "CPUQuotaPeriodUSec=100000", "CPUQuotaPerSecUSec=510000"],
      [
        "AllowedCPUs=[7, 2]", "AllowedMemoryNodes=[2]", "CPUWeight=100", "CPUQuotaPeriodUSec=100000",
        "CPUQuotaPerSecUSec=510000",
      ]
    ),
    (
      "idle", Resources(cpu: .init(shares: 1024, idle: 1)), ["CPUShares=1024"], ["CPUWeight=0"]
    ),
    (
      "idle no more", Resources(cpu: .init(shares: 1024, idle: 0)), ["CPUShares=1024"], ["CPUWeight=100"]
    ),
    (
      "idle no more, without shares", Resources(cpu: .init(idle: 0)), [], ["CPUWeight=\(UInt64.max)"]
    ),
    (
      "quota lifted", Resources(cpu: .init(quota: -1)), ["CPUQuotaPerSecUSec=\(UInt64.max)"],
      ["CPUQuotaPerSecUSec=\(UInt64.max)"]
    ),
    (
      "weight of disks", Resources(blockIO: .init(weight: 500)), ["BlockIOWeight=500"], ["IOWeight=4950"]
    ),
  ]

  @Test(arguments: limits.indices) func tellsTheLimits(_ index: Int) throws {
    let row = SystemdScopeTests.limits[index]
    if !row.v1.contains(where: { $0.hasPrefix("Block") }) {
      #expect(try properties(row.1, Layouts.v1) == row.v1, "\(row.0) on v1")
    }
    #expect(try properties(row.1, Layouts.v2) == row.v2, "\(row.0) on v2")
  }

  @Test func unifiedValuesReplaceTheOthers() throws {
    let resources = Resources(
      pids: .init(limit: 7),
      unified: ["pids.max": "9", "memory.high": "max", "cpu.max": "20000", "memory.oom.group": "1"])
    #expect(
      try properties(resources, Layouts.v2) == [
        "TasksMax=9", "MemoryHigh=\(UInt64.max)", "CPUQuotaPerSecUSec=200000",
      ])
  }

  @Test func theAnnotationsComeLast() throws {
    let scope = try scope(
      nil,
      annotations: [
        "org.systemd.property.CollectMode": "'inactive'", "org.systemd.property.TimeoutStopSec": "5",
      ])
    let plan = try CgroupPlan(resources: nil, path: scope.cgroupPath(below: "/"), layout: Layouts.v2)
    let all = scope.properties(pid: 42, id: "web", plan: plan)
    #expect(
      all.suffix(2) == [
        SystemdProperty("CollectMode", .string("inactive")),
        SystemdProperty("TimeoutStopUSec", .uint64(5_000_000)),
      ])
    #expect(all.contains(SystemdProperty("PIDs", .array(of: "u", [.uint32(42)]))))
    #expect(all.contains(SystemdProperty("Delegate", .boolean(true))))
  }

  private func devices(_ rules: [Resources.DeviceRule], unified: Bool) throws -> [String] {
    try DeviceRules(rules).systemdProperties(unified: unified).map { "\($0.name)=\($0.value.shown)" }
  }

  @Test func devicesAreAListOfWhatIsAllowed() throws {
    let always =
      "(char-*, m), (block-*, m), (/dev/char/1:3, rwm), (/dev/char/1:8, rwm), (/dev/char/1:7, rwm), "
      + "(/dev/char/5:0, rwm), (/dev/char/1:5, rwm), (/dev/char/1:9, rwm), (char-136, rwm), (/dev/char/5:2, rwm)"
    for unified in [true, false] {
      #expect(
        try devices([.init(allow: true, type: .block, major: 8, access: "r")], unified: unified) == [
          "DevicePolicy=strict", "DeviceAllow=[(block-8, r), \(always)]",
        ])
      #expect(
        try devices([.init(allow: true, access: "rwm")], unified: unified) == [
          "DevicePolicy=auto", "DeviceAllow=[]",
        ])
    }
  }

  @Test func whatSystemdHasNoWordsForIsDeniedOnV1AndOursAloneOnV2() throws {
    let exception: [Resources.DeviceRule] = [
      .init(allow: true, access: "rwm"), .init(allow: false, type: .character, major: 10, access: "rwm"),
    ]
    #expect(try devices(exception, unified: false) == ["DevicePolicy=strict", "DeviceAllow=[]"])
    #expect(try devices(exception, unified: true) == ["DevicePolicy=auto", "DeviceAllow=[]"])
    let anyMajor: [Resources.DeviceRule] = [.init(allow: true, type: .character, minor: 7, access: "r")]
    #expect(try devices(anyMajor, unified: false)[0] == "DevicePolicy=strict")
    #expect(try !devices(anyMajor, unified: false)[1].contains("*:7"))
    #expect(try devices(anyMajor, unified: true) == ["DevicePolicy=auto", "DeviceAllow=[]"])
  }
}

extension BusValue {
  /// Short, for comparing.
  fileprivate var shown: String {
    switch self {
    case .uint64(let number): "\(number)"
    case .byte(let number): "\(number)"
    case .string(let text): text
    case .array(_, let values): "[\(values.map(\.shown).joined(separator: ", "))]"
    case .structure(let values): "(\(values.map(\.shown).joined(separator: ", ")))"
    default: "\(self)"
    }
  }
}
