import ContainerInit
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle
@testable import LinuxSecurity

@Suite struct ProcessStepsTests {
  private static let filter = SeccompFilter(program: [], flags: [])

  private func tail(
    _ process: RuntimeSpec.Process, filter: SeccompFilter? = nil, preserved: Int = 0, waits: Bool = false
  ) throws -> [InitStep] {
    try ProcessSteps(
      process: process, filter: filter, own: Samples.root, preservedDescriptors: preserved,
      waitsForStart: waits
    ).tail().steps
  }

  // Without no_new_privs the filter needs CAP_SYS_ADMIN (seccomp(2)), so the capabilities go after it; all else that
  // a filter might deny, the gate above all, comes before.
  @Test func withoutNoNewPrivilegesOnlyTheCapabilitiesComeAfterTheFilter() throws {
    let steps = try tail(Samples.process(), filter: ProcessStepsTests.filter, waits: true)
    #expect(
      steps == [
        .resetSignals, .closeDescriptors(from: 3), .changeDirectory("/"),
        .dropBoundingSet(keeping: []), .setGroups(groupID: 0, additional: []), .setUser(0),
        .changeDirectoryAsUser("/"), .setFileModeMask(0o022),
        .findHome(userID: 0), .findProgram(name: "sh", searchPath: "/usr/bin:/bin"), .endOnRequest,
        .reportReady, .awaitStart,
        .installSeccomp(ProcessStepsTests.filter), .setCapabilities(CapabilitySets()),
        .execute(arguments: ["sh"], environment: ["PATH=/usr/bin:/bin"]),
      ])
  }

  // Another user's capabilities are only permitted by then (prctl(2), PR_SET_KEEPCAPS).
  @Test func anotherUserRaisesItsCapabilitiesForTheFilter() throws {
    let process = Samples.process { $0.user = RuntimeSpec.Process.User(uid: 1000, gid: 100) }
    let steps = try tail(process, filter: ProcessStepsTests.filter, waits: false)
    #expect(
      steps.suffix(5) == [
        .reportReady, .raiseFilterPrivilege, .installSeccomp(ProcessStepsTests.filter),
        .setCapabilities(CapabilitySets()),
        .execute(arguments: ["sh"], environment: ["PATH=/usr/bin:/bin"]),
      ])
  }

  // With it the filter is the last step before exec, so that it need not allow what comes before.
  @Test func withNoNewPrivilegesTheFilterIsLast() throws {
    let process = Samples.process { $0.noNewPrivileges = true }
    let steps = try tail(process, filter: ProcessStepsTests.filter, waits: true)
    #expect(
      steps == [
        .resetSignals, .closeDescriptors(from: 3), .setNoNewPrivileges, .changeDirectory("/"),
        .dropBoundingSet(keeping: []), .setGroups(groupID: 0, additional: []), .setUser(0),
        .changeDirectoryAsUser("/"), .setCapabilities(CapabilitySets()), .setFileModeMask(0o022),
        .findHome(userID: 0), .findProgram(name: "sh", searchPath: "/usr/bin:/bin"), .endOnRequest,
        .reportReady, .awaitStart,
        .installSeccomp(ProcessStepsTests.filter),
        .execute(arguments: ["sh"], environment: ["PATH=/usr/bin:/bin"]),
      ])
  }

  // Bounding set, groups, user, capabilities: each while what it needs is still there.
  @Test func anotherUserKeepsCapabilitiesOverTheChange() throws {
    let process = Samples.process {
      $0.user = RuntimeSpec.Process.User(uid: 1000, gid: 100, umask: 0o077, additionalGids: [5, 6])
      $0.capabilities = RuntimeSpec.Process.Capabilities(
        bounding: ["CAP_KILL"], effective: ["CAP_KILL"], permitted: ["CAP_KILL"])
    }
    let kill = CapabilitySet(rawValue: 1 << 5)
    #expect(
      try tail(process) == [
        .ownStandardDescriptors(userID: 1000), .resetSignals, .closeDescriptors(from: 3),
        .changeDirectory("/"),
        .dropBoundingSet(keeping: kill), .keepCapabilities(true),
        .setGroups(groupID: 100, additional: [5, 6]),
        .setUser(1000), .keepCapabilities(false), .changeDirectoryAsUser("/"),
        .setCapabilities(CapabilitySets(bounding: kill, effective: kill, permitted: kill)),
        .setFileModeMask(0o077),
        .findHome(userID: 1000), .findProgram(name: "sh", searchPath: "/usr/bin:/bin"), .reportReady,
        .execute(arguments: ["sh"], environment: ["PATH=/usr/bin:/bin"]),
      ])
  }

  @Test func aTerminalBelongsToItsUserAlready() throws {
    let process = Samples.process {
      $0.terminal = true
      $0.user = RuntimeSpec.Process.User(uid: 1000, gid: 100)
    }
    #expect(try !tail(process).contains(.ownStandardDescriptors(userID: 1000)))
  }

  @Test func preservedDescriptorsStayOpen() throws {
    #expect(try tail(Samples.process(), preserved: 2).contains(.closeDescriptors(from: 5)))
  }

  @Test func limitsComeFirstInTheirOrder() throws {
    let process = Samples.process {
      $0.rlimits = [
        RuntimeSpec.Process.ResourceLimit(type: "RLIMIT_NOFILE", hard: 20, soft: 10),
        RuntimeSpec.Process.ResourceLimit(type: "RLIMIT_CORE", hard: .max, soft: 0),
      ]
    }
    #expect(
      try tail(process).prefix(3) == [
        .setResourceLimit(ResourceLimit(.openFiles, soft: 10, hard: 20)),
        .setResourceLimit(ResourceLimit(.core, soft: 0, hard: .max)), .resetSignals,
      ])
  }

  @Test(arguments: [
    (["RLIMIT_CPU", "RLIMIT_CPU"], "process.rlimits[1].type: duplicate rlimit \"RLIMIT_CPU\""),
    (
      ["RLIMIT_CPU", "NOFILE"],
      "process.rlimits[1].type: unknown rlimit \"NOFILE\", expected a name such as RLIMIT_NOFILE"
    ),
  ])
  func refuses(_ types: [String], _ message: String) {
    let process = Samples.process {
      $0.rlimits = types.map { RuntimeSpec.Process.ResourceLimit(type: $0, hard: 1, soft: 1) }
    }
    let error = #expect(throws: LifecycleError.self) { try tail(process) }
    #expect(error?.description == "config.json: \(message)")
  }

  @Test(arguments: [
    (["A=1", "PATH=/a:/b", "PATH=/c"], "/c"), (["MYPATH=/x"], ""), (["PATH="], ""), ([], ""),
  ])
  func theLastPathIsSearched(_ environment: [String], _ path: String) throws {
    let steps = try tail(Samples.process { $0.env = environment })
    #expect(steps.contains(.findProgram(name: "sh", searchPath: path)))
  }
}

