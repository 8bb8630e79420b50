import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Killed in the middle", .serialized, .requiresRoot)
struct CrashTests {
  /// Kills a run at many moments from its beginning to its end, then looks.
  @Test func aManagerKilledAtAnyMomentLeavesNothingHalfRecorded() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for step in 0..<30 {
        let running = try f.start("apus", ["run", "--rm", "--name", "crash\(step)", "busybox", "true"])
        sleepUntilStep(step)
        try running.kill()
      }
      // What had begun ends on its own; the next command that makes something sweeps the rest.
      try eventually("no shim lives") { try f.processes().isEmpty }
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      let left = try f.apus("ps", "-a", "--no-trunc").succeeded().lines.dropFirst()
      #expect(left.isEmpty, "\(left)")
      try f.expectNothingLeft()
    }
  }

  /// Not waiting for anything: the moments at which the kill falls are what is tried.
  private func sleepUntilStep(_ step: Int) { LinuxSystem.sleep(milliseconds: step * 2) }

  /// Between its row and its shim: it is a container that nobody waits for, and none of what it has is in use.
  @Test(arguments: [
    ["volume", "rm", "data"], ["volume", "prune", "-a", "-f"], ["network", "rm", "app"],
    ["network", "prune", "-f"], ["rmi", "busybox"], ["image", "prune", "-a", "-f"],
    ["rename", "other", "web"],
  ])
  func whatAKilledRunHasIsFree(_ command: [String]) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      if command[0] == "rename" { try f.apus("create", "--name", "other", "busybox", "true").succeeded() }
      try f.killManager(
        ["run", "--rm", "--name", "web", "--network", "app", "-v", "data:/data", "busybox", "true"],
        atWorkOn: "attach", isDone: false)
      try eventually("everybody has ended") { try f.processes().isEmpty }
      #expect(try f.apus("ps", "-a", "--format", "{{.Names}}").lines.contains("web"))
      let outcome = try f.run("apus", command).succeeded()
      let things = ["volume": "data", "network": "app", "rmi": "busybox", "image": "busybox"]
      if let thing = things[command[0]] { #expect(outcome.out.contains(thing), "\(outcome)") }
      let left = try f.apus("ps", "-a", "--no-trunc", "--format", "{{.Names}}").lines
      #expect(left == (command[0] == "rename" ? ["web"] : []))
      _ = try f.apus("rm", "-f", "web")
      try f.apus("network", "prune", "-f").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func aDirectoryWithoutARowIsSweptUnlessSomebodyHoldsIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let litter = f.root + "/containers/" + String(repeating: "a", count: 64)
      let held = f.root + "/containers/" + String(repeating: "b", count: 64)
      let foreign = f.root + "/containers/lost+found"
      for path in [litter, held, foreign] { try makeDirectories(path + "/bundle/rootfs") }
      try mount("x", on: litter + "/bundle/rootfs", type: "tmpfs")
      let lock = try DirectoryLock(held)
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      #expect(!fileExists(litter))
      #expect(fileExists(held))
      #expect(fileExists(foreign))
      try removeTree(foreign)
      _ = consume lock
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func aContainerThatLostItsShimIsAdoptedByTheNextCommand() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      let inner = try #require(Int32(try f.inspect(".State.Pid", of: "web")))
      for command in ["ps", "inspect web", "logs web"] {
        try f.killShim(of: id)
        try f.shell("apus \(command)").succeeded()
        #expect(try isLocked("\(f.runRoot)/shims/\(id)/lock"), "after \(command)")
      }
      #expect(try f.apus("ps").lines[1].contains("Up "))
      #expect(try f.inspect(".State.Pid", of: "web") == "\(inner)")
      #expect(try f.apus("logs", "web").lines == ["ready"])
      #expect(try f.apus("exec", "web", "echo", "still").answer == "still")
      try f.killShim(of: id)
      try f.apus("stop", "web").succeeded()
      if try Host.kernelIsAtLeast(6, 15) {
        #expect(try f.apus("ps", "-a").lines[1].contains("Exited (0)"))
      }
      try f.apus("rm", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func oneThatEndedWithItsShimIsUnknownAndCleanedUp() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let kept = try f.sleeper("--name", "kept")
      let removed = try f.sleeper("--name", "removed", "--rm")
      for id in [kept, removed] {
        let inner = try #require(Int32(try f.inspect(".State.Pid", of: id)))
        try f.killShim(of: id)
        try sendSignal(Signal.kill, toPID: inner)
        try eventually("it has ended") { try ProcessFacts(pid: inner)?.hasEnded ?? true }
      }
      let lines = try f.apus("ps", "-a").succeeded().lines
      #expect(lines.count == 2 && lines[1].contains("Exited (unknown)"), "\(lines)")
      try f.waitForCleanUp()
      try f.apus("wait", "kept").expectFailure(1, "is not known")
      try f.apus("start", "kept").succeeded()
      try f.apus("rm", "-f", "kept").succeeded()
      try f.expectNothingLeft()
    }
  }

  // Stopped at create and at start: whoever waits for the shim undoes what it had made.
  @Test(arguments: ["create", "start"])
  func aShimKilledWhileItStartsLeavesNothing(phase: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let real = try #require(Host.findProgram("apus-runtime"))
      let script = """
        #!/bin/sh
        case " $* " in *" \(phase) "*) : > \(f.directory)/reached; sleep 1000;; esac
        exec \(real) "$@"

        """
      let runtime = try f.write(script, to: "slow", mode: 0o755)
      let running = try f.start("apus", ["run", "--runtime", runtime, "--name", "web", "busybox", "true"])
      try eventually("the runtime is at work") { fileExists("\(f.directory)/reached") }
      let id = try #require(try listDirectory("\(f.runRoot)/shims").first)
      try f.killShim(of: id)
      let outcome = try running.wait()
      #expect(outcome.status == 125)
      #expect(outcome.complaint.contains("ended before the process began"), "\(outcome)")
      try f.expectNothingLeft()
    }
  }

  /// Who starts two is given what the shims of both leave, and ends only what belongs to the start that failed.
  @Test func aFailedStartEndsNothingOfAnotherContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let real = try #require(Host.findProgram("apus-runtime"))
      let script = """
        #!/bin/sh
        case " $* " in *" create "*) : > \(f.directory)/reached; sleep 1000;; esac
        exec \(real) "$@"

        """
      let slow = try f.write(script, to: "slow", mode: 0o755)
      let good = try f.apus("create", "--name", "good", "busybox", "sleep", "1000").succeeded().answer
      let bad = try f.apus("create", "--name", "bad", "--runtime", slow, "busybox", "true").succeeded().answer
      let running = try f.start("apus", ["start", "good", "bad"])
      try eventually("the runtime is at work") { fileExists("\(f.directory)/reached") }
      let inner = try readText("\(f.runRoot)/shims/\(good)/init.pid")
      try f.killShim(of: good)
      try f.killShim(of: bad)
      #expect(try running.wait().status != 0)
      #expect(try f.inspect(".State.Status", of: "good") == "running")
      #expect(try f.inspect(".State.Pid", of: "good") == inner)
      try f.apus("rm", "-f", "good", "bad").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func manyAtOnceDoNotDisturbEachOther() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = """
        for i in 1 2 3 4 5 6 7 8; do apus run --rm busybox echo $i & done
        for i in 1 2 3 4; do apus run --name same busybox true 2>/dev/null & done
        wait
        """
      let outcome = try f.shell(script)
      #expect(Set(outcome.lines) == Set((1...8).map(String.init)), "\(outcome)")
      #expect(try f.apus("ps", "-aq").lines.count == 1)
      try f.apus("rm", "same").succeeded()
      try f.expectNothingLeft()
    }
  }
}
