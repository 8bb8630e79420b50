import Testing

@testable import Options

@Suite("--cap-add and --cap-drop")
struct CapabilityTests {
  private func result(add: [String] = [], drop: [String] = []) throws -> Set<Capability> {
    let selection = CapabilitySelection(
      added: try add.map { try CapabilityOption($0, option: "--cap-add") },
      dropped: try drop.map { try CapabilityOption($0, option: "--cap-drop") })
    return Set(selection.result(known: Set(Capability.allCases)))
  }

  @Test func thereAre41AndTheKernelsNumbersCountThem() {
    #expect(Capability.allCases.count == 41)
    #expect(Capability.sys_admin.bit == 1 << 21)
    #expect(Capability.checkpoint_restore.bit == 1 << 40)
  }

  @Test func dockersFourteenAreTheDefault() throws {
    #expect(try result() == Capability.defaults)
    // The mask that every docker container shows in /proc/self/status.
    #expect(Capability.defaults.reduce(0) { $0 | $1.bit } == 0xa804_25fb)
  }

  @Test(arguments: ["NET_ADMIN", "net_admin", "CAP_NET_ADMIN", "cap_net_admin"])
  func aNameIsReadInAnyForm(_ name: String) throws {
    #expect(try result(add: [name]) == Capability.defaults.union([.net_admin]))
  }

  @Test func allAndNamesMixAsDockerHasIt() throws {
    #expect(try result(drop: ["ALL"]) == [])
    #expect(try result(add: ["CHOWN"], drop: ["all"]) == [.chown])
    #expect(try result(add: ["ALL"]).count == 41)
    #expect(try result(add: ["ALL"], drop: ["SYS_ADMIN"]).contains(.sys_admin) == false)
    #expect(try result(add: ["CHOWN"], drop: ["CHOWN"]).contains(.chown))
    #expect(try result(drop: ["CHOWN", "KILL"]) == Capability.defaults.subtracting([.chown, .kill]))
  }

  @Test func allIsWhatTheKernelHas() {
    #expect(CapabilitySelection(added: [.all]).result(known: [.chown]) == [.chown])
  }

  @Test func anUnknownNameIsRefused() {
    #expect(
      throws: OptionError(
        "--cap-add", "FOO", "unknown capability; expected a name of capabilities(7) or ALL")
    ) { try CapabilityOption("FOO", option: "--cap-add") }
  }
}