@Suite struct GrantedCapabilitiesTests {
  typealias Capabilities = RuntimeSpec.Process.Capabilities

  // What is not given is not granted: the runtime's own are root's on the host.
  @Test func noneGivenIsNone() throws {
    let granted = GrantedCapabilities(nil, own: Samples.root)
    #expect(granted.sets == CapabilitySets())
    #expect(granted.warnings.isEmpty)
    #expect(GrantedCapabilities(Capabilities(), own: Samples.root).sets == CapabilitySets())
  }

  @Test func aSetIsWhatItsNamesSay() throws {
    let granted = GrantedCapabilities(
      Capabilities(
        bounding: ["CAP_CHOWN", "CAP_KILL"], effective: ["CAP_CHOWN"], inheritable: ["CAP_CHOWN"],
        permitted: ["CAP_CHOWN"], ambient: ["CAP_CHOWN"]), own: Samples.root)
    let chown = CapabilitySet(rawValue: 1)
    #expect(
      granted.sets
        == CapabilitySets(
          bounding: CapabilitySet(rawValue: 1 | 1 << 5), effective: chown, permitted: chown,
          inheritable: chown,
          ambient: chown))
    #expect(granted.warnings.isEmpty)
  }

  // runtime-spec config.md: capabilities that cannot be granted are a warning, not a failure.
  @Test func whatTheRuntimeHasNotIsLeftOutWithAWarning() throws {
    let kill = CapabilitySet(rawValue: 1 << 5)
    let granted = GrantedCapabilities(
      Capabilities(
        bounding: ["CAP_CHOWN", "CAP_KILL"], effective: ["CAP_CHOWN", "CAP_KILL"],
        permitted: ["CAP_CHOWN", "CAP_KILL"]),
      own: CapabilitySets(bounding: kill, effective: kill, permitted: kill))
    #expect(granted.sets == CapabilitySets(bounding: kill, effective: kill, permitted: kill))
    #expect(
      granted.warnings == [
        "process.capabilities.bounding[0]: CAP_CHOWN cannot be granted",
        "process.capabilities.permitted[0]: CAP_CHOWN cannot be granted",
        "process.capabilities.effective[0]: CAP_CHOWN cannot be granted",
      ])
  }

  // The kernel's rules (capabilities(7)): effective within permitted, ambient within permitted and inheritable.
  @Test func aSetStaysWithinTheOneItNeeds() throws {
    let granted = GrantedCapabilities(
      Capabilities(
        effective: ["CAP_KILL"], inheritable: ["CAP_CHOWN"], permitted: ["CAP_CHOWN"],
        ambient: ["CAP_CHOWN", "CAP_KILL"]), own: Samples.root)
    let chown = CapabilitySet(rawValue: 1)
    #expect(
      granted.sets == CapabilitySets(permitted: chown, inheritable: chown, ambient: chown))
    #expect(
      granted.warnings == [
        "process.capabilities.effective[0]: CAP_KILL cannot be granted",
        "process.capabilities.ambient[1]: CAP_KILL cannot be granted",
      ])
  }

  @Test func anUnknownNameIsLeftOutWithAWarning() {
    let granted = GrantedCapabilities(Capabilities(permitted: ["CAP_KILL", "KILL"]), own: Samples.root)
    #expect(granted.sets == CapabilitySets(permitted: CapabilitySet(rawValue: 1 << 5)))
    #expect(
      granted.warnings == [
        "process.capabilities.permitted[1]: unknown capability \"KILL\", needed a name such as \"CAP_CHOWN\""
      ])
  }
}
