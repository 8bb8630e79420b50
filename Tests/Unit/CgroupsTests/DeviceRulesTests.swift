import OCIRuntimeSpec
import Testing

@testable import Cgroups

@Suite struct DeviceRulesTests {
  static let always = [
    "c *:* m", "b *:* m", "c 1:3 rwm", "c 1:8 rwm", "c 1:7 rwm", "c 5:0 rwm", "c 1:5 rwm", "c 1:9 rwm",
    "c 136:* rwm",
    "c 5:2 rwm",
  ]

  private func v1(_ rules: [Resources.DeviceRule]) throws -> [String] {
    try DeviceRules(rules).steps(unified: false).flatMap { step -> [String] in
      switch step {
      case .write(let write): ["\(write.file) \(write.value)"]
      case .writeEach(let file, let values, _): [file] + values
      default: ["?"]
      }
    }
  }

  private func change(_ old: [Resources.DeviceRule], _ new: [Resources.DeviceRule]) throws -> [String] {
    try DeviceUpdate.steps(from: DeviceRules(old), to: DeviceRules(new)).flatMap { step -> [String] in
      switch step {
      case .write(let write): ["\(write.file) \(write.value)"]
      case .writeEach(let file, let values, _): [file] + values
      default: ["?"]
      }
    }
  }

  // Never "a": for a moment nothing could be opened, and with cgroups below the kernel refuses it.
  @Test func anUpdateWritesOnlyWhatDiffers() throws {
    let (tun, fuse): (Resources.DeviceRule, Resources.DeviceRule) = (
      .init(allow: true, type: .character, major: 10, minor: 200, access: "rwm"),
      .init(allow: true, type: .character, major: 10, minor: 229, access: "r")
    )
    let lessTun = Resources.DeviceRule(allow: true, type: .character, major: 10, minor: 200, access: "r")
    #expect(try change([tun], [tun]) == [])
    #expect(try change([tun], []) == ["devices.deny", "c 10:200 rwm"])
    #expect(try change([tun], [fuse]) == ["devices.allow", "c 10:229 r", "devices.deny", "c 10:200 rwm"])
    #expect(
      try change([tun], [lessTun, fuse]) == ["devices.allow", "c 10:229 r", "devices.deny", "c 10:200 wm"])
  }

  @Test func anUpdateOfTheDefaultBeginsAnew() throws {
    let all = Resources.DeviceRule(allow: true, access: "rwm")
    #expect(try change([], [all]) == ["devices.allow a"])
    #expect(try change([all], []) == ["devices.deny a", "devices.allow"] + DeviceRulesTests.always)
    let disk = Resources.DeviceRule(allow: false, type: .block, major: 8, minor: 0, access: "rwm")
    #expect(try change([all], [all, disk]) == ["devices.deny", "b 8:0 rw"])
    #expect(try change([all, disk], [all]) == ["devices.allow", "b 8:0 rw"])
  }

  @Test func withoutRulesOnlyWhatEveryContainerNeedsIsAllowed() throws {
    #expect(try v1([]) == ["devices.deny a", "devices.allow"] + DeviceRulesTests.always)
  }

  @Test func aRuleForAllForgetsThoseBefore() throws {
    let rules: [Resources.DeviceRule] = [
      .init(allow: true, type: .character, major: 10, minor: 200, access: "rw"),
      .init(allow: false, access: "rwm"),
      .init(allow: true, type: .block, major: 8, minor: nil, access: "r"),
    ]
    #expect(try v1(rules) == ["devices.deny a", "devices.allow", "b 8:* r"] + DeviceRulesTests.always)
    #expect(
      try v1([.init(allow: true, type: .all, major: -1, minor: -1, access: "mrw")]) == ["devices.allow a"])
  }

  // `podman run --device-cgroup-rule="a 7:1 rmw"`: written as it is, the kernel would open everything.
  @Test func aRuleForAllKindsWithNumbersIsForThoseNumbersOnly() throws {
    let seven = Resources.DeviceRule(allow: true, type: .all, major: 7, minor: 1, access: "rmw")
    #expect(
      try v1([seven]) == ["devices.deny a", "devices.allow", "c 7:1 rwm", "b 7:1 rwm"]
        + DeviceRulesTests.always)
    let reading = Resources.DeviceRule(allow: true, access: "r")
    #expect(try v1([reading]).prefix(4) == ["devices.deny a", "devices.allow", "c *:* rm", "b *:* rm"])
    let notWriting = Resources.DeviceRule(allow: false, major: 8, access: "w")
    let all = Resources.DeviceRule(allow: true, access: "rwm")
    #expect(try v1([all, notWriting]) == ["devices.allow a", "devices.deny", "c 8:* w", "b 8:* w"])
  }

  @Test func aNarrowerExceptionIsTakenBackByAWiderRule() throws {
    let rules: [Resources.DeviceRule] = [
      .init(allow: true, type: .block, major: 8, minor: 1, access: "rw"),
      .init(allow: false, type: .block, access: "w"),
    ]
    #expect(try v1(rules) == ["devices.deny a", "devices.allow", "b 8:1 r"] + DeviceRulesTests.always)
  }

  @Test(arguments: [
    (
      [
        Resources.DeviceRule(allow: true, type: .block, access: "rw"),
        Resources.DeviceRule(allow: false, type: .block, major: 8, minor: 1, access: "w"),
      ],
      "linux.resources.devices[1]: takes a part out of a rule before it, needed rules that do not overlap"
    ),
    (
      [Resources.DeviceRule(allow: true, type: .block)],
      "linux.resources.devices[0].access: is empty, needed letters of \"rwm\""
    ),
    (
      [Resources.DeviceRule(allow: true, type: .block, access: "rx")],
      "linux.resources.devices[0].access: \"rx\" is no access, needed letters of \"rwm\""
    ),
    (
      [Resources.DeviceRule(allow: true, type: .block, major: 4_294_967_296, access: "r")],
      "linux.resources.devices[0].major: 4294967296 is out of range, needed 0 to 4294967295"
    ),
  ])
  func refuses(_ rules: [Resources.DeviceRule], _ message: String) {
    let error = #expect(throws: CgroupError.self) { try DeviceRules(rules) }
    #expect(error?.description == message)
  }
}
