import LinuxSecurity
import LinuxSystem
import Testing

@Suite struct CapabilityTests {
  @Test func namesAndNumbersAgree() throws {
    #expect(try Capability(name: "CAP_CHOWN").number == 0)
    #expect(try Capability(name: "CAP_CHECKPOINT_RESTORE").number == 40)
    for number in 0...40 as ClosedRange<Int32> {
      let capability = try #require(Capability(number: number))
      #expect(try Capability(name: capability.name) == capability)
    }
  }

  @Test(arguments: ["CHOWN", "cap_chown", "CAP_CHOWN,", "CAP_CHOWN=ep", "0", "", "CAP_NONSENSE"])
  func onlyWholeNamesInCapitalsAreKnown(_ name: String) {
    let error = #expect(throws: UnknownCapability.self) { try Capability(name: name) }
    #expect(error?.description == "unknown capability \"\(name)\", needed a name such as \"CAP_CHOWN\"")
  }

  @Test func setsHoldAllSixtyFourBits() throws {
    let top = try #require(Capability(number: 63))
    let set = CapabilitySet([try Capability(name: "CAP_KILL"), top])
    #expect(set.rawValue == 0x8000_0000_0000_0020)
    #expect(set.members.map(\.number) == [5, 63])
    #expect(Capability(number: 64) == nil)
  }

  @Test func theKernelKnowsItsOwnSets() throws {
    let own = try currentCapabilities()
    #expect(own.permitted.isSuperset(of: own.effective))
    #expect(own.permitted.members.allSatisfy { $0.number <= lastCapability()?.number ?? -1 })
    let shown = [
      ("Inh", own.inheritable), ("Prm", own.permitted), ("Bnd", own.bounding), ("Amb", own.ambient),
    ]
    let status = try readText("/proc/thread-self/status")
    for (name, set) in shown {
      let digits = String(set.rawValue, radix: 16)
      let padded = String(repeating: "0", count: 16 - digits.count) + digits
      #expect(status.contains("Cap\(name):\t\(padded)\n"), "\(name)")
    }
  }
}
