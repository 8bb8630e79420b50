import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// The shim checks its container's health (spec/shim-protocol.md, Health).
@Suite(.requiresRoot, .serialized) struct HealthTests {
  private static let obedient = [
    "sh", "-c", "trap 'exit 0' TERM; echo run; while :; do sleep 0.05; done",
  ]

  /// A shim whose container is checked by `check` every 50 ms.
  private func shim(
    _ f: Fixture, _ runtime: Runtime = .runc, check: [String],
    _ change: (inout HealthSettings) -> Void = { _ in }
  ) throws -> ShimUnderTest {
    let shim = try ShimUnderTest(f, runtime, f.bundle(Self.obedient))
    var process = ConfigTree(shim.bundle.config["process"] ?? .null)
    process["args"] = .array(check.map { .string($0) })
    try writeAtomically(shim.paths.healthProcess, try JSON.encode(process.value), durable: false)
    var health = HealthSettings(processFile: shim.paths.healthProcess)
    health.intervalMilliseconds = 50
    change(&health)
    shim.command.health = health
    return shim
  }

  private func health(_ shim: ShimUnderTest) throws -> JSONValue {
    try JSON.parse(try readFile(shim.paths.health), file: "health.json")
  }

  private func waitFor(_ status: String, _ shim: ShimUnderTest) throws -> JSONValue {
    try eventually("\(status)", within: .seconds(20)) {
      let health = try health(shim)
      return health["Status"]?.string == status ? .some(health) : .none
    }
  }

  @Test(arguments: Runtime.available)
  func aCheckThatSucceedsMakesItHealthy(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try shim(f, runtime, check: ["sh", "-c", "echo fine; echo really >&2"])
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let health = try waitFor("healthy", shim)
      #expect(health["FailingStreak"] == 0)
      let result = try #require(health["Log"]?[0])
      #expect(result["ExitCode"] == 0)
      #expect(["fine\nreally\n", "really\nfine\n"].contains(result["Output"]?.string))
      let (start, end) = (result["Start"]?.string, result["End"]?.string)
      #expect(try #require(start.flatMap(Timestamp.init)) <= #require(end.flatMap(Timestamp.init)))
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().exitCode == 0)
      // What a check writes is no output of the container's.
      #expect(launcher.out == "run\n")
      launcher.close()
      try shim.waitUntilOver()
      try shim.expectNothingLeft(beside: ["health-process.json"])
    }
  }

  @Test func failuresInARowMakeItUnhealthyAndFiveAreRemembered() async throws {
    try await Fixture.with { f in
      let shim = try shim(f, check: ["sh", "-c", "exit 3"]) { $0.retries = 6 }
      try shim.launch().waitUntilStarted()
      let health = try waitFor("unhealthy", shim)
      #expect(health["FailingStreak"] == 6)
      #expect(health["Log"]?.array?.count == 5)
      #expect(health["Log"]?[4]?["ExitCode"] == 3)
    }
  }

  @Test func aCheckThatTakesTooLongIsKilledAndHasFailed() async throws {
    try await Fixture.with { f in
      let shim = try shim(f, check: ["sh", "-c", "echo begun; exec sleep 1000"]) {
        $0.timeoutMilliseconds = 1500
        $0.retries = 1
      }
      try shim.launch().waitUntilStarted()
      let health = try waitFor("unhealthy", shim)
      #expect(health["Log"]?[0]?["ExitCode"] == -1)
      #expect(health["Log"]?[0]?["Output"] == "Health check exceeded timeout (1.5s): begun\n")
    }
  }

  @Test func aCheckThatCannotBeRunHasFailed() async throws {
    try await Fixture.with { f in
      let shim = try shim(f, check: ["/nonexist"]) { $0.retries = 1 }
      try shim.launch().waitUntilStarted()
      let health = try waitFor("unhealthy", shim)
      #expect(health["Log"]?[0]?["ExitCode"] == -1)
      #expect(health["Log"]?[0]?["Output"]?.string?.contains("/nonexist") == true)
    }
  }

  @Test func aCheckEndsWithTheContainer() async throws {
    try await Fixture.with { f in
      let shim = try shim(f, check: ["sh", "-c", "echo > /dev/shm/begun; exec sleep 1000"])
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      try eventually("the check is under way") {
        let peer = try shim.execute(["test", "-e", "/dev/shm/begun"])
        try peer.waitUntilStarted()
        return try peer.waitUntilExited().exitCode == 0
      }
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().exitCode == 0)
      launcher.close()
      try shim.waitUntilOver()
      #expect(!fileExists(shim.paths.health))
    }
  }

  @Test func aRestartBeginsAnew() async throws {
    try await Fixture.with { f in
      let shim = try shim(f, check: ["true"])
      shim.command.restart = .always
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      try eventually("five checks") { try health(shim)["Log"]?.array?.count == 5 }
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().restarting)
      try eventually("it begins anew") { (try health(shim)["Log"]?.array?.count ?? 5) < 5 }
      _ = try waitFor("healthy", shim)
    }
  }
}
