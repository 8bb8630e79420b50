import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Attached: signals and terminals", .serialized, .requiresRoot)
struct AttachTests {
  @Test(arguments: [
    ("TERM", Signal.terminate), ("INT", Signal.interrupt), ("HUP", Signal.hangUp), ("USR1", Signal.user1),
  ])
  func signalsGoToTheContainer(_ name: String, _ number: Int32) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "trap 'echo got \(name); exit 9' \(name); echo ready; while :; do sleep 0.05; done"
      let running = try f.start("apus", ["run", "--rm", "busybox", "sh", "-c", script])
      try running.waitForOutput("ready")
      try running.signal(number)
      let outcome = try running.wait()
      #expect(outcome.out == "ready\ngot \(name)\n", "\(outcome)")
      #expect(outcome.status == 9, "\(outcome)")
      try f.expectNothingLeft()
    }
  }

  @Test func aTerminalIsRealAndFollowsTheWindow() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let session = try f.terminal("apus", ["run", "--rm", "-it", "busybox", "sh"], columns: 100, rows: 40)
      try session.waitFor("# ")
      try session.type("tty; stty size; echo $TERM-$((1+1))\r")
      try session.waitFor("/dev/pts/0\r\n40 100\r\nxterm-2\r\n")
      try session.resize(columns: 120, rows: 50)
      try session.type("until stty size | grep '50 120'; do sleep 0.05; done; echo re''sized\r")
      try session.waitFor("resized")
      try session.type("exit 5\r")
      #expect(try session.wait().status == 5)
      try f.expectNothingLeft()
    }
  }

  @Test func controlCGoesToTheProgramInTheTerminal() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let session = try f.terminal("apus", ["run", "--rm", "-it", "busybox", "sh"])
      try session.waitFor("# ")
      // Told by the program itself: until it has the terminal, the key would be the shell's.
      try session.type("sh -c 'echo go; sleep 100'\r")
      try session.waitFor("go\r\n")
      try session.type("\u{3}")
      try session.type("echo st''ill here; exit\r")
      try session.waitFor("still here")
      #expect(try session.wait().status == 0)
    }
  }

  @Test func withATerminalAndNoKeysSignalsGoToTheContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "trap 'echo got INT; exit 9' INT; echo ready; while :; do sleep 0.05; done"
      let session = try f.terminal("apus", ["run", "--rm", "-t", "busybox", "sh", "-c", script])
      try session.waitFor("ready")
      try session.type("\u{3}")
      try session.waitFor("got INT")
      #expect(try session.wait().status == 9)
    }
  }

  @Test func theTerminalComesBackAsItWas() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let session = try f.terminal(
        "/bin/sh", ["-c", "stty -g > before; apus run --rm -it busybox true; stty -g > after; echo over"])
      try session.waitFor("over")
      try session.waitForHangUp()
      #expect(try readText(f.directory + "/before") == readText(f.directory + "/after"))
    }
  }

  @Test func aTerminalWithoutATerminalIsRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--rm", "-it", "busybox", "true").expectFailure(125, "the input device is not a TTY")
      try f.expectNothingLeft()
    }
  }

  @Test func closingTheTerminalLeavesTheContainerRunning() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let session = try f.terminal("apus", ["run", "--name", "web", "-it", "busybox", "sh"])
      try session.waitFor("# ")
      try session.program?.signal(Signal.hangUp)
      #expect(try session.program?.wait().status == 128 + Signal.hangUp)
      #expect(try f.inspect(".State.Running", of: "web") == "true")
      try f.apus("rm", "-f", "web").succeeded()
      try f.waitForCleanUp()
    }
  }

  @Test func aReaderThatGoesIsToldAndTheContainerStays() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.shell("{ apus run --name web busybox yes; echo $? >&2; } | head -n 1")
      #expect(outcome.out == "y\n", "\(outcome)")
      #expect(outcome.err.hasPrefix("apus: write /dev/stdout: broken pipe"), "\(outcome)")
      #expect(outcome.err.hasSuffix("\n125\n"), "\(outcome)")
      #expect(try f.inspect(".State.Running", of: "web") == "true")
      try f.apus("rm", "-f", "web").succeeded()
    }
  }
}
