import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// A shim that is killed, and the one that takes its place.
@Suite(.requiresRoot, .serialized) struct AdoptionTests {
  // Each waits for a file, so that the test says what happens while no shim is there.
  private static let counting = """
    i=0; while :; do i=$((i+1)); echo line $i; echo err $i >&2; \
    while [ ! -e /go$i ]; do sleep 0.01; done; [ $i = 6 ] && exit 7; done
    """

  private func go(_ shim: ShimUnderTest, _ steps: ClosedRange<Int>) throws {
    for step in steps { try writeAtomically("\(shim.bundle.path)/rootfs/go\(step)", [], durable: false) }
  }

  @Test(arguments: Runtime.available)
  func nothingIsLostAndTheStatusIsTrue(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sh", "-c", Self.counting]))
      let first = try shim.launch()
      let pid = try first.waitUntilStarted()
      // What the shim has read and not yet written would go with it.
      try eventually("the first lines are in the log") { try shim.log().count == 2 }
      try shim.kill()
      // Written while nobody reads: it neither ends the container nor gets lost.
      try go(shim, 1...3)
      try eventually("it went on") { try readText("/proc/\(pid)/stat").contains(" S ") }
      let second = try shim.adopt()
      #expect(try second.waitUntilStarted() == pid)
      second.close()
      let third = try shim.attach()
      try go(shim, 4...6)
      let record = try third.waitUntilExited()
      try shim.waitUntilOver()
      // Linux 6.15 tells a status to those who are no parent.
      if try Host.kernelIsAtLeast(6, 15) {
        #expect(record.status == .exited && record.exitCode == 7 && record.signal == nil)
      } else {
        #expect(record.status == .unknown || record.exitCode == 7)
      }
      #expect(record.startedAt == Timestamp("2026-01-02T03:04:05Z"))
      #expect(try shim.record() == record)
      let log = try shim.log()
      for (stream, word) in [("stdout", "line"), ("stderr", "err")] {
        #expect(log.filter { $0.stream == stream }.map(\.text) == (1...6).map { "\(word) \($0)\n" })
      }
      #expect(shim.isCleaned)
      try shim.expectNothingLeft()
    }
  }

  @Test(arguments: Runtime.available)
  func ofOneThatEndedUnseenTheStatusIsUnknown(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sh", "-c", "echo last words; exec sleep 1000"]))
      let first = try shim.launch()
      let pid = try first.waitUntilStarted()
      try eventually("its words are in the log") { try shim.log().count == 1 }
      try shim.kill()
      try sendSignal(Signal.kill, toPID: pid)
      try eventually("it has ended") { !fileExists("/proc/\(pid)/exe") }
      let second = try shim.adopt()
      let record = try second.waitUntilExited()
      #expect(record.status == .unknown && record.exitCode == nil)
      #expect(record.error == "the shim was killed, and nobody saw how the container ended")
      try second.send(.cleaned)
      try shim.waitUntilOver()
      #expect(try shim.log().map(\.text) == ["last words\n"])
      #expect(!fileExists("\(shim.command.runtimeRoot)/\(shim.bundle.id)"))
      try shim.expectNothingLeft()
    }
  }

  // Between create and start: nobody will ever start it.
  @Test func oneThatHadNotBegunIsRemoved() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .ours, f.bundle(["sleep", "1000"]))
      try f.client(.ours).create(shim.bundle, "--pid-file", shim.paths.initPID).succeeded()
      let failure = try shim.adopt().waitUntilFailed()
      #expect(failure.code == 125)
      #expect(failure.message == "the shim was killed before the process began")
      #expect(!fileExists("\(shim.command.runtimeRoot)/\(shim.bundle.id)"))
      #expect(try shim.record().status == .failed)
    }
  }

  // The shim was killed in a restart: whoever adopts goes on with it.
  @Test func oneThatHadNotBegunIsRestartedWhereItsPolicySaysSo() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .ours, f.bundle(["sh", "-c", "echo run; sleep 1000"]))
      shim.command.restart = .unlessStopped
      try RestartsFile(count: 4, startedAt: .now()).write(shim.paths.restarts)
      try f.client(.ours).create(shim.bundle, "--pid-file", shim.paths.initPID).succeeded()
      let failed = try shim.adopt().waitUntilExited()
      #expect(failed.status == .failed)
      #expect(failed.restarting)
      #expect(failed.restartCount == 4)
      try eventually("it runs") { try shim.log().map(\.text) == ["run\n"] }
      #expect(try RestartsFile.read(shim.paths.restarts)?.count == 5)
    }
  }

  // A pid that is another process's by now, which the runtime does not call the container's.
  @Test func anotherProcessWithItsPIDIsNotTakenForIt() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .ours, f.bundle(["sleep", "1000"]))
      let stranger = try f.start("sleep", ["1000"])
      try writeAtomically(shim.paths.initPID, Array("\(stranger.pid)\n".utf8), durable: false)
      let second = try shim.adopt()
      let record = try second.waitUntilExited()
      #expect(record.status == .unknown)
      try second.send(.cleaned)
      try shim.waitUntilOver()
      #expect(fileExists("/proc/\(stranger.pid)"))
    }
  }

  @Test func itsTerminalIsGoneAndTheSessionIsToldSo() async throws {
    try await Fixture.with { f in
      let script = "trap 'echo hung up > /hup; exit 9' HUP; echo ready; while :; do sleep 0.01; done"
      let bundle = try f.bundle(["sh", "-c", script]) {
        $0["process.terminal"] = true; $0["root.readonly"] = false
      }
      let shim = try ShimUnderTest(f, .ours, bundle)
      let first = try shim.launch()
      try first.waitUntilStarted()
      try first.waitFor("ready")
      try shim.kill()
      try eventually("it heard of it") { fileExists("\(shim.bundle.path)/rootfs/hup") }
    }
  }
}
