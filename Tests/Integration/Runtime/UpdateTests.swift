import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `update`: new limits for a container that is in use.
@Suite(.requiresRoot) struct UpdateTests {
  private func value(_ controller: String, _ bundle: TestBundle, _ names: (v1: String, v2: String)) throws
    -> String
  {
    let directory = try #require(try Host.cgroup(controller, bundle.cgroup), "no hierarchy has \(controller)")
    let file = "\(directory)/\(names.v1)"
    return try readText(fileExists(file) ? file : "\(directory)/\(names.v2)")
  }

  private func memory(_ bundle: TestBundle) throws -> String {
    try value("memory", bundle, ("memory.limit_in_bytes", "memory.max"))
  }

  private func pids(_ bundle: TestBundle) throws -> String {
    try value("pids", bundle, ("pids.max", "pids.max"))
  }

  private func running(_ f: Fixture, _ runtime: Runtime) throws -> (RuntimeClient, TestBundle) {
    let client = f.client(runtime)
    let bundle = try f.bundle(["sleep", "60"]) {
      $0["linux.resources.memory"] = ["limit": 67_108_864]
      $0["linux.resources.pids"] = ["limit": 20]
      $0["linux.resources.cpu"] = ["quota": 50_000, "period": 100_000]
    }
    try client.launch(bundle)
    return (client, bundle)
  }

