import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("Health checks", .serialized, .requiresRoot)
struct HealthTests {
  @Test func theStatusStandsInPsAndInspect() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper(
        "--name", "web", "--health-cmd", "test -e /well && echo $A", "-e", "A=fine",
        "--health-interval", "100ms", "--health-retries", "2")
      try eventually("it is unhealthy") { try f.apus("ps").lines.last?.contains(" (unhealthy) ") == true }
      #expect(try f.inspect(".State.Health.Status", of: id) == "unhealthy")
      try f.apus("exec", "web", "touch", "/well").succeeded()
      try eventually("it is healthy") { try f.apus("ps").lines.last?.contains(" (healthy) ") == true }
      #expect(try f.inspect(".State.Health.FailingStreak", of: id) == "0")
      try eventually("its output is there") {
        try f.inspect("json .State.Health.Log", of: id).contains(#""ExitCode":0,"Output":"fine\n""#)
      }
      #expect(
        try f.inspect("json .Config.Healthcheck", of: id)
          == #"{"Test":["CMD-SHELL","test -e /well && echo $A"],"Interval":100000000,"Retries":2}"#)
      // What the checks write is not in the container's log.
      #expect(try f.apus("logs", "web").out == "ready\n")
      try f.apus("rm", "-f", "web").succeeded()
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }

  @Test func beforeTheFirstCheckItIsStarting() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--health-cmd", "true", "--health-interval", "1h")
      #expect(try f.inspect(".State.Health.Status", of: id) == "starting")
      #expect(try f.apus("ps").lines.last?.contains(" (health: starting) ") == true)
      try f.apus("stop", id).succeeded()
      #expect(try f.apus("ps", "-a").lines.last?.contains("(health") == false)
      try f.waitForCleanUp()
    }
  }

  @Test func withoutACheckThereIsNoHealth() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--no-healthcheck")
      #expect(try f.inspect("json .Config.Healthcheck", of: id) == #"{"Test":["NONE"]}"#)
      try f.apus("inspect", "-f", "{{.State.Health}}", id).expectFailure(1, "no field \"Health\"")
      try f.apus("rm", "-f", id).succeeded()
    }
  }

  @Test(
    arguments: [
      (["--health-interval", "5s"], "no health check to set: the image has none, so give --health-cmd"),
      (["--health-cmd", "true", "--health-interval", "5"], "time: missing unit in duration \"5\""),
      (["--health-cmd", "true", "--health-interval", "-5s"], "--health-interval cannot be negative"),
      (["--health-cmd", "true", "--health-retries", "-1"], "--health-retries cannot be negative"),
      (
        ["--health-cmd", "true", "--health-timeout", "1us"], "Timeout in Healthcheck cannot be less than 1ms"
      ),
      (["--health-cmd", "true", "--no-healthcheck"], "--no-healthcheck conflicts with --health-* options"),
    ] as [([String], String)])
  func whatCannotBeMeantIsRefused(options: [String], words: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.run("apus", ["run"] + options + ["busybox", "true"]).expectFailure(125, words)
      try f.expectNothingLeft()
    }
  }
}
