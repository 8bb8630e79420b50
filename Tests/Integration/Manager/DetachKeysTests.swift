import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Detach keys, and terminals that are attached to", .serialized, .requiresRoot)
struct DetachKeysTests {
  @Test func aRunThatIsDetachedGoesOnAndCanBeAttachedAgain() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let session = try f.terminal("apus", ["run", "--name", "web", "-it", "busybox", "sh"])
      try session.waitFor("# ")
      try session.type("x=kept\r")
      try session.waitFor("kept\r\n")
      try session.type("\u{10}\u{11}")
      try session.waitFor("read escape sequence\r\n")
      #expect(try session.wait().status == 0)
      #expect(try f.inspect(".State.Running", of: "web") == "true")

      let again = try f.terminal("apus", ["attach", "web"], columns: 101, rows: 41)
      try again.type("echo is-$x\r")
      try again.waitFor("is-kept\r\n")
      try again.type("until stty size | grep '41 101'; do sleep 0.05; done; echo si''zed\r")
      try again.waitFor("sized")
      try again.type("\u{10}\u{11}")
      try again.waitFor("read escape sequence\r\n")
      #expect(try again.wait().status == 1)

      let last = try f.terminal("apus", ["start", "-ai", "web"])
      try last.type("echo still-$x; exit 6\r")
      try last.waitFor("still-kept\r\n")
      #expect(try last.wait().status == 6)
    }
  }

  @Test func theTerminalComesBackAsItWas() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["-it", "--name", "web"], "sh")
      let session = try f.terminal(
        "/bin/sh", ["-c", "stty -g > before; apus attach web; stty -g > after; echo over"])
      try session.type("\r")
      try session.waitFor("# ")
      try session.type("\u{10}\u{11}")
      try session.waitFor("over")
      try session.waitForHangUp()
      #expect(try readText(f.directory + "/before") == readText(f.directory + "/after"))
    }
  }

  @Test func aSequenceThatIsNotCompletedGoesToTheContainerUnchanged() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "stty raw -echo; echo ready; dd bs=1 count=7 2>/dev/null | od -An -tx1"
      let session = try f.terminal("apus", ["run", "--rm", "-it", "busybox", "sh", "-c", script])
      try session.waitFor("ready")
      try session.type("\u{10}")
      try session.type("a\u{10}\u{10}b\u{11}c")
      try session.waitFor("10 61 10 10 62 11 63")
      #expect(try session.wait().status == 0)
    }
  }

  @Test func otherKeysCanBeChosen() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let run = try f.terminal(
        "apus", ["run", "--name", "web", "--detach-keys", "ctrl-],x", "-it", "busybox", "sh"])
      try run.waitFor("# ")
      try run.type("\u{1d}x")
      try run.waitFor("read escape sequence")
      #expect(try run.wait().status == 0)
      let attach = try f.terminal("apus", ["attach", "--detach-keys=q", "web"])
      try attach.type("echo a\r")
      try attach.waitFor("a\r\n")
      try attach.type("q")
      try attach.waitFor("read escape sequence")
      #expect(try attach.wait().status == 1)
      try f.apus("stop", "-t", "0", "web").succeeded()
      let start = try f.terminal("apus", ["start", "-ai", "--detach-keys", "q", "web"])
      try start.waitFor("# ")
      try start.type("q")
      #expect(try start.wait().status == 0)
      #expect(try f.inspect(".State.Running", of: "web") == "true")
    }
  }

  @Test func anExecThatIsDetachedGoesOn() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let session = try f.terminal(
        "apus",
        ["exec", "-it", "web", "sh", "-c", "echo here; until [ -e /go ]; do sleep 0.05; done; echo > /went"])
      try session.waitFor("here")
      try session.type("\u{10}\u{11}")
      try session.waitFor("read escape sequence")
      #expect(try session.wait().status == 1)
      try f.apus("exec", "web", "touch", "/go").succeeded()
      try eventually("it has gone on") { try f.apus("exec", "web", "test", "-e", "/went").status == 0 }
      try f.apus("exec", "-it", "--detach-keys", "ctrl-", "web", "sh")
        .expectFailure(125, "invalid detach keys (ctrl-)")
    }
  }

  /// docker: without a terminal inside, or without stdin, they are bytes like others.
  @Test func withoutATerminalTheyAreBytes() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let keys = "a\u{10}\u{11}b"
      let run = try f.apus("run", "--rm", "-i", "busybox", "cat", stdin: .bytes(Array(keys.utf8)))
      #expect(run.out == keys, "\(run)")
      // The end of its stdin is the end of the client's, since it was not made in the background.
      try f.apus("create", "-i", "--name", "web", "busybox", "cat").succeeded()
      try f.apus("start", "web").succeeded()
      let exec = try f.apus("exec", "-i", "web", "cat", stdin: .bytes(Array(keys.utf8)))
      #expect(exec.out == keys, "\(exec)")
      let attach = try f.apus("attach", "web", stdin: .bytes(Array(keys.utf8)))
      #expect(attach.out == keys, "\(attach)")
    }
  }

  @Test func aProgramOnTheTerminalIsAskedToDrawAgain() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "trap 'echo drawn' WINCH; while :; do sleep 0.05; done"
      let first = try f.terminal(
        "apus", ["run", "--name", "web", "-it", "busybox", "sh", "-c", "echo up; \(script)"])
      try first.waitFor("up")
      // The size of the window is the same, and still the program hears of it.
      let second = try f.terminal("apus", ["attach", "web"])
      try second.waitFor("drawn")
      try first.waitFor("drawn")
    }
  }

  @Test func closingTheWindowLeavesTheContainerAndOthersAlone() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["-it", "--name", "web"], "sh")
      let first = try f.terminal("apus", ["attach", "web"])
      let second = try f.terminal("apus", ["attach", "web"])
      try f.waitForClients(2, of: "web")
      try first.type("echo o''ne\r")
      try first.waitFor("one")
      try second.waitFor("one")
      try first.program?.signal(Signal.hangUp)
      #expect(try first.program?.wait().status == 128 + Signal.hangUp)
      try second.type("echo t''wo\r")
      try second.waitFor("two")
      try second.program?.kill()
      #expect(try f.inspect(".State.Running", of: "web") == "true")
    }
  }

  @Test func aTerminalInsideNeedsOneHere() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["-it", "--name", "web"], "sh")
      try f.apus("attach", "web", stdin: "x").expectFailure(1, "the input device is not a TTY")
      let viewer = try f.start("apus", ["attach", "--no-stdin", "web"])
      let writer = try f.terminal("apus", ["attach", "web"])
      try f.waitForClients(2, of: "web")
      try writer.type("echo se''en; exit 2\r")
      try viewer.waitForOutput("seen")
      #expect(try viewer.wait().status == 2)
      #expect(try writer.wait().status == 2)
    }
  }
}
