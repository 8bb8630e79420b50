import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle

@Suite struct UserNamespaceRulesTests {
  typealias Mapping = RuntimeSpec.IDMapping
  typealias Change = @Sendable (inout RuntimeSpec) -> Void

  private func spec(_ change: Change = { _ in }) -> RuntimeSpec {
    Samples.spec {
      $0.linux?.namespaces?.append(RuntimeSpec.Linux.Namespace(type: .user))
      $0.linux?.uidMappings = [Mapping(containerID: 0, hostID: 100_000, size: 1000)]
      $0.linux?.gidMappings = [
        Mapping(containerID: 0, hostID: 100_000, size: 1), Mapping(containerID: 100, hostID: 5000, size: 10),
      ]
      change(&$0)
    }
  }

  @Test func severalRangesAreInOrder() {
    #expect(SpecRules.violations(spec()) == [])
    #expect(
      SpecRules.violations(spec { $0.process?.user = RuntimeSpec.Process.User(uid: 999, gid: 109) }) == [])
  }

  static let documents: [(Change, String)] = [
    ({ $0.linux?.uidMappings = nil }, "linux.uidMappings: missing, a new user namespace needs mappings"),
    ({ $0.linux?.gidMappings = [] }, "linux.gidMappings: missing, a new user namespace needs mappings"),
    (
      { $0.linux?.uidMappings = [Mapping(containerID: 0, hostID: 1, size: 0)] },
      "linux.uidMappings[0].size: 0, expected at least 1"
    ),
    (
      { $0.linux?.uidMappings = [Mapping(containerID: 0, hostID: 4_294_967_290, size: 6)] },
      "linux.uidMappings[0]: goes beyond the last id, 4294967294"
    ),
    (
      {
        $0.linux?.gidMappings = [
          Mapping(containerID: 0, hostID: 1, size: 10), Mapping(containerID: 10, hostID: 5, size: 10),
        ]
      }, "linux.gidMappings[1]: overlaps an earlier mapping"
    ),
    (
      { $0.process?.user = RuntimeSpec.Process.User(uid: 1000) },
      "process.user.uid: user 1000 is not mapped in the user namespace"
    ),
    (
      { $0.process?.user = RuntimeSpec.Process.User(gid: 110) },
      "process.user.gid: group 110 is not mapped in the user namespace"
    ),
    (
      { $0.process?.user = RuntimeSpec.Process.User(additionalGids: [100, 99]) },
      "process.user.additionalGids[1]: group 99 is not mapped in the user namespace"
    ),
    (
      {
        $0.mounts = [
          RuntimeSpec.Mount(destination: "/dev/pts", type: "devpts", options: ["newinstance", "gid=5"])
        ]
      }, "mounts[0].options[1]: group 5 is not mapped in the user namespace"
    ),
  ]

  @Test func rootNeedNotBeMapped() {
    let found = SpecRules.violations(
      spec {
        $0.linux?.uidMappings = [Mapping(containerID: 1, hostID: 100_000, size: 10)]
        $0.process?.user = RuntimeSpec.Process.User(uid: 1)
      })
    #expect(found.isEmpty, "\(found)")
  }

  @Test(arguments: documents.indices) func refuses(_ index: Int) {
    let (change, message) = Self.documents[index]
    #expect(SpecRules.violations(spec(change)).map(\.description) == ["config.json: \(message)"])
  }

  @Test func additionalGroupsWhereNoneCanBeSetAreRefused() {
    #expect(UserNamespaceRules.noGroups(RuntimeSpec.Process.User(uid: 0, gid: 0)) == [])
    #expect(
      UserNamespaceRules.noGroups(RuntimeSpec.Process.User(additionalGids: [0])).map(\.description) == [
        "config.json: process.user.additionalGids: groups cannot be set in this user namespace"
      ])
  }

  // Its mappings are there already, and those of the configuration are compared with them later.
  @Test func aNamespaceByPathNeedsNoMappings() {
    let joined = spec {
      $0.linux?.namespaces?[5].path = "/proc/7/ns/user"
      $0.linux?.uidMappings = nil
      $0.linux?.gidMappings = nil
    }
    #expect(SpecRules.violations(joined) == [])
  }
}

@Suite struct MappingPlanTests {
  private let many = IDMappings(
    users: [IDRange(inside: 0, outside: 1000, count: 1), IDRange(inside: 1, outside: 100_000, count: 65536)],
    groups: [IDRange(inside: 0, outside: 1000, count: 1), IDRange(inside: 1, outside: 100_000, count: 65536)])
  private let own = IDMappings(
    users: [IDRange(inside: 0, outside: 1000, count: 1)],
    groups: [IDRange(inside: 0, outside: 1000, count: 1)])

  @Test func rootWritesAndSetsGroups() {
    let plan = MappingPlan(many, userID: 0, groupID: 0)
    #expect(plan.users == .written && plan.groups == .written && !plan.deniesGroups)
  }

  @Test func whoeverIsNotRootWritesOnlyTheirOwnId() {
    let plan = MappingPlan(own, userID: 1000, groupID: 1000)
    #expect(plan.users == .written && plan.groups == .written && plan.deniesGroups)
    let foreign = MappingPlan(own, userID: 1001, groupID: 1001)
    #expect(foreign.users == .byProgram && foreign.groups == .byProgram && !foreign.deniesGroups)
  }

  @Test func moreIsForThePrograms() {
    let plan = MappingPlan(many, userID: 1000, groupID: 1000)
    #expect(plan.users == .byProgram && plan.groups == .byProgram && !plan.deniesGroups)
    #expect(
      MappingPlan.arguments(many.users, pid: 7) == ["7", "0", "1000", "1", "1", "100000", "65536"])
    #expect(MappingPlan.text(many.users) == "0 1000 1\n1 100000 65536\n")
  }

  @Test func idsAreFoundInTheirRange() {
    #expect(many.user(0) == 1000)
    #expect(many.user(65536) == 165_535)
    #expect(many.user(65537) == nil)
    #expect(many.group(1) == 100_000)
  }
}
