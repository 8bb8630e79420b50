import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Containers that are scopes of systemd's. These run in hack/test-v2's machine.
@Suite(.requiresRoot, .requiresSystemd) struct SystemdTests {
  /// The container's unit, when its configuration names none.
  private func unit(_ bundle: TestBundle) -> String { "apus-\(bundle.id).scope" }

  private func directory(_ bundle: TestBundle) -> String { "/sys/fs/cgroup/system.slice/\(unit(bundle))" }

  private func bundle(
    _ f: Fixture, _ args: [String] = ["sleep", "60"], edit: (inout ConfigTree) -> Void = { _ in }
  ) throws -> TestBundle {
    try f.bundle(args) {
      $0["linux.cgroupsPath"] = nil
      edit(&$0)
    }
  }

  private func create(_ client: RuntimeClient, _ bundle: TestBundle) throws -> Outcome {
    try client.call(
      ["create", "--bundle", bundle.path, bundle.id], global: ["--systemd-cgroup"],
      files: [bundle.stdoutFile, bundle.stderrFile])
  }

  private func running(
    _ f: Fixture, _ args: [String] = ["sleep", "60"], edit: (inout ConfigTree) -> Void = { _ in }
  ) throws -> (RuntimeClient, TestBundle) {
    let client = f.client(.ours)
    let bundle = try bundle(f, args, edit: edit)
    try create(client, bundle).succeeded()
    try client.call("start", bundle.id).succeeded()
    return (client, bundle)
  }

  /// What systemd says of a unit.
  private func properties(_ f: Fixture, _ unit: String) throws -> Set<String> {
    Set(try f.run("systemctl", ["show", unit]).succeeded().lines)
  }

  private func exists(_ f: Fixture, _ unit: String) throws -> Bool {
    try !properties(f, unit).contains("LoadState=not-found")
  }

