import LinuxSystem
import TestSupport
import Testing

/// What every test relies on: programs never hang a test, and nothing outlives it.
@Suite struct FixtureTests {
  @Test func bytesGoInAndComeOut() async throws {
    try await Fixture.with { f in
      let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
      let outcome = try f.run("sh", ["-c", "tee /dev/stderr; exit 3"], stdin: .bytes(bytes))
      #expect(outcome.status == 3)
      #expect(outcome.stdout == bytes)
      #expect(outcome.stderr == bytes)
    }
  }

  @Test func aProgramThatDoesNotEndIsKilledAndTold() async throws {
    try await Fixture.with { f in
      let failure = #expect(throws: TestFailure.self) {
        try f.run("sh", ["-c", "echo so far; exec sleep 60"], within: .milliseconds(200))
      }
      #expect(failure?.description.contains("so far") == true)
    }
  }

  @Test func aProgramThatLeavesSomebodyBehindDoesNotHoldTheTest() async throws {
    try await Fixture.with { f in
      let outcome = try f.run("sh", ["-c", "echo here; (sleep 0.5; echo late) & exit 0"])
      #expect(outcome.out == "here\n")
    }
  }

  @Test func aProgramIsFollowedWhileItRuns() async throws {
    try await Fixture.with { f in
      let program = try f.start("sh", ["-c", "echo ready; read a; echo got $a; cat"], stdin: .open)
      try program.waitForOutput("ready\n")
      program.type("one\n")
      try program.waitForOutput("got one\n")
      program.type("two\n")
      program.endInput()
      #expect(try program.wait().out == "ready\ngot one\ntwo\n")
    }
  }

  @Test func aTerminalIsTypedOnReadAndResized() async throws {
    try await Fixture.with { f in
      // A trapped signal ends `read`, so it is asked again.
      let script = "trap 'stty size' WINCH; stty size; until read a; do :; done; echo got $a; read b"
      let terminal = try f.terminal("sh", ["-c", script], columns: 100, rows: 30)
      try terminal.waitFor("30 100\r\n")
      try terminal.resize(columns: 70, rows: 25)
      try terminal.waitFor("25 70\r\n")
      try terminal.type("x\r")
      try terminal.waitFor("got x\r\n")
      try terminal.type("\u{3}")
      #expect(try terminal.wait().exit == .signaled(Signal.interrupt))
    }
  }

  @Test func cleaningGoesBackwardsAlsoAfterAnError() async throws {
    let order = Order()
    let directory = Order()
    await #expect(throws: TestFailure.self) {
      try await Fixture.with { f in
        directory.note(f.directory)
        f.atEnd("first") { order.note("first") }
        f.atEnd("second") { order.note("second") }
        throw TestFailure("on purpose")
      }
    }
    #expect(order.notes == ["second", "first"])
    #expect(!fileExists(directory.notes[0]))
  }

  @Test func whatATestLeavesBehindFailsIt() async throws {
    let failure = await #expect(throws: TestFailure.self) {
      try await Fixture.with { f in
        // The shell ends, its child lives on and names the test's directory.
        _ = try f.run("sh", ["-c", "tail -f '\(f.write("", to: "file"))' </dev/null >/dev/null 2>&1 &"])
      }
    }
    #expect(failure?.description.contains("left behind: process") == true)
  }

  @Test(.requiresRoot) func aMountThatATestLeavesIsTakenAway() async throws {
    let directory = Order()
    await #expect(throws: TestFailure.self) {
      try await Fixture.with { f in
        directory.note(f.directory)
        try f.shell("mkdir there && mount -t tmpfs none there").succeeded()
      }
    }
    #expect(!fileExists(directory.notes[0]))
  }

  /// A container on the default network changes the network that its engine is in.
  @Test(.requiresRoot) func noProgramOfATestIsInTheMachinesNetwork() async throws {
    let own = try readLink("/proc/self/ns/net")
    try await Fixture.with { f in
      let look = "readlink /proc/self/ns/net; ip -o link"
      let seen = try f.run("sh", ["-c", look]).succeeded().lines
      try #require(seen.count == 2 && seen[0].hasPrefix("net:[") && seen[0] != own, "\(seen)")
      #expect(seen[1].contains(" lo: ") && seen[1].contains(",UP,"), "\(seen)")
      let terminal = try f.terminal("sh", ["-c", "readlink /proc/self/ns/net"], columns: 80, rows: 24)
      try terminal.waitFor(seen[0])
      #expect(try terminal.wait().status == 0)
    }
  }

  /// What happened, in the order in which it did.
  private final class Order {
    var notes: [String] = []
    func note(_ text: String) { notes.append(text) }
  }
}
