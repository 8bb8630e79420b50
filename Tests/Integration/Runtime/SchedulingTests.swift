import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `process.scheduler`, `ioPriority` and `execCPUAffinity`, `linux.personality` and `memoryPolicy`, as the process's own
/// kernel tells it. Debian's runc knows none of them.
@Suite(.requiresRoot) struct SchedulingTests {
  // conformance: CFG-SCHED-1
  @Test(
    arguments: Runtime.oursOnly,
    [
      (["policy": "SCHED_OTHER", "nice": 5], ["policy": 0, "nice": 5]),
      (["policy": "SCHED_BATCH", "nice": -3], ["policy": 3, "nice": -3]),
      (["policy": "SCHED_IDLE"], ["policy": 5]),
      (["policy": "SCHED_FIFO", "priority": 7], ["policy": 1, "priority": 7]),
      (
        ["policy": "SCHED_RR", "priority": 1, "flags": ["SCHED_FLAG_RESET_ON_FORK"]],
        ["policy": 2, "priority": 1, "flags": 1]
      ),
    ] as [(JSONValue, [String: Int])])
  func theSchedulerIsSet(runtime: Runtime, given: (scheduler: JSONValue, seen: [String: Int])) async throws {
    // A v1 cpu cgroup gives real time to nobody unless it was told to.
    if given.scheduler["priority"] != nil, try !Self.cgroupsHaveRealTime() { return }
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) { $0["process.scheduler"] = given.scheduler }
      for (name, value) in given.seen { #expect(witness.number("scheduler.\(name)") == value, "\(name)") }
    }
  }

  /// Without group scheduling of real time, or on v2, a new cgroup may run real time.
  private static func cgroupsHaveRealTime() throws -> Bool {
    guard let cgroup = try Host.cgroup("cpu", "") else { return true }
    return !fileExists(cgroup + "/cpu.rt_runtime_us")
  }

  // conformance: CFG-SCHED-1
  @Test(arguments: Runtime.oursOnly)
  func aDeadlineIsSetForTheContainerAndForExec(runtime: Runtime) async throws {
    if try !Self.cgroupsHaveRealTime() { return }
    let scheduler: JSONValue = [
      "policy": "SCHED_DEADLINE", "runtime": 42000, "deadline": 100_000, "period": 1_000_000,
      "flags": ["SCHED_FLAG_RESET_ON_FORK"],
    ]
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let witness = try exec(client, bundle, f, ["scheduler": scheduler])
      #expect(witness.number("scheduler.policy") == 6)
      #expect(witness.number("scheduler.runtime") == 42000)
      #expect(witness.number("scheduler.deadline") == 100_000)
      #expect(witness.number("scheduler.period") == 1_000_000)
    }
  }

  // conformance: CFG-IOPRIO-1
  @Test(
    arguments: Runtime.oursOnly,
    [("IOPRIO_CLASS_BE", 2, 7), ("IOPRIO_CLASS_IDLE", 3, 0), ("IOPRIO_CLASS_RT", 1, 3)])
  func theInputOutputPriorityIsSet(runtime: Runtime, given: (name: String, number: Int, priority: Int))
    async throws
  {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["process.ioPriority"] = [
          "class": .string(given.name), "priority": .integer(Int64(given.priority)),
        ]
      }
      #expect(
        witness.facts["ioPriority"] == [.integer(Int64(given.number)), .integer(Int64(given.priority))])
    }
  }

  // conformance: LNX-PERS-1
  @Test(arguments: Runtime.oursOnly)
  func thePersonalityIsThatOfEveryProcess(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) { $0["linux.personality"] = ["domain": "LINUX32"] }
      try client.launch(bundle)
      let own = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      #expect(try readText("/proc/\(own)/personality") == "00000008")
      let witness = try Witness(client.call("exec", bundle.id, "witness").succeeded())
      #expect(witness.text("personality") == "00000008")
      #expect(witness.text("machine") != "x86_64")
      let plain = try client.witness(in: f) { $0["linux.personality"] = ["domain": "LINUX"] }
      #expect(plain.text("personality") == "00000000")
    }
  }

  // conformance: LNX-MEMPOL-1
  @Test(arguments: Runtime.oursOnly)
  func theMemoryPolicyIsThatOfEveryProcess(runtime: Runtime) async throws {
    // Without NUMA there is nothing to set, and the container is refused.
    let hasNodes = fileExists("/sys/devices/system/node/node0")
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["linux.memoryPolicy"] = [
          "mode": "MPOL_BIND", "nodes": "0", "flags": ["MPOL_F_STATIC_NODES"],
        ]
      }
      guard hasNodes else {
        let outcome = try client.create(bundle)
        #expect(outcome.status == 1)
        return
      }
      try client.launch(bundle)
      let witness = try Witness(client.call("exec", bundle.id, "witness").succeeded())
      #expect(witness.facts["memoryPolicy"] == ["ok", .integer(2 | 1 << 15), 1])
      let local = try client.witness(in: f) { $0["linux.memoryPolicy"] = ["mode": "MPOL_LOCAL"] }
      #expect(local.facts["memoryPolicy"] == ["ok", 4, 0])
    }
  }

  // conformance: CFG-AFFINITY-1
  @Test(arguments: Runtime.oursOnly)
  func theAffinityIsOfExecOnly(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let everywhere = try client.witness(in: f).text("cpus")
      let bundle = try f.bundle(["sleep", "60"]) { $0["process.execCPUAffinity"] = ["final": "0"] }
      try client.launch(bundle)
      let own = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      #expect(try readText("/proc/\(own)/status").contains("Cpus_allowed_list:\t\(everywhere ?? "")"))
      #expect(try exec(client, bundle, f, [:]).text("cpus") == "0", "the container's own")
      let initial = try exec(client, bundle, f, ["execCPUAffinity": ["initial": "0"]])
      #expect(initial.text("cpus") == everywhere, "the initial one ends with the cgroup")
      let both = try exec(client, bundle, f, ["execCPUAffinity": ["initial": "0", "final": "0-8"]])
      #expect(both.text("cpus") == everywhere)
      let nowhere = try call(client, bundle, f, ["execCPUAffinity": ["final": "8000"]])
      #expect(nowhere.status == 255)
      #expect(nowhere.err.contains("set CPU affinity 8000: invalid argument"), "\(nowhere)")
    }
  }

  // A service manager's CPUAffinity= is for its service, not for the containers that this one starts.
  @Test(arguments: Runtime.oursOnly)
  func theCallersAffinityIsNotTheContainers(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let everywhere = try #require(client.witness(in: f).text("cpus"))
      func held(_ words: String) throws -> Outcome {
        try f.run("taskset", ["-c", "0", "sh", "-c", "\(client.commandLine) \(words)"]).succeeded()
      }
      let alone = try f.bundle(["witness"])
      #expect(try Witness(held("run --bundle \(alone.path) \(alone.id)")).text("cpus") == everywhere)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      #expect(try Witness(held("exec \(bundle.id) witness")).text("cpus") == everywhere)
    }
  }

  private func call(
    _ client: RuntimeClient, _ bundle: TestBundle, _ f: Fixture, _ members: [String: JSONValue]
  ) throws -> Outcome {
    var process = ConfigTree(["args": ["witness"], "cwd": "/", "env": ["PATH=/bin"]])
    for (name, value) in members { process[name] = value }
    let file = try f.write(
      String(decoding: try JSON.encode(process.value), as: UTF8.self), to: "process.json")
    return try client.call("exec", "--process", file, bundle.id)
  }

  private func exec(
    _ client: RuntimeClient, _ bundle: TestBundle, _ f: Fixture, _ members: [String: JSONValue]
  ) throws -> Witness {
    try Witness(call(client, bundle, f, members).succeeded())
  }
}
