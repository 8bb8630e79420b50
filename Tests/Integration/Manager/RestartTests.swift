import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("Restart policies", .serialized, .requiresRoot)
struct RestartTests {
  private static let failing = ["sh", "-c", "echo run; exit 3"]

  private func failing(_ f: Fixture, _ options: String...) throws -> String {
    try f.detached(options, "sh", "-c", "echo run; exit 3")
  }

  private func restarts(_ f: Fixture) throws -> Int { Int(try f.inspect(".RestartCount", of: "web")) ?? 0 }

  /// Waits for a pause in which nothing of `web` runs, after so many restarts; each is longer than the one before.
  private func waitForPause(_ f: Fixture, _ id: String, after count: Int) throws {
    try eventually("a pause", within: .seconds(30)) {
      guard !fileExists("\(f.runRoot)/shims/\(id)/init.pid") else { return false }
      return try restarts(f) >= count && f.inspect(".State.Restarting", of: "web") == "true"
    }
  }

  /// Starts `web`, which ends with `code` at a signal.
  private func untilTold(_ f: Fixture, _ signals: String, code: Int, _ options: String...) throws -> String {
    let script = "trap 'exit \(code)' \(signals); echo ready; while :; do sleep 0.05; done"
    let id = try f.detached(options + ["--name", "web"], "sh", "-c", script)
    try eventually("it is ready") { try f.apus("logs", "web").out == "ready\n" }
    return id
  }

