import ContainerInit
import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Lifecycle

@Suite struct SchedulingRulesTests {
  typealias Scheduler = RuntimeSpec.Process.Scheduler
  typealias Policy = RuntimeSpec.Linux.MemoryPolicy

  static let schedulers: [(Scheduler, String)] = [
    (Scheduler(policy: .iso), "policy: \"SCHED_ISO\" is in no kernel"),
    (Scheduler(policy: .other, nice: 20), "nice: 20 is out of range, needed -20 to 19"),
    (Scheduler(policy: .fifo), "priority: 0 is out of range for SCHED_FIFO, needed 1 to 99"),
    (
      Scheduler(policy: .roundRobin, priority: 100),
      "priority: 100 is out of range for SCHED_RR, needed 1 to 99"
    ),
    (
      Scheduler(policy: .batch, priority: 1),
      "priority: SCHED_BATCH has none, only SCHED_FIFO and SCHED_RR do"
    ),
    (Scheduler(policy: .idle, runtime: 1), "runtime: SCHED_IDLE has none, only SCHED_DEADLINE does"),
    (Scheduler(policy: .idle, period: 1), "period: SCHED_IDLE has none, only SCHED_DEADLINE does"),
    (
      Scheduler(policy: .other, flags: [.resetOnFork, .reclaim]),
      "flags[1]: SCHED_FLAG_RECLAIM needs the policy SCHED_DEADLINE"
    ),
    (
      Scheduler(policy: .deadline, runtime: 1023, deadline: 2000),
      "runtime: 1023 ns is too short, needed at least 1024"
    ),
    (
      Scheduler(policy: .deadline, runtime: 2000, deadline: 1999),
      "deadline: 1999 ns is less than the runtime 2000"
    ),
    (
      Scheduler(policy: .deadline, runtime: 2000, deadline: 2000, period: 1),
      "period: 1 ns is less than the deadline 2000"
    ),
  ]

  @Test(arguments: schedulers.indices) func aPolicyHasItsRules(_ index: Int) {
    let (scheduler, message) = Self.schedulers[index]
    let found = SpecRules.violations(Samples.spec { $0.process?.scheduler = scheduler })
    #expect(found.map(\.description) == ["config.json: process.scheduler.\(message)"])
  }

  @Test func theOthersAreChecked() {
    func found(_ change: (inout RuntimeSpec) -> Void) -> [String] {
      SpecRules.violations(Samples.spec(change)).map { "\($0.path): \($0.problem)" }
    }
    #expect(
      found { $0.process?.ioPriority = .init(class: .idle, priority: 8) }
        == ["process.ioPriority.priority: 8 is out of range, needed 0 to 7"])
    #expect(
      found { $0.process?.ioPriority = .init(class: .bestEffort) }
        == ["process.ioPriority.priority: missing, expected 0 to 7"])
    // It has one level only, so runc and crun take it without.
    #expect(found { $0.process?.ioPriority = .init(class: .idle) } == [])
    #expect(
      found { $0.process?.execCPUAffinity = .init(initial: "1-", final: "a") } == [
        "process.execCPUAffinity.initial: \"1-\" is no list of CPUs, needed one such as \"0-3,7\"",
        "process.execCPUAffinity.final: \"a\" is no list of CPUs, needed one such as \"0-3,7\"",
      ])
    #expect(
      found { $0.linux?.personality = .init(domain: .linux, flags: ["ADDR_NO_RANDOMIZE"]) }
        == ["linux.personality.flags: no flags are supported, needed none"])
    for (policy, message) in [
      (Policy(mode: .bind), "nodes: MPOL_BIND needs at least one"),
      (Policy(mode: .local, nodes: "0"), "nodes: MPOL_LOCAL takes none"),
      (Policy(mode: .default, flags: [.staticNodes]), "flags: MPOL_DEFAULT takes none"),
      (
        Policy(mode: .interleave, nodes: "x"),
        "nodes: \"x\" is no list of memory nodes, needed one such as \"0-3,7\""
      ),
      (
        Policy(mode: .bind, nodes: "0", flags: [.staticNodes, .relativeNodes]),
        "flags: MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other"
      ),
    ] {
      #expect(found { $0.linux?.memoryPolicy = policy } == ["linux.memoryPolicy.\(message)"])
    }
    #expect(found { $0.linux?.memoryPolicy = Policy(mode: .preferred) } == [])
  }

  @Test func eachBecomesAStepBeforeTheLimits() throws {
    let process = Samples.process {
      $0.scheduler = Scheduler(policy: .roundRobin, priority: 5, flags: [.resetOnFork])
      $0.ioPriority = .init(class: .bestEffort, priority: 4)
      $0.rlimits = [.init(type: "RLIMIT_CORE", hard: 1, soft: 0)]
    }
    let linux = RuntimeSpec.Linux(
      memoryPolicy: Policy(mode: .interleave, nodes: "0,2-3", flags: [.relativeNodes]),
      personality: .init(domain: .linux32))
    let steps = try ProcessSteps(
      process: process, filter: nil, own: Samples.root, preservedDescriptors: 0, waitsForStart: false,
      linux: linux
    ).tail().steps
    var attributes = SchedulingAttributes(.roundRobin)
    attributes.priority = 5
    attributes.flags = .resetOnFork
    #expect(
      steps.prefix(5) == [
        .setScheduling(attributes), .setIOPriority(.bestEffort, 4),
        .setMemoryPolicy(
          MemoryPolicy(.interleave, flags: .relativeNodes, nodes: NumberList("0,2-3"))),
        .setExecutionDomain(.linux32), .setResourceLimit(ResourceLimit(.core, soft: 0, hard: 1)),
      ])
  }

  // Only the process that says nothing has the container's own.
  @Test func execHasTheContainersWhereItSaysNothing() {
    let own = Samples.process {
      $0.scheduler = Scheduler(policy: .batch)
      $0.ioPriority = .init(class: .idle, priority: 0)
      $0.execCPUAffinity = .init(final: "0")
    }
    var silent = Samples.process()
    inherit(&silent, from: own)
    #expect(silent.scheduler == own.scheduler && silent.ioPriority == own.ioPriority)
    #expect(silent.execCPUAffinity == own.execCPUAffinity)
    var loud = Samples.process { $0.scheduler = Scheduler(policy: .idle) }
    inherit(&loud, from: own)
    #expect(loud.scheduler?.policy == .idle)
  }

  @Test func affinitiesOfExec() throws {
    func step(_ affinity: RuntimeSpec.Process.CPUAffinity?) throws -> InitStep {
      try affinityStep(Samples.process { $0.execCPUAffinity = affinity })
    }
    #expect(try step(nil) == .resetCPUAffinity)
    #expect(try step(.init(final: "1-2")) == .setCPUAffinity(try #require(NumberList("1-2"))))
    #expect(try step(.init(initial: "1")) == .resetCPUAffinity)
    #expect(try step(.init(initial: "", final: "")) == .resetCPUAffinity)
    #expect(try initialAffinity(Samples.process { $0.execCPUAffinity = .init(initial: "1") })?.numbers == [1])
  }
}
