import OCIRuntimeSpec
import Options
import Testing

@testable import Engine

@Suite("The default seccomp profile")
struct SeccompTests {
  private func profile(
    _ extra: Set<Capability> = [], _ architecture: MachineArchitecture = .x86_64
  ) -> DefaultSeccomp.Profile {
    DefaultSeccomp.profile(capabilities: Capability.defaults.union(extra), architecture: architecture)
  }

  private func rules(_ name: String, _ profile: DefaultSeccomp.Profile) -> [DefaultSeccomp.Profile.Rule] {
    (profile.syscalls ?? []).filter { $0.names.contains(name) }
  }

  private func isAllowed(_ name: String, _ profile: DefaultSeccomp.Profile) -> Bool {
    rules(name, profile).contains { $0.action == .allow && $0.args == nil }
  }

  @Test func whatIsNotNamedFails() {
    #expect(profile().defaultAction == .errno)
    #expect(profile().defaultErrnoRet == 1)
    for name in [
      "io_uring_setup", "keyctl", "add_key", "userfaultfd", "kexec_load", "nfsservctl", "open_by_handle_at",
    ] {
      #expect(rules(name, profile()).isEmpty, "\(name)")
    }
  }

  @Test func thirtyTwoBitProgramsAreFilteredToo() {
    #expect(profile().architectures == [.x86_64, .x86, .x32])
    #expect(profile([], .arm64).architectures == [.aarch64, .arm])
  }

  @Test func everyNameStandsOnce() {
    let names = profile(Set(Capability.allCases)).syscalls?.first?.names ?? []
    #expect(Set(names).count == names.count)
    #expect(names.count > 370)
    #expect(names.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } })
  }

  @Test(arguments: [
    ("chroot", Capability.sys_chroot), ("mount", .sys_admin), ("setns", .sys_admin), ("reboot", .sys_boot),
    ("bpf", .bpf), ("syslog", .syslog), ("clock_settime", .sys_time), ("kcmp", .sys_ptrace),
    ("open_by_handle_at", .dac_read_search), ("init_module", .sys_module), ("mbind", .sys_nice),
  ])
  func aCapabilityOpensItsCalls(_ name: String, _ capability: Capability) {
    #expect(isAllowed(name, profile([capability])))
    let without = DefaultSeccomp.profile(
      capabilities: Set(Capability.allCases).subtracting([capability, .sys_admin]), architecture: .x86_64)
    #expect(!isAllowed(name, without))
  }

  @Test func withoutSysAdminCloneMakesNoNamespacesAndClone3IsMissing() {
    let clone = rules("clone", profile())
    #expect(clone.map(\.args) == [[.init(index: 0, value: 0x7e02_0000, valueTwo: 0, op: .maskedEqual)]])
    #expect(rules("clone3", profile()).map(\.errnoRet) == [38])
    #expect(isAllowed("clone", profile([.sys_admin])))
    #expect(isAllowed("clone3", profile([.sys_admin])))
    #expect(rules("clone3", profile([.sys_admin])).count == 1)
  }

  @Test(arguments: [
    (1, true), (2, true), (10, true), (16, true), (17, true), (12, false), (38, false), (40, false),
  ])
  func socketsOfSomeFamiliesOnly(_ family: UInt64, _ allowed: Bool) {
    let matches = rules("socket", profile()).flatMap { $0.args ?? [] }.contains { argument in
      argument.op == .lessThan ? family < argument.value : family == argument.value
    }
    #expect(matches == allowed)
  }

  @Test func processorsHaveCallsOfTheirOwn() {
    #expect(isAllowed("arch_prctl", profile()))
    #expect(!isAllowed("arch_prctl", profile([], .arm64)))
    #expect(isAllowed("cacheflush", profile([], .arm64)))
  }
}
