import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// The shim starts its container again (spec/shim-protocol.md, Restarts).
@Suite(.requiresRoot, .serialized) struct RestartTests {
  /// Runs until it is told to go, and obeys at once.
  private static let obedient = [
    "sh", "-c", "trap 'exit 7' TERM; echo run; while :; do sleep 0.05; done",
  ]

  /// Runs the body with a shim whose container has a restart policy.
  private static func with(
    _ policy: RestartPolicy, _ command: [String], _ runtime: Runtime = .runc, _ test: String = #function,
    _ body: (Fixture, ShimUnderTest) async throws -> Void
  ) async throws {
    try await Fixture.with(test) { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(command))
      shim.command.restart = policy
      try await body(f, shim)
    }
  }

  private func runs(_ shim: ShimUnderTest) throws -> Int {
    try shim.log().filter { $0.text == "run\n" }.count
  }

  /// Waits for a pause that is long enough to do something in: 800 ms and more.
  private func waitForLongPause(_ shim: ShimUnderTest) throws {
    try eventually("a long pause") {
      // The record is there before the runtime has deleted the container; init's pid goes when the pause begins.
      guard let record = try ExitRecord.read(shim.command.exitRecord) else { return false }
      return record.restarting && record.restartCount > 2 && !fileExists(shim.paths.initPID)
    }
  }

  private func startAndWaitForLongPause(_ shim: ShimUnderTest) throws {
    _ = try shim.launchAndWait()
    try waitForLongPause(shim)
  }

  /// Attaches a client while there is no container.
  private func attachInPause(_ shim: ShimUnderTest, _ streams: AttachStreams) throws -> ShimPeer {
    let client = try shim.connect()
    try client.send(.attach(streams))
    #expect(try client.receive() == .attached(pid: 0))
    return client
  }

  @Test(arguments: Runtime.available)
  func aFailureIsRestartedSoManyTimes(runtime: Runtime) async throws {
    try await Self.with(.onFailure(maximum: 2), ["sh", "-c", "echo run; exit 3"], runtime) { _, shim in
      let launcher = try shim.launchAndWait()
      let first = try launcher.waitUntilExited()
      #expect(first.exitCode == 3)
      #expect(first.restarting)
      #expect(first.restartCount == 0)
      #expect(launcher.out == "run\n")
      // The launcher is let go, and its connection's end is not taken for the end of the container.
      #expect(try launcher.receive() == nil)
      try shim.waitUntilOver()
      let last = try shim.record()
      #expect(last.exitCode == 3)
      #expect(!last.restarting)
      #expect(last.restartCount == 2)
      #expect(try runs(shim) == 3)
      // Once, and after the last end.
      #expect(try readText("\(shim.bundle.path)/cleaned") == "cleaned")
      try shim.expectNothingLeft()
    }
  }

  @Test func successIsNoFailure() async throws {
    try await Self.with(.onFailure(maximum: 0), ["sh", "-c", "echo run"]) { _, shim in
      let launcher = try shim.launchAndWait()
      #expect(try launcher.waitUntilExited().restarting == false)
      launcher.close()
      try shim.waitUntilOver()
      #expect(try runs(shim) == 1)
    }
  }

  @Test(arguments: Runtime.available)
  func aSignalIsAnEndLikeAnyOtherAndAStopIsTheLast(runtime: Runtime) async throws {
    try await Self.with(.always, Self.obedient, runtime) { _, shim in
      let launcher = try shim.launchAndWait()
      try launcher.waitFor("run\n")
      #expect(!fileExists(shim.paths.restarts))
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().restarting)
      try eventually("the second run") { try runs(shim) == 2 }
      let restarts = try #require(try RestartsFile.read(shim.paths.restarts))
      #expect(restarts.count == 1)
      let client = try shim.attach()
      try client.send(.stop(Signal.terminate))
      #expect(try client.receive() == .delivered(errno: 0))
      let record = try client.waitUntilExited()
      #expect(record.exitCode == 7)
      #expect(!record.restarting)
      #expect(record.restartCount == 1)
      #expect(record.startedAt == restarts.startedAt)
      try shim.waitUntilOver()
      #expect(shim.isCleaned)
      try shim.expectNothingLeft()
    }
  }

  @Test func killIsTheUsersWill() async throws {
    try await Self.with(.always, Self.obedient) { _, shim in
      let launcher = try shim.launchAndWait()
      try launcher.send(.signal(Signal.kill))
      #expect(try launcher.receive() == .delivered(errno: 0))
      let record = try launcher.waitUntilExited()
      #expect(record.exitCode == 137)
      #expect(!record.restarting)
    }
  }

  @Test(arguments: [ShimMessage.stop(Signal.terminate), .signal(Signal.kill)])
  func inThePauseItIsTheEnd(message: ShimMessage) async throws {
    try await Self.with(.always, ["sh", "-c", "exit 4"]) { _, shim in
      try startAndWaitForLongPause(shim)
      let client = try attachInPause(shim, [])
      try client.send(message)
      #expect(try client.receive() == .delivered(errno: 0))
      let record = try client.waitUntilExited()
      #expect(record.exitCode == 4)
      #expect(!record.restarting)
      try shim.waitUntilOver()
      #expect(try shim.record() == record)
      #expect(shim.isCleaned)
      try shim.expectNothingLeft()
    }
  }

  /// The shim is killed in the pause, or earlier, when the runtime has not deleted the container yet.
  @Test func whoTakesOverInThePauseGoesOnWithIt() async throws {
    try await Self.with(.always, ["sh", "-c", "echo run; exit 4"]) { _, shim in
      try startAndWaitForLongPause(shim)
      let (count, before) = (try shim.record().restartCount, try runs(shim))
      try shim.kill()
      let told = try shim.adopt().waitUntilExited()
      #expect(told.restarting && told.exitCode == 4 && told.restartCount == count)
      try eventually("it is restarted") { try runs(shim) > before }
      try waitForLongPause(shim)
      let client = try attachInPause(shim, [])
      try client.send(.stop(Signal.terminate))
      #expect(try client.receive() == .delivered(errno: 0))
      let record = try client.waitUntilExited()
      #expect(record.exitCode == 4 && !record.restarting && record.restartCount > count)
      try shim.waitUntilOver()
      #expect(shim.isCleaned)
      try shim.expectNothingLeft()
    }
  }

  @Test func inThePauseThereIsNobodyToSignalAndNothingToRunAProcessIn() async throws {
    try await Self.with(.always, ["sh", "-c", "exit 4"]) { _, shim in
      try startAndWaitForLongPause(shim)
      let client = try shim.connect()
      try client.send(.signal(Signal.hangUp))
      #expect(try client.receive() == .delivered(errno: ErrorCode.again))
      let message = try shim.execute(["true"]).waitUntilFailed().message
      #expect(message == "exec: the container is restarting, wait until the container is running")
    }
  }

  @Test func whoAttachesInThePauseSeesTheNextRun() async throws {
    try await Self.with(.always, ["sh", "-c", "echo run; exit 4"]) { _, shim in
      try startAndWaitForLongPause(shim)
      let client = try attachInPause(shim, [.output, .error])
      let record = try client.waitUntilExited()
      #expect(record.restarting)
      #expect(client.out == "run\n")
    }
  }

  @Test func anotherPolicyCountsFromTheNextEndOn() async throws {
    try await Self.with(.always, Self.obedient) { _, shim in
      let launcher = try shim.launchAndWait()
      try launcher.waitFor("run\n")
      try launcher.send(.policy(.onFailure(maximum: 1)))
      #expect(try launcher.receive() == .delivered(errno: 0))
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().restarting)
      try eventually("the second run") { try runs(shim) == 2 }
      let client = try shim.attach([])
      try client.send(.signal(Signal.terminate))
      #expect(try client.receive() == .delivered(errno: 0))
      #expect(try client.waitUntilExited().restarting == false)
    }
  }

  @Test func whatCannotBeStartedAgainHasFailed() async throws {
    try await Self.with(.onFailure(maximum: 0), Self.obedient) { f, shim in
      let launcher = try shim.launchAndWait()
      try launcher.waitFor("run\n")
      try spoil(f, shim)
      try launcher.send(.signal(Signal.terminate))
      try shim.waitUntilOver()
      let record = try shim.record()
      #expect(record.status == .failed)
      #expect(record.exitCode == 127)
      #expect(!record.restarting)
      #expect(record.restartCount == 1)
      #expect(shim.isCleaned)
      try shim.expectNothingLeft()
    }
  }

  @Test func alwaysMeansThatAFailedStartIsTriedAgain() async throws {
    try await Self.with(.unlessStopped, Self.obedient) { f, shim in
      let launcher = try shim.launchAndWait()
      try launcher.waitFor("run\n")
      try spoil(f, shim)
      try launcher.send(.signal(Signal.terminate))
      try eventually("two starts have failed") {
        guard let record = try ExitRecord.read(shim.command.exitRecord) else { return false }
        return record.status == .failed && record.restarting && record.restartCount > 1
      }
      try f.write(shim.bundle.config, to: shim.bundle)
      try eventually("it runs again") { try runs(shim) == 2 }
      let client = try shim.connect()
      try client.send(.signal(Signal.kill))
      try shim.waitUntilOver()
    }
  }

  /// From now on the container cannot be made.
  private func spoil(_ f: Fixture, _ shim: ShimUnderTest) throws {
    var config = shim.bundle.config
    config["process.args"] = ["/nonexist"]
    try f.write(config, to: shim.bundle)
  }

  @Test func aShimKilledInThePauseLeavesTheEndOfTheLastRun() async throws {
    try await Self.with(.always, ["sh", "-c", "exit 4"]) { f, shim in
      try startAndWaitForLongPause(shim)
      try shim.kill()
      let record = try shim.record()
      #expect(record.exitCode == 4)
      #expect(record.restarting)
      #expect(try f.processes().isEmpty)
    }
  }
}
