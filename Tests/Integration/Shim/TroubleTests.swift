import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// What must not hurt the container, or must be refused at once.
@Suite(.requiresRoot, .serialized) struct TroubleTests {
  @Test func aLogThatCannotBeWrittenEndsAndTheContainerGoesOn() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "seq 1 1000; exit 3"]))
      shim.command.log = "/dev/full"
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let record = try launcher.waitUntilExited()
      #expect(record.exitCode == 3)
      #expect(record.error.hasPrefix("log \"/dev/full\": no space left on device"), "\(record.error)")
      #expect(launcher.out == (1...1000).map { "\($0)\n" }.joined())
      #expect(try shim.record() == record)
    }
  }

  @Test func aLogThatCannotBeOpenedIsRefused() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle())
      shim.command.log = "/nonexist/log"
      let failure = try shim.launch().waitUntilFailed()
      #expect(failure == (125, "open /nonexist/log: no such file or directory"))
    }
  }

  @Test func anEarlierRunsRecordDoesNotSpeakForThisOne() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sleep", "1000"]))
      try ExitRecord(id: "old", ended: .exited(0), startedAt: nil, finishedAt: .now()).write(
        shim.command.exitRecord)
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      #expect(try ExitRecord.read(shim.command.exitRecord) == nil)
    }
  }

  @Test func aSecondShimIsRefused() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sleep", "1000"]))
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      #expect(try isLocked(shim.paths.lock))
      let outcome = try f.run("apus-shim", shim.command.arguments)
      #expect(outcome.status == 125)
      #expect(outcome.complaint.contains("another shim has the container"), "\(outcome)")
      #expect(outcome.complaint.split(separator: "\n").count == 1)
      _ = try shim.attach([])
    }
  }

  @Test(
    arguments: [
      ([], "--id is needed"), (["--bogus"], "unknown flag: --bogus"),
      (["word"], "unexpected argument \"word\""),
    ] as [([String], String)])
  func misuseIsToldInOneLine(arguments: [String], message: String) async throws {
    try await Fixture.with { f in
      let outcome = try f.run("apus-shim", arguments)
      #expect(outcome.status == 125)
      #expect(outcome.complaint.contains(message))
      #expect(outcome.complaint.split(separator: "\n").count == 1)
    }
  }

  @Test func theShimOutlivesWhatAsksItToGo() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sleep", "1000"]))
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let pid = try #require(Int32(try readText(shim.paths.shimPID)))
      for signal in [Signal.terminate, Signal.hangUp, Signal.interrupt, Signal.quit] {
        try sendSignal(signal, toPID: pid)
      }
      let client = try shim.connect()
      try client.send(.signal(Signal.kill))
      #expect(try client.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().exitCode == 137)
    }
  }
}