  @Test func aFailureIsRestartedSoManyTimesAndThenNothingIsLeft() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try failing(f, "--restart", "on-failure:2", "--name", "web")
      // No command is run until it is over: the shim does all of it, the exit command included.
      try f.waitForCleanUp()
      try eventually("the run directory is gone") { !fileExists("\(f.runRoot)/shims/\(id)") }
      #expect(try f.inspect(".State.Status", of: "web") == "exited")
      #expect(try f.inspect(".State.ExitCode", of: "web") == "3")
      #expect(try f.inspect(".RestartCount", of: "web") == "2")
      #expect(try f.apus("logs", "web").out == "run\nrun\nrun\n")
      #expect(
        try f.inspect("json .HostConfig.RestartPolicy", of: "web")
          == #"{"Name":"on-failure","MaximumRetryCount":2}"#)
      try f.apus("rm", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func anAttachedRunEndsWithItsFirstRun() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let run = try f.run(
        "apus", ["run", "--restart", "on-failure:1", "--name", "web", "busybox"] + Self.failing)
      #expect(run.out == "run\n", "\(run)")
      #expect(run.status == 3, "\(run)")
      try f.waitForCleanUp()
      #expect(try f.inspect(".RestartCount", of: "web") == "1")
      #expect(try f.apus("logs", "web").out == "run\nrun\n")
    }
  }

  @Test func waitEndsWithTheNextEnd() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try failing(f, "--restart", "always", "--name", "web")
      #expect(try f.apus("wait", "web").out == "3\n")
      #expect(try f.apus("ps", "-q").succeeded().lines.count == 1)
      try f.apus("rm", "-f", "web").succeeded()
    }
  }

  @Test func inThePauseItIsRestartingAndStopEndsIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try failing(f, "--restart", "always", "--name", "web")
      try eventually("ps says so") {
        let line = try f.apus("ps").succeeded().lines.last ?? ""
        return line.contains("Restarting (3) Less than a second ago")
          || line.contains("Restarting (3) 1 second ago")
      }
      try eventually("inspect says so") {
        guard try f.inspect(".State.Restarting", of: "web") == "true" else { return false }
        return true
      }
      #expect(try f.inspect(".State.Running", of: "web") == "true")
      try f.apus("rm", "web").expectFailure(1, "stop the container before removing or force remove")
      #expect(try f.apus("start", "web").out == "web\n")
      #expect(try f.apus("stop", "web").out == "web\n")
      #expect(try f.inspect(".State.Status", of: id) == "exited")
      #expect(try f.inspect(".State.Restarting", of: id) == "false")
      #expect(try f.inspect(".State.ExitCode", of: id) == "3")
      try f.waitForCleanUp()
    }
  }

  @Test func inALongPauseNobodyCanBeSignalledAndNothingRun() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try failing(f, "--restart", "always", "--name", "web")
      // One of some seconds.
      try waitForPause(f, id, after: 5)
      try f.apus("exec", "web", "true").expectFailure(
        1, "Container \(id) is restarting, wait until the container is running")
      try f.apus("kill", "-s", "HUP", "web").expectFailure(
        1, "it is restarting, wait until the container is running")
      #expect(try f.apus("kill", "web").out == "web\n")
      #expect(try f.inspect(".State.Status", of: id) == "exited")
      try f.waitForCleanUp()
    }
  }

  @Test func killEndsItAndAnotherSignalDoesNot() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try untilTold(f, "HUP TERM", code: 0, "--restart", "always")
      let began = try f.inspect(".State.StartedAt", of: id)
      try f.apus("kill", "-s", "HUP", "web").succeeded()
      try eventually("it runs again") { try f.apus("logs", "web").out == "ready\nready\n" }
      #expect(try f.inspect(".RestartCount", of: id) == "1")
      #expect(try f.inspect(".State.StartedAt", of: id) > began)
      try f.apus("kill", "-s", "TERM", "web").succeeded()
      try f.waitForCleanUp()
      #expect(try f.inspect(".State.Status", of: id) == "exited")
    }
  }

  @Test func restartingByHandBeginsToCountAnew() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try untilTold(f, "TERM", code: 0, "--restart", "always")
      try f.run("apus", ["restart", "web"], files: [try f.path("o"), try f.path("e")]).succeeded()
      #expect(try f.inspect(".State.Status", of: id) == "running")
      #expect(try f.inspect(".RestartCount", of: id) == "0")
      try f.apus("stop", "web").succeeded()
      try f.waitForCleanUp()
    }
  }

  /// Removed at many moments: while it runs, while it is deleted, in the pause, while it is made again.
  @Test func removingItByForceAtAnyMomentLeavesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for step in 0..<12 {
        _ = try failing(f, "--restart", "always", "--name", "web\(step)")
        LinuxSystem.sleep(milliseconds: step * 23)
        try f.apus("rm", "-f", "web\(step)").succeeded()
      }
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }

  /// Whatever it was doing: running, deleting, waiting, making it again.
  @Test func aShimKilledAtAnyMomentLeavesAStatusAndWhatCanBeRemoved() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for step in 0..<12 {
        let id = try failing(f, "--restart", "always", "--name", "web\(step)")
        LinuxSystem.sleep(milliseconds: step * 23)
        try f.killShim(of: id)
        // A command of the runtime that it had started ends by itself; an init that waits for `start` does not.
        try eventually("no runtime is at work") {
          let file = "\(f.runRoot)/shims/\(id)/init.pid"
          let inner = fileExists(file) ? Int32(try readText(file)) : nil
          return try f.processes().allSatisfy { !$0.command.contains("apus-runtime") || $0.pid == inner }
        }
        // One that was running is adopted, and restarted by the shim that adopts it.
        let state = try f.inspect("json .State", of: id)
        #expect(
          [#""Running":true"#, #""ExitCode":3,"#, #""ExitCode":-1,"#].contains { state.contains($0) },
          "\(state) at \(step)")
        try f.apus("rm", "-f", id).succeeded()
      }
      try f.expectNothingLeft()
    }
  }

  @Test(arguments: [["inspect", "-f", "{{.State.Status}}", "web"], ["ps", "-a", "--format", "{{.State}}"]])
  func aShimKilledInThePauseIsReplacedAndItIsRestarted(command: [String]) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try failing(f, "--restart", "always", "--name", "web")
      try waitForPause(f, id, after: 4)
      try f.killShim(of: id)
      #expect(try f.run("apus", command).succeeded().out == "restarting\n")
      let before = try f.apus("logs", "web").lines.count
      #expect(try isLocked("\(f.runRoot)/shims/\(id)/lock"))
      try eventually("it runs again") { try f.apus("logs", "web").lines.count > before }
      #expect(try restarts(f) > 3)
      try f.apus("rm", "-f", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func thePolicyCanBeChangedWhileItRuns() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try untilTold(f, "HUP", code: 1)
      #expect(try f.apus("update", "--restart", "on-failure:3", "web").out == "web\n")
      #expect(
        try f.inspect("json .HostConfig.RestartPolicy", of: id)
          == #"{"Name":"on-failure","MaximumRetryCount":3}"#)
      try f.apus("kill", "-s", "HUP", "web").succeeded()
      try eventually("it was restarted") { try f.apus("logs", "web").out == "ready\nready\n" }
      #expect(try f.inspect(".RestartCount", of: id) == "1")
      try f.apus("update", "--restart", "no", "web").succeeded()
      try f.apus("kill", "-s", "HUP", "web").succeeded()
      try f.waitForEnd(of: "web")
      try f.waitForCleanUp()
    }
  }

  @Test func whatCannotBeMeantIsRefusedInDockersWords() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--rm", "--restart", "always", "busybox", "true").expectFailure(
        125, "conflicting options: cannot specify both --restart and --rm")
      try f.apus("run", "--restart", "never", "busybox", "true").expectFailure(
        125, "invalid restart policy: unknown policy 'never'")
      try f.apus("update", "x").expectFailure(125, "you must provide one or more flags")
      try f.apus("update", "--restart", "no", "x").expectFailure(1, "No such container: x")
      _ = try f.sleeper("--rm", "--name", "web")
      try f.apus("update", "--restart", "always", "web").expectFailure(
        1, "Restart policy cannot be updated because AutoRemove is enabled for the container")
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("run", "--rm", "--restart", "no", "busybox", "true").succeeded()
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }
}