  @Test(arguments: Runtime.available)
  func optionsChangeOneLimitEach(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      try client.call("update", "--memory", "128M", "--pids-limit", "30", bundle.id).succeeded()
      #expect(try memory(bundle) == "134217728")
      #expect(try pids(bundle) == "30")
      #expect(try value("cpu", bundle, ("cpu.cfs_quota_us", "cpu.max")).hasPrefix("50000"))
      try client.call("update", "--cpu-quota", "25000", bundle.id).succeeded()
      #expect(try value("cpu", bundle, ("cpu.cfs_quota_us", "cpu.max")).hasPrefix("25000"))
      try client.call("update", "--cpuset-cpus", "0", "--cpu-share", "512", bundle.id).succeeded()
      #expect(try value("cpuset", bundle, ("cpuset.cpus", "cpuset.cpus")) == "0")
      // Of runc and crun here the old, straight formula's weight; ours is on the curve.
      #expect(
        ["512", runtime == .ours ? "59" : "20"].contains(
          try value("cpu", bundle, ("cpu.shares", "cpu.weight"))))
    }
  }

  // runc's tests/integration/update.bats, as the next one.
  @Test(arguments: Runtime.available)
  func withoutALimitOfMemoryThereIsNoneOfSwap(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      try client.call("update", "--memory", "64M", "--memory-swap", "96M", bundle.id).succeeded()
      try client.call("update", "--memory", "-1", bundle.id).succeeded()
      let unlimited = ["9223372036854771712", "max"]
      #expect(unlimited.contains(try memory(bundle)))
      #expect(
        unlimited.contains(
          try value("memory", bundle, ("memory.memsw.limit_in_bytes", "memory.swap.max"))))
    }
  }

  // runc 1.1.5 has no option for it.
  @Test(arguments: Runtime.oursOnly)
  func nothingMayBeSavedUpAgain(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      func burst() throws -> String {
        try value("cpu", bundle, ("cpu.cfs_burst_us", "cpu.max.burst"))
      }
      try client.call("update", "--cpu-burst", "20000", bundle.id).succeeded()
      #expect(try burst() != "0")
      try client.call("update", "--cpu-burst", "0", bundle.id).succeeded()
      #expect(try burst() == "0")
    }
  }

  @Test(arguments: Runtime.available, ["-", "FILE"])
  func resourcesComeFromAFileOrFromStandardInput(runtime: Runtime, from: String) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let text = #"{"memory":{"limit":0,"reservation":33554432},"cpu":{"cpus":""},"pids":{"limit":40}}"#
      let file = try f.write(text, to: "resources.json")
      let source = from == "-" ? "-" : file
      try client.call("update", "--resources=\(source)", bundle.id, stdin: .bytes(Array(text.utf8)))
        .succeeded()
      #expect(try memory(bundle) == "67108864")
      #expect(try value("memory", bundle, ("memory.soft_limit_in_bytes", "memory.low")) == "33554432")
      #expect(try pids(bundle) == "40")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func theConfigurationKeepsTheNewValues(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      try client.call("update", "--memory", "-1", "--cpu-period", "200000", bundle.id).succeeded()
      let copy = ConfigTree(
        try JSON.parse(try readFile("\(client.stateRoot)/\(bundle.id)/config.json"), file: "config.json"))
      #expect(copy["linux.resources.memory.limit"] == -1)
      #expect(copy["linux.resources.cpu"] == ["quota": 50_000, "period": 200_000])
      #expect(copy["linux.resources.pids.limit"] == 20)
      #expect(copy["process"] == bundle.config["process"])
      // The quota stays although the period alone was named.
      #expect(try value("cpu", bundle, ("cpu.cfs_quota_us", "cpu.max")).hasPrefix("50000"))
    }
  }

  // The second of three values cannot be had; the first is taken back.
  @Test(arguments: Runtime.oursOnly)
  func whatCannotBeAppliedAppliesNothing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let before = try readFile("\(client.stateRoot)/\(bundle.id)/config.json")
      let outcome = try client.call(
        "update", "--cpuset-cpus", "0", "--memory", "128M", "--cpu-quota", "10", "--pids-limit", "50",
        bundle.id)
      #expect(outcome.status == 1)
      #expect(outcome.complaint.contains("linux.resources.cpu.quota"), "\(outcome)")
      #expect(try memory(bundle) == "67108864")
      #expect(try pids(bundle) == "20")
      #expect(try value("cpuset", bundle, ("cpuset.cpus", "cpuset.cpus")) != "0")
      #expect(try readFile("\(client.stateRoot)/\(bundle.id)/config.json") == before)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func whatUpdateCannotDoIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      // v1 kernels since 6.7 take the limit and do nothing with it; those before refuse it.
      let kernelMemoryWords = try Host.isUnified ? "needed cgroup v1" : "memory.kmem.limit_in_bytes"
      for (arguments, words) in [
        (["--memory", "many"], "invalid value \"many\" for --memory"), ([], "nothing to change"),
        (["--l3-cache-schema", "L3:0=f\nMB:0=9"], "--l3-cache-schema holds a line break"),
        (["--l3-cache-schema", ""], "--l3-cache-schema is empty, expected a line such as"),
        (["--mem-bw-schema", "L3:0=f"], "--mem-bw-schema \"L3:0=f\" does not begin with \"MB:\""),
        (["--kernel-memory", "1M"], "linux.resources.memory.kernel"),
        (["--kernel-memory", "1M"], kernelMemoryWords),
        (["--resources", "/nonexistent"], "no such file or directory"),
      ] {
        let outcome = try client.call(["update"] + arguments + [bundle.id])
        #expect(outcome.status == 1)
        #expect(outcome.complaint.contains(words), "\(outcome)")
      }
      let same: Input = #"{"devices":[{"allow":false,"access":"rwm"}],"pids":{"limit":21}}"#
      try client.call("update", "-r", "-", bundle.id, stdin: same).succeeded()
      #expect(try pids(bundle) == "21")
    }
  }

  // What is written where there is one, ResourceControlTests show.
  @Test(arguments: Runtime.oursOnly)
  func aClassOfServiceNeedsResctrl(runtime: Runtime) async throws {
    let has = try readText("/proc/self/mountinfo").contains(" - resctrl ")
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let words =
        has
        ? "linux.intelRdt: missing, the container \"\(bundle.id)\" was made without a class of service"
        : "linux.intelRdt: no resctrl file system is mounted on this host, needed one"
      for arguments in [
        ["--l3-cache-schema", "L3:0=f"], ["--mem-bw-schema", "MB:0=50", "--pids-limit", "3"],
      ] {
        let before = try pids(bundle)
        let outcome = try client.call(["update"] + arguments + [bundle.id])
        #expect(outcome.status == 1)
        #expect(outcome.complaint.contains(words), "\(outcome)")
        #expect(try pids(bundle) == before)
      }
    }
  }

  /// A container with a device that nobody's defaults have: reading it is EPERM where it is denied, else EINVAL.
  private func asking(_ f: Fixture) throws -> (RuntimeClient, TestBundle) {
    let client = f.client(.ours)
    let bundle = try f.bundle(["sleep", "600"]) {
      $0["linux.devices"] = [
        ["path": "/dev/loops", "type": "c", "major": 10, "minor": 237, "fileMode": 0o666]
      ]
    }
    try client.launch(bundle)
    return (client, bundle)
  }

  private func answers(_ client: RuntimeClient, _ bundle: TestBundle) throws -> [String?] {
    let witness = try Witness(
      try client.call("exec", bundle.id, "witness", "read:/dev/loops", "write:/dev/null", "read:/dev/zero")
        .succeeded())
    return ["read:/dev/loops", "write:/dev/null", "read:/dev/zero"].map(witness.answer)
  }

  private func update(_ devices: String, _ client: RuntimeClient, _ bundle: TestBundle, and more: String = "")
    throws -> Outcome
  {
    let text = #"{"devices":[{"allow":false,"access":"rwm"}\#(devices)]\#(more)}"#
    return try client.call("update", "-r", "-", bundle.id, stdin: .bytes(Array(text.utf8)))
  }

  private let loops = #",{"allow":true,"type":"c","major":10,"minor":237,"access":"rw"}"#

  // runc takes no notice of devices, crun does.
  @Test(arguments: Runtime.oursOnly)
  func deviceRulesAreReplaced(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try asking(f)
      #expect(try answers(client, bundle) == ["EPERM", "ok", "ok"])
      // Wider, narrower, wider again, and more often than the kernel would keep filters beside each other (64).
      for _ in 0..<35 {
        try update(loops, client, bundle).succeeded()
        try update("", client, bundle).succeeded()
      }
      #expect(try answers(client, bundle) == ["EPERM", "ok", "ok"])
      try update(loops, client, bundle).succeeded()
      #expect(try answers(client, bundle) == ["EINVAL", "ok", "ok"])
      let copy = ConfigTree(
        try JSON.parse(try readFile("\(client.stateRoot)/\(bundle.id)/config.json"), file: "config.json"))
      #expect(copy["linux.resources.devices"]?.array?.count == 2)
      // Without a word about devices they stay.
      try client.call("update", "--pids-limit", "21", bundle.id).succeeded()
      #expect(try answers(client, bundle) == ["EINVAL", "ok", "ok"])
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func everythingCanBeAllowedAndDeniedAgain(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try asking(f)
      try update(#",{"allow":true,"access":"rwm"}"#, client, bundle).succeeded()
      #expect(try answers(client, bundle) == ["EINVAL", "ok", "ok"])
      try update("", client, bundle).succeeded()
      #expect(try answers(client, bundle) == ["EPERM", "ok", "ok"])
    }
  }

  // The limit cannot be had, so the devices are as they were.
  @Test(arguments: Runtime.oursOnly)
  func deviceRulesComeBackWithTheOtherLimits(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try asking(f)
      let outcome = try update(loops, client, bundle, and: #","cpu":{"quota":10}"#)
      #expect(outcome.complaint.contains("linux.resources.cpu.quota"), "\(outcome)")
      #expect(try answers(client, bundle) == ["EPERM", "ok", "ok"])
      let wrong = try update(#",{"allow":true,"type":"c","access":"x"}"#, client, bundle)
      #expect(wrong.complaint.contains("linux.resources.devices[1].access"), "\(wrong)")
    }
  }

  @Test(arguments: Runtime.available)
  func onlyAContainerThatLivesCanBeUpdated(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.create(bundle).succeeded()
      try client.call("update", "--pids-limit", "9", bundle.id).succeeded()
      #expect(try pids(bundle) == "9")
      #expect(try client.call("update", "--pids-limit", "9", "nosuch").complaint.contains("does not exist"))
      guard runtime == .ours else { return }
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      #expect(
        try client.call("update", "--pids-limit", "9", bundle.id).complaint.contains("container not running"))
    }
  }
}
