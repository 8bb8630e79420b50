import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// create → start → (kill) → delete, and what `state` says in between.
@Suite(.requiresRoot) struct LifecycleTests {
  // conformance: RT-CREATE-1 RT-CREATE-2 RT-START-1 RT-STATE-1 RT-DELETE-1
  @Test(arguments: Runtime.available)
  func aContainerIsCreatedThenRunsThenStopsThenIsGone(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "echo started; sleep 60"])
      try client.create(bundle).succeeded()
      let created = try client.state(bundle.id)
      #expect(created["status"]?.string == "created")
      #expect(try bundle.output() == "")

      try client.call("start", bundle.id).succeeded()
      try eventually("the container speaks") { try bundle.output() == "started\n" }
      #expect(try client.status(bundle.id) == "running")

      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      try client.call("delete", bundle.id).succeeded()
      #expect(try client.call("state", bundle.id).status == 1)
      #expect(try listDirectory(client.stateRoot) == [])
    }
  }

  // runc's tests/integration/pidfd-socket.bats; the kernel would spare an init that handles no signal.
  @Test(arguments: Runtime.available, ["TERM", "INT", "HUP"])
  func aCreatedContainerCanBeStoppedKindly(runtime: Runtime, signal: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.create(bundle).succeeded()
      try client.call("kill", bundle.id, signal).succeeded()
      try client.waitUntilStopped(bundle.id)
    }
  }

  // runc's tests/integration/create.bats.
  @Test(arguments: Runtime.oursOnly)
  func aCreatedContainerHoldsNoMountOpen(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) { $0["linux.maskedPaths"] = ["/proc/fs", "/proc/bus"] }
      try client.create(bundle).succeeded()
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let open = try listDirectory("/proc/\(pid)/fd").map { try readLink("/proc/\(pid)/fd/\($0)") }
      #expect(!open.contains { $0.hasPrefix("/proc/") }, "\(open)")
    }
  }

  // conformance: RT-STATE-2 RT-STATE-3
  @Test(arguments: Runtime.available)
  func stateTellsWhatCallersRead(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) { $0["annotations"] = ["org.example.key": "value"] }
      try client.launch(bundle)
      let state = try client.state(bundle.id)
      #expect(state["ociVersion"]?.string?.hasPrefix("1.") == true)
      #expect(state["id"]?.string == bundle.id)
      #expect(state["status"]?.string == "running")
      #expect(state["bundle"]?.string == bundle.path)
      #expect(state["rootfs"]?.string == bundle.rootfs)
      #expect(state["annotations"]?["org.example.key"]?.string == "value")
      #expect(state["created"]?.string.flatMap(Timestamp.init) != nil)
      let pid = try #require(state["pid"]?.integer(as: Int32.self))
      // runc's start may return before its init has become the program.
      try eventually("the pid is the program's") {
        try readText("/proc/\(pid)/cmdline") == "sleep\u{0}60\u{0}"
      }
    }
  }

  // conformance: RT-LIFECYCLE-1
  @Test(arguments: Runtime.available)
  func editingConfigAfterCreateChangesNothing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["echo", "before"])
      try client.create(bundle).succeeded()
      var config = bundle.config
      config["process.args"] = ["echo", "after"]
      config["hostname"] = "after"
      try f.write(config, to: bundle)
      try client.call("start", bundle.id).succeeded()
      try client.waitUntilStopped(bundle.id)
      #expect(try bundle.output() == "before\n")
    }
  }

  // conformance: RT-START-2
  @Test(arguments: Runtime.available)
  func startingTwiceIsRefusedAndChangesNothing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "echo once; sleep 60"])
      try client.launch(bundle)
      try eventually("the container speaks") { try bundle.output() == "once\n" }
      let again = try client.call("start", bundle.id)
      #expect(again.status == 1)
      #expect(!again.complaint.isEmpty)
      #expect(try client.status(bundle.id) == "running")
      #expect(try bundle.output() == "once\n")
    }
  }

  @Test(arguments: Runtime.available)
  func startingAStoppedContainerIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["true"])
      try client.launch(bundle)
      try client.waitUntilStopped(bundle.id)
      #expect(try client.call("start", bundle.id).status == 1)
    }
  }

  // conformance: RT-CREATE-3
  @Test(arguments: Runtime.available)
  func anIdInUseIsRefusedAndTheFirstContainerLivesOn(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let again = try client.create(bundle)
      #expect(again.status == 1)
      let message = try readText(bundle.stderrFile)
      #expect(message.contains("exist"), "\(message)")
      #expect(try client.status(bundle.id) == "running")
    }
  }

  // conformance: RT-CREATE-4
  @Test(arguments: Runtime.available, ["", "a/b", "..", "a b", "../../etc"])
  func anIdThatIsNoNameIsRefused(runtime: Runtime, id: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle()
      let outcome = try client.call("create", "--bundle", bundle.path, id)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(!outcome.complaint.isEmpty)
    }
  }

  // conformance: RT-STATE-4 RT-START-3 RT-KILL-3 RT-DELETE-2
  @Test(arguments: Runtime.available, [["state"], ["start"], ["delete"], ["kill"]])
  func anUnknownContainerIsAnError(runtime: Runtime, command: [String]) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let outcome = try client.call(command + ["nosuch"])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("does not exist"), "\(outcome)")
      #expect(outcome.out == "")
    }
  }

  // conformance: RT-STATE-5 RT-CREATE-5 RT-START-4 RT-KILL-4 RT-DELETE-3
  @Test(arguments: Runtime.available, ["state", "create", "start", "kill", "delete", "exec", "run"])
  func aCommandWithoutAnIdIsAnError(runtime: Runtime, command: String) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).call(command)
      #expect(outcome.status != 0)
      #expect(!(outcome.err + outcome.out).isEmpty)
    }
  }

  @Test(arguments: Runtime.available)
  func forcedDeleteOfAnUnknownContainerSucceeds(runtime: Runtime) async throws {
    try await Fixture.with { f in
      // containerd's shim calls this after every failed create and takes any other answer for a fault.
      let outcome = try f.client(runtime).call("delete", "--force", "nosuch")
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  // conformance: RT-DELETE-4
  @Test(arguments: Runtime.available)
  func deletingARunningContainerIsRefusedUnlessForced(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let refused = try client.call("delete", bundle.id)
      #expect(refused.status == 1)
      #expect(refused.err.contains("not stopped"), "\(refused)")
      #expect(try client.status(bundle.id) == "running")
      try client.call("delete", "--force", bundle.id).succeeded()
      #expect(try client.call("state", bundle.id).status == 1)
    }
  }

  // conformance: RT-KILL-1 RT-KILL-2
  @Test(arguments: Runtime.available)
  func killSendsTheSignalByNameOrNumberAndIsRefusedOnceStopped(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let script = "for s in USR1 HUP TERM; do trap \"echo $s\" $s; done; trap 'exit 7' INT; echo ready; "
      let bundle = try f.bundle(["sh", "-c", script + "while :; do sleep 0.01; done"])
      try client.launch(bundle)
      try eventually("the container is ready") { try bundle.output() == "ready\n" }
      // Asks only whether it is there.
      try client.call("kill", bundle.id, "0").succeeded()
      for (signal, name) in [("USR1", "USR1"), ("SIGHUP", "HUP"), ("15", "TERM")] {
        try client.call("kill", bundle.id, signal).succeeded()
        try eventually("\(name) arrives") { try bundle.output().hasSuffix("\(name)\n") }
      }
      #expect(try bundle.output() == "ready\nUSR1\nHUP\nTERM\n")
      try client.call("kill", bundle.id, "INT").succeeded()
      try client.waitUntilStopped(bundle.id)
      let late = try client.call("kill", bundle.id, "TERM")
      #expect(late.status == 1)
      #expect(late.err.contains("not running") || late.err.contains("no such process"), "\(late)")
    }
  }

  @Test(arguments: Runtime.available)
  func killWithoutASignalIsTERM(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle([
        "sh", "-c", "trap 'echo TERM; exit' TERM; echo ready; while :; do sleep 0.01; done",
      ])
      try client.launch(bundle)
      try eventually("the container is ready") { try bundle.output() == "ready\n" }
      try client.call("kill", bundle.id).succeeded()
      try client.waitUntilStopped(bundle.id)
      #expect(try bundle.output() == "ready\nTERM\n")
    }
  }

  @Test(arguments: Runtime.available)
  func anUnknownSignalIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let outcome = try client.call("kill", bundle.id, "NOSUCH")
      #expect(outcome.status == 1)
      #expect(try client.status(bundle.id) == "running")
    }
  }

  // conformance: RT-DELETE-5
  @Test(arguments: Runtime.available)
  func aCreatedContainerCanBeDeletedAndItsIdUsedAgain(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["echo", "second"])
      try client.create(bundle).succeeded()
      try client.call("delete", "--force", bundle.id).succeeded()
      #expect(try f.processes().isEmpty)
      try client.launch(bundle)
      try client.waitUntilStopped(bundle.id)
      #expect(try bundle.output() == "second\n")
    }
  }

  // conformance: RT-DELETE-1
  @Test(arguments: Runtime.available)
  func deleteRemovesTheCgroups(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let pids = try #require(try Host.cgroup("pids", bundle.cgroup))
      #expect(fileExists(pids))
      try client.call("delete", "--force", bundle.id).succeeded()
      for hierarchy in try Host.cgroupHierarchies() {
        #expect(!fileExists(hierarchy + bundle.cgroup), "\(hierarchy)")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func createLeavesAPidFileAndInitToItsCaller(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      let pidFile = try f.path("pid")
      try client.create(bundle, "--pid-file", pidFile).succeeded()
      let pid = try #require(Int32(try readText(pidFile)))
      #expect(try client.state(bundle.id)["pid"]?.integer() == pid)
      // conmon and containerd's shim become its parent as subreapers; here that is whoever reaps orphans.
      let parent = try #require(try ProcessFacts(pid: pid)).parentPID
      #expect(try !readText("/proc/\(parent)/cmdline").contains(runtime.rawValue))
    }
  }

  @Test(arguments: Runtime.available)
  func aDetachedRunReturnsWhileTheContainerRuns(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      let pidFile = try f.path("pid")
      try client.call(
        ["run", "--detach", "--pid-file", pidFile, "--bundle", bundle.path, bundle.id],
        files: [bundle.stdoutFile, bundle.stderrFile]
      ).succeeded()
      #expect(try client.status(bundle.id) == "running")
      let pid = try #require(Int32(try readText(pidFile)))
      #expect(try ProcessFacts(pid: pid)?.hasEnded == false)
    }
  }

  @Test(arguments: Runtime.available)
  func runDeletesTheContainerWhenItEnds(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["true"])
      try client.run(bundle).succeeded()
      #expect(try client.call("state", bundle.id).status == 1)
      #expect(try listDirectory(client.stateRoot) == [])
    }
  }

  @Test(arguments: Runtime.available)
  func theBundleIsTheWorkingDirectoryByDefault(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["echo", "here"])
      let client = f.client(runtime)
      let outcome = try f.shell("cd \(bundle.path) && exec \(client.commandLine) run \(bundle.id)")
      #expect(outcome.out == "here\n", "\(outcome)")
    }
  }
}