  @Test func theContainerIsAScopeWithItsLimits() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f) {
        $0["linux.resources.memory"] = ["limit": 67_108_864, "reservation": 33_554_432, "swap": 134_217_728]
        $0["linux.resources.cpu"] = ["shares": 512, "quota": 50500, "period": 100_000, "cpus": "0"]
        $0["linux.resources.pids"] = ["limit": 17]
      }
      let properties = try properties(f, unit(bundle))
      for expected in [
        "Slice=system.slice", "Delegate=yes", "DefaultDependencies=no", "CollectMode=inactive-or-failed",
        "MemoryMax=67108864", "MemoryLow=33554432", "MemorySwapMax=67108864", "CPUWeight=59",
        "CPUQuotaPerSecUSec=510ms", "AllowedCPUs=0", "TasksMax=17", "DevicePolicy=strict",
        "ActiveState=active",
        "ControlGroup=/system.slice/\(unit(bundle))",
      ] { #expect(properties.contains(expected), "\(expected)") }
      // What systemd rounds is as the document has it nevertheless.
      #expect(try readText("\(directory(bundle))/cpu.max") == "50500 100000")
      #expect(try readText("\(directory(bundle))/memory.max") == "67108864")
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      #expect(try readText("\(directory(bundle))/cgroup.procs") == "\(pid)")
    }
  }

  /// Callers give the flag to `create` alone.
  @Test func laterCommandsNeedNoFlag() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f)
      let witness = try Witness(client.call("exec", bundle.id, "witness").succeeded())
      #expect(Witness.membership("pids", in: witness.texts("cgroup")) == "0::/")
      #expect(try client.call("ps", "--format", "json", bundle.id).succeeded().answer.hasPrefix("["))
      try client.call("delete", "--force", bundle.id).succeeded()
      #expect(try !exists(f, unit(bundle)))
      #expect(!fileExists(directory(bundle)))
    }
  }

  @Test func aContainerThatHasEndedIsDeletedThoughItsUnitIsGone() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f)
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      try eventually("systemd has noticed") { try !exists(f, unit(bundle)) }
      #expect(try client.status(bundle.id) == "stopped")
      try client.call("delete", bundle.id).succeeded()
    }
  }

  @Test func runInTheForegroundLeavesNoUnit() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let bundle = try bundle(f, ["sh", "-c", "cat /proc/self/cgroup; exit 7"]) {
        $0["linux.cgroupsPath"] = .string("user.slice:libpod:\(f.cgroupParent.dropFirst())")
        $0["linux.namespaces[5]"] = nil
      }
      let outcome = try client.call(
        ["run", "--bundle", bundle.path, bundle.id], global: ["--cgroup-manager", "systemd"])
      let unit = "libpod-\(f.cgroupParent.dropFirst()).scope"
      #expect(outcome.status == 7, "\(outcome)")
      #expect(outcome.answer == "0::/user.slice/\(unit)")
      #expect(try !exists(f, unit))
    }
  }

  @Test func annotationsBecomeProperties() async throws {
    try await Fixture.with { f in
      let (_, bundle) = try running(f) {
        $0["annotations"] = [
          "org.systemd.property.TimeoutStopSec": "uint64 7", "org.systemd.property.Description": "'mine'",
        ]
      }
      let properties = try properties(f, unit(bundle))
      #expect(properties.isSuperset(of: ["TimeoutStopUSec=7s", "Description=mine"]))
    }
  }

  @Test func anUpdateIsToldToSystemdToo() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f) { $0["linux.resources.pids"] = ["limit": 17] }
      try client.call(
        ["update", "--pids-limit", "23", "--cpu-quota", "50500", "--cpu-period", "100000", bundle.id]
      ).succeeded()
      let properties = try properties(f, unit(bundle))
      #expect(properties.isSuperset(of: ["TasksMax=23", "CPUQuotaPerSecUSec=510ms"]))
      #expect(try readText("\(directory(bundle))/pids.max") == "23")
      #expect(try readText("\(directory(bundle))/cpu.max") == "50500 100000")
    }
  }

  /// systemd writes what it knows to the files at each change, and has no words for some of it.
  @Test func whatSystemdHasNoWordForOutlivesAnUpdateOfSomethingElse() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f) {
        $0["linux.resources.cpu"] = [
          "shares": 200, "quota": 50500, "period": 100_000, "burst": 20000, "idle": 1,
        ]
        $0["linux.resources.unified"] = ["memory.oom.group": "1"]
      }
      func values() throws -> [String] {
        try ["cpu.idle", "cpu.max", "cpu.max.burst", "memory.oom.group"].map {
          try readText("\(directory(bundle))/\($0)")
        }
      }
      #expect(try values() == ["1", "50500 100000", "20000", "1"])
      #expect(try properties(f, unit(bundle)).contains("CPUWeight=idle"))
      try client.call("update", "--pids-limit", "23", "--memory", "64M", bundle.id).succeeded()
      #expect(try values() == ["1", "50500 100000", "20000", "1"])
      try client.call("update", "--cpu-quota", "30300", bundle.id).succeeded()
      #expect(try values() == ["1", "30300 100000", "20000", "1"])
      try client.call("update", "--cpu-share", "400", bundle.id).succeeded()
      #expect(try values() == ["0", "30300 100000", "20000", "1"])
      #expect(try properties(f, unit(bundle)).contains("CPUWeight=49"))
    }
  }

  /// The unit of a container that runs is not ended for another that would have its name.
  @Test(arguments: [false, true]) func aUnitThatIsThereIsLeftAlone(paused: Bool) async throws {
    try await Fixture.with { f in
      let (client, first) = try running(f)
      if paused { try client.call("pause", first.id).succeeded() }
      let second = try bundle(f) { $0["linux.cgroupsPath"] = .string(":apus:\(first.id)") }
      #expect(try create(client, second).status == 1)
      let message = try readText(second.stderrFile)
      #expect(
        message.contains(paused ? "unexpectedly frozen" : "container's cgroup is not empty"), "\(message)")
      #expect(try client.status(first.id) == (paused ? "paused" : "running"))
      #expect(try properties(f, unit(first)).contains("ActiveState=active"))
      #expect(!fileExists("\(client.stateRoot)/\(second.id)"))
    }
  }

  /// One whose processes are all in a cgroup below its own.
  @Test func aUnitOfSomebodyElsesIsLeftAlone() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let mine = try bundle(f)
      let name = unit(mine)
      let script = "mkdir \(directory(mine))/inner; sleep 60 & echo $! >\(directory(mine))/inner/cgroup.procs"
      try f.run(
        "systemd-run", ["--quiet", "--scope", "--collect", "--unit", name, "sh", "-c", script],
        files: [mine.stdoutFile, mine.stderrFile]
      ).succeeded()
      f.atEnd("stop the unit") { try f.run("systemctl", ["stop", name]).succeeded() }
      #expect(try create(client, mine).status == 1)
      let message = try readText(mine.stderrFile)
      #expect(message.contains("systemd has a unit \"\(name)\" already, needed another name"), "\(message)")
      #expect(try properties(f, name).contains("ActiveState=active"))
    }
  }

  @Test func whatSystemdRefusesIsToldAndNothingIsLeft() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let bundle = try bundle(f) { $0["annotations"] = ["org.systemd.property.Nonsense": "1"] }
      let outcome = try create(client, bundle)
      let message = try String(decoding: readFile(bundle.stderrFile), as: UTF8.self)
      #expect(outcome.status == 1)
      #expect(
        message.contains("systemd: start \"\(unit(bundle))\": Cannot set property Nonsense"), "\(message)")
      #expect(try !exists(f, unit(bundle)))
      #expect(!fileExists("\(client.stateRoot)/\(bundle.id)"))
    }
  }

  @Test func aContainerThatFailsLaterLeavesNoUnit() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let bundle = try bundle(f, ["/no/such/program"])
      #expect(try create(client, bundle).status == 1)
      #expect(try !exists(f, unit(bundle)))
      #expect(!fileExists(directory(bundle)))
    }
  }

  @Test func theUnitOfAHalfMadeContainerIsRemovedByForce() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f)
      try removeFile("\(client.stateRoot)/\(bundle.id)/state.json")
      #expect(try client.call("delete", bundle.id).status == 1)
      try client.call("delete", "--force", bundle.id).succeeded()
      #expect(try !exists(f, unit(bundle)))
      #expect(!fileExists(directory(bundle)))
    }
  }

  @Test func devicesStayRestrictedWhenSystemdReloads() async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f) {
        $0["linux.devices"] = [
          ["path": "/dev/loops", "type": "c", "major": 10, "minor": 237, "fileMode": 0o666]
        ]
      }
      for _ in 1...2 {
        let witness = try Witness(
          client.call("exec", bundle.id, "witness", "read:/dev/loops", "read:/dev/zero").succeeded())
        #expect(witness.answer("read:/dev/loops") == "EPERM")
        #expect(witness.answer("read:/dev/zero") == "ok")
        try f.run("systemctl", ["daemon-reload"]).succeeded()
      }
    }
  }
}

/// Where there is no systemd to ask.
@Suite(.requiresRoot, .disabled(if: Host.hasSystemd, "systemd runs this machine")) struct WithoutSystemdTests
{
  @Test func askingForItIsAClearErrorAndNothingIsLeft() async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      let bundle = try f.bundle { $0["linux.cgroupsPath"] = nil }
      f.environment["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=\(f.directory)/no-bus"
      let outcome = try client.call(
        ["run", "--bundle", bundle.path, bundle.id], global: ["--systemd-cgroup"])
      #expect(outcome.status == 1)
      #expect(outcome.complaint.contains("systemd: reach the system's bus: "), "\(outcome)")
      #expect(outcome.complaint.contains("no such file or directory"))
      #expect(!fileExists("\(client.stateRoot)/\(bundle.id)"))
    }
  }

  @Test func aPathForCgroupfsIsRefused() async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle()
      let outcome = try f.client(.ours).call(
        ["run", "--bundle", bundle.path, bundle.id], global: ["--systemd-cgroup"])
      #expect(
        outcome.complaint.hasSuffix(
          "linux.cgroupsPath: \"\(bundle.cgroup)\" is not for systemd, needed \"slice:prefix:name\""),
        "\(outcome)")
    }
  }
}
