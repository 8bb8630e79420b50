import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus stop, start, restart, kill, rm, wait", .serialized, .requiresRoot)
struct LifecycleTests {
  @Test func stopAsksAndPrintsTheName() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      let outcome = try f.apus("stop", "web")
      #expect(outcome.out == "web\n", "\(outcome)")
      #expect(try f.inspect(".State.ExitCode", of: id) == "0")
      #expect(try f.mounts() == [])
      // Again is no failure.
      #expect(try f.apus("stop", id).out == id + "\n")
    }
  }

  @Test func stopKillsAfterItsTime() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(
        ["--name", "web"], "sh", "-c", "trap '' TERM; echo ready; while :; do sleep 0.05; done")
      try eventually("it is ready") { try f.apus("logs", "web").out == "ready\n" }
      try f.apus("stop", "-t", "0", "web").succeeded()
      #expect(try f.inspect(".State.ExitCode", of: "web") == "137")
    }
  }

  @Test func stopSendsTheSignalThatWasAskedFor() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "trap 'exit 5' INT; echo ready; while :; do sleep 0.05; done"
      for (options, stop) in [(["--stop-signal", "INT"], []), ([], ["-s", "INT"])] {
        let id = try f.detached(options, "sh", "-c", script)
        try eventually("it is ready") { try f.apus("logs", id).out == "ready\n" }
        try f.run("apus", ["stop"] + stop + [id]).succeeded()
        #expect(try f.inspect(".State.ExitCode", of: id) == "5")
      }
    }
  }

  @Test func startRunsTheSameContainerAgain() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "cat /count 2>/dev/null; echo x >> /count; exit 2"
      #expect(try f.apus("run", "--name", "web", "busybox", "sh", "-c", script).status == 2)
      let again = try f.apus("start", "-a", "web")
      #expect(again.out == "x\n", "\(again)")
      #expect(again.status == 2, "\(again)")
      let detached = try f.run("apus", ["start", "web"], files: [try f.path("o"), try f.path("e")])
      #expect(detached.out == "web\n", "\(detached)")
      #expect(try f.apus("wait", "web").out == "2\n")
      #expect(try f.apus("logs", "web").out == "x\nx\nx\n")
      try f.waitForCleanUp()
    }
  }

  @Test func startOfARunningContainerIsNoFailure() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let pid = try f.inspect(".State.Pid", of: "web")
      #expect(try f.apus("start", "web").out == "web\n")
      #expect(try f.inspect(".State.Pid", of: "web") == pid)
    }
  }

  @Test func inputReachesAStartedContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let first = try f.apus("run", "-i", "--name", "web", "busybox", "cat", stdin: "1")
      #expect(first.out == "1", "\(first)")
      let second = try f.apus("start", "-a", "-i", "web", stdin: "2")
      #expect(second.out == "2", "\(second)")
    }
  }

  @Test func restartStopsAndStarts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let pid = try f.inspect(".State.Pid", of: "web")
      let outcome = try f.run(
        "apus", ["restart", "-t", "5", "web"], files: [try f.path("o"), try f.path("e")])
      #expect(outcome.out == "web\n", "\(outcome)")
      #expect(try f.inspect(".State.Running", of: "web") == "true")
      #expect(try f.inspect(".State.Pid", of: "web") != pid)
    }
  }

  @Test func restartKeepsAContainerThatIsToBeRemovedAtItsEnd() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--rm")
      try f.run("apus", ["restart", id], files: [try f.path("o"), try f.path("e")]).succeeded()
      #expect(try f.inspect(".State.Running", of: id) == "true")
      try f.apus("stop", id).succeeded()
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }

  @Test func killSendsKillOrWhatIsAsked() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(
        ["--name", "web"], "sh", "-c", "trap 'echo usr' USR1; echo ready; while :; do sleep 0.05; done")
      try eventually("it is ready") { try f.apus("logs", "web").out == "ready\n" }
      try f.apus("kill", "-s", "USR1", "web").succeeded()
      try eventually("it got the signal") { try f.apus("logs", "web").out == "ready\nusr\n" }
      #expect(try f.apus("kill", "web").out == "web\n")
      #expect(try f.inspect(".State.ExitCode", of: "web") == "137")
      try f.apus("kill", "web").expectFailure(1, "is not running")
      #expect(try f.mounts() == [])
    }
  }

  @Test func removeRefusesARunningContainerInDockersWords() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let outcome = try f.apus("rm", "web")
      outcome.expectFailure(1, "")
      #expect(
        outcome.complaint
          == "apus: cannot remove container \"/web\": container is running: "
          + "stop the container before removing or force remove")
      #expect(try f.apus("rm", "-f", "web").out == "web\n")
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }

  @Test func eachArgumentIsDoneWhateverBecameOfTheOthers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for name in ["aa", "bb"] { try f.apus("run", "--name", name, "busybox", "true").succeeded() }
      let outcome = try f.apus("rm", "aa", "nosuch", "bb")
      #expect(outcome.out == "aa\nbb\n", "\(outcome)")
      #expect(outcome.err == "apus: No such container: nosuch\n", "\(outcome)")
      #expect(outcome.status == 1)
      try f.expectNothingLeft()
    }
  }

  /// Its end before would be forgotten, and the container one that lost its shim.
  @Test func aStartThatFailsIsRemembered() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "main")
      try f.apus("run", "--name", "guest", "--pid", "container:main", "busybox", "true").succeeded()
      try f.apus("stop", "-t", "0", "main").succeeded()
      for verb in ["start", "restart"] {
        try f.apus(verb, "guest").expectFailure(1, "non running container")
        let state = "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}"
        let told = try f.apus("inspect", "-f", state, "guest").succeeded().answer
        #expect(told.hasPrefix("exited 128 ") && told.contains("non running container"), "\(told)")
        #expect(try f.apus("wait", "guest").out == "128\n")
      }
      try f.apus("start", "main").succeeded()
      #expect(try f.apus("start", "-a", "guest").status == 0)
      #expect(try f.inspect(".State.Error", of: "guest") == "")
      try f.apus("create", "--name", "typo", "busybox", "nosuch").succeeded()
      #expect(try f.apus("start", "typo").status == 1)
      #expect(try f.inspect(".State.Status", of: "typo") == "created")
      #expect(try f.inspect(".State.ExitCode", of: "typo") == "127")
      #expect(try f.apus("wait", "typo").out == "127\n")
    }
  }

  @Test func waitPrintsExitCodes() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["--name", "aa"], "sh", "-c", "mkfifo /gate; read x < /gate; exit 3")
      #expect(try f.apus("run", "--name", "bb", "busybox", "sh", "-c", "exit 4").status == 4)
      let waiting = try f.start("apus", ["wait", "bb", "aa"])
      try waiting.waitForOutput("4\n")
      try eventually("the gate is there") { try f.apus("exec", "aa", "test", "-p", "/gate").status == 0 }
      try f.apus("exec", "aa", "sh", "-c", "echo > /gate").succeeded()
      #expect(try waiting.wait().out == "4\n3\n")
      try f.waitForCleanUp()
    }
  }

  @Test func whatWasWrittenStaysUntilItIsRemoved() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      try f.apus("exec", "web", "sh", "-c", "echo kept > /file").succeeded()
      try f.apus("stop", "web").succeeded()
      #expect(try readText("\(f.root)/containers/\(id)/upper/file") == "kept")
      try f.apus("rm", "web").succeeded()
      #expect(!fileExists("\(f.root)/containers/\(id)"))
    }
  }
}
