import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// A container whose launcher goes away, and those who come to it later.
@Suite(.requiresRoot, .serialized) struct DetachedTests {
  @Test(arguments: Runtime.available)
  func whenTheLauncherHasGoneTheExitCommandCleansUp(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(
        f, runtime, f.bundle(["sh", "-c", "echo a; echo b >&2; printf c; exit 3"]))
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      launcher.close()
      try shim.waitUntilOver()
      #expect(try shim.record().exitCode == 3)
      #expect(try readText("\(shim.bundle.path)/cleaned") == "cleaned")
      try shim.expectNothingLeft()
      let log = try shim.log()
      #expect(log.filter { $0.stream == "stdout" }.map(\.text) == ["a\n", "c"])
      #expect(log.filter { $0.stream == "stderr" }.map(\.text) == ["b\n"])
    }
  }

  @Test(arguments: Runtime.available)
  func aLauncherThatDiesBeforeTheContainerIsMadeChangesNothing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sh", "-c", "exit 4"]))
      try shim.launch().close()
      try shim.waitUntilOver()
      #expect(try shim.record().exitCode == 4)
      #expect(shim.isCleaned)
    }
  }

  @Test(arguments: Runtime.available)
  func clientsComeAndGoAndEachSeesTheOutput(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(
        f, runtime, f.bundle(["sh", "-c", "while read x; do echo got $x; done; exit 5"]))
      shim.command.keepsInput = true
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      launcher.close()
      let (first, second) = (try shim.attach([.input, .output]), try shim.attach())
      try first.send(.input(Array("one\n".utf8)))
      try first.waitFor("got one\n")
      try second.waitFor("got one\n")
      first.close()
      let third = try shim.attach([.input, .output])
      try third.send(.input(Array("two\n".utf8)))
      try third.send(.inputEnd)
      #expect(try third.waitUntilExited().exitCode == 5)
      #expect(third.out == "got two\n")
      #expect(try second.waitUntilExited().exitCode == 5)
      #expect(second.out == "got one\ngot two\n")
      #expect(try second.receive() == nil)
      try shim.waitUntilOver()
      #expect(shim.isCleaned)
    }
  }

  @Test func aClientThatWantsNoStreamIsToldOfTheEnd() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "read x; echo $x; exit 8"]))
      shim.command.keepsInput = true
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let waiter = try shim.attach([])
      try launcher.send(.input([65, 10]))
      #expect(try waiter.waitUntilExited().exitCode == 8)
      #expect(waiter.out == "")
    }
  }

  @Test func stdinEndsWithTheLastClientThatEndsIt() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["cat"]))
      shim.command.keepsInput = true
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let other = try shim.attach([.input, .output])
      try other.send(.inputEnd)
      try launcher.send(.input([65]))
      try launcher.waitFor("A")
      try launcher.send(.inputEnd)
      #expect(try launcher.waitUntilExited().exitCode == 0)
    }
  }

  @Test func aClientThatDoesNotReadIsDroppedAndToldSo() async throws {
    try await Fixture.with { f in
      let script = "read x; head -c 8388608 /dev/zero; echo end; read x"
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", script]))
      shim.command.keepsInput = true
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let lazy = try shim.attach()
      try launcher.send(.input([10]))
      try eventually("all has come") { try launcher.receiveOutput() && launcher.stdout.count == 8_388_612 }
      guard case .dropped(let reason) = try lazy.receive() else { throw TestFailure("it was not told") }
      #expect(reason.hasPrefix("no output was taken for 2 seconds"))
      #expect(try lazy.receive() == nil)
      #expect(lazy.stdout.count < 2 << 20)
      try launcher.send(.input([10]))
      #expect(try launcher.waitUntilExited().exitCode == 0)
    }
  }

  @Test func aLauncherThatDoesNotReadIsDroppedWhenSomebodyElseDoes() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(
        f, .runc, f.bundle(["sh", "-c", "read x; head -c 8388608 /dev/zero; exit 3"]))
      shim.command.keepsInput = true
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let other = try shim.attach([.input, .output])
      try other.send(.input([10]))
      #expect(try other.waitUntilExited().exitCode == 3)
      #expect(other.stdout.count == 8_388_608)
      guard case .dropped = try launcher.receive() else { throw TestFailure("it was not told") }
      #expect(try launcher.receive() == nil)
      // It is not the launcher any more: the exit command cleans up.
      try shim.waitUntilOver()
      #expect(shim.isCleaned)
    }
  }

  /// Slower than the container, but never still: it gets everything.
  @Test func aSlowClientThatIsNotTheLauncherIsWaitedFor() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(
        f, .runc, f.bundle(["sh", "-c", "read x; head -c 33554432 /dev/zero; exit 3"]))
      shim.command.keepsInput = true
      shim.command.log = nil
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let slow = try shim.attach()
      let gone = try shim.attach()
      try launcher.send(.input([10]))
      launcher.close()
      try eventually("it is behind") { try slow.receiveOutput() && slow.stdout.count > 1 << 20 }
      gone.close()
      #expect(try slow.waitUntilExited().exitCode == 3)
      #expect(slow.stdout.count == 33_554_432)
    }
  }

  @Test func aLauncherThatDoesNotReadHoldsTheContainerBackUntilItDoes() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "head -c 8388608 /dev/zero"]))
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let log = try #require(shim.command.log)
      try eventually("the log stands still") {
        let before = try fileStatus(log).sizeBytes
        sleep(milliseconds: 100)
        return try fileStatus(log).sizeBytes == before && before > 1 << 20
      }
      // Each zero byte is six in the log.
      #expect(try fileStatus(log).sizeBytes < 4 * 6 << 20)
      #expect(try ExitRecord.read(shim.command.exitRecord) == nil)
      #expect(try launcher.waitUntilExited().exitCode == 0)
      #expect(launcher.stdout.count == 8_388_608)
    }
  }

  @Test func aLauncherThatIsKilledWhileItHoldsTheContainerBackLetsItGo() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "head -c 8388608 /dev/zero; exit 6"]))
      shim.command.logOptions.maximumBytes = nil
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      launcher.close()
      try shim.waitUntilOver()
      #expect(try shim.record().exitCode == 6)
      #expect(try shim.log().reduce(0) { $0 + $1.text.utf8.count } == 8_388_608)
    }
  }

  @Test func aClientThatSpeaksNonsenseIsDropped() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sleep", "1000"]))
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      let socket = try connectToSocket(shim.paths.socket, kind: .sequencedPacket)
      try sendRecord(socket, [99, 0, 0, 0, 0, 0, 0, 0])
      #expect(try receiveRecord(socket, limit: 100).isEmpty)
      let other = try shim.connect()
      try other.send(.started(pid: 1))
      #expect(try other.receive() == nil)
      try launcher.send(.signal(Signal.kill))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().exitCode == 137)
    }
  }
}
