import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// More processes in a running container.
@Suite(.requiresRoot, .serialized) struct ExecTests {
  private func running(_ f: Fixture, _ runtime: Runtime) throws -> (shim: ShimUnderTest, launcher: ShimPeer) {
    let shim = try ShimUnderTest(f, runtime, f.bundle(["sleep", "1000"]) { $0["root.readonly"] = false })
    let launcher = try shim.launch()
    try launcher.waitUntilStarted()
    return (shim, launcher)
  }

  @Test(arguments: Runtime.available)
  func aProcessHasItsOwnStreamsAndStatus(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (shim, launcher) = try running(f, runtime)
      let session = try shim.execute(["sh", "-c", "cat; echo err >&2; exit 9"], .input)
      try session.waitUntilStarted()
      try session.feed(Array("hello\n".utf8))
      let record = try session.waitUntilExited()
      #expect(record.exitCode == 9)
      #expect(session.out == "hello\n")
      #expect(session.err == "err\n")
      #expect(try session.receive() == nil)

      let killed = try shim.execute(["sleep", "1000"])
      try killed.waitUntilStarted()
      try killed.send(.signal(Signal.terminate))
      #expect(try killed.receive() == .delivered(errno: 0))
      #expect(try killed.waitUntilExited().exitCode == 143)

      try launcher.send(.signal(Signal.kill))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().exitCode == 137)
      #expect(launcher.out == "")
      #expect(try shim.log().isEmpty)
    }
  }

  @Test(arguments: Runtime.available)
  func aCommandThatCannotRunFailsWithItsCode(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (shim, _) = try running(f, runtime)
      for (args, code) in RunTests.failures {
        let session = try shim.execute(args)
        let failure = try session.waitUntilFailed()
        #expect(failure.code == code, "\(failure.message)")
        #expect(!failure.message.contains("\n"))
        #expect(session.err == "")
        #expect(try session.receive() == nil)
      }
    }
  }

  @Test(arguments: Runtime.available)
  func aProcessGoesOnWithoutItsClient(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (shim, _) = try running(f, runtime)
      let session = try shim.execute(["sh", "-c", "cat; echo still here > /left"], .input)
      try session.waitUntilStarted()
      session.close()
      try eventually("the process has gone on") { fileExists(shim.bundle.rootfs + "/left") }
      let detached = try shim.execute(["sh", "-c", "echo detached; echo here > /detached"], .detach)
      try detached.waitUntilStarted()
      #expect(try detached.receive() == nil)
      try eventually("the process runs") { fileExists(shim.bundle.rootfs + "/detached") }
      #expect(detached.out == "")
    }
  }

  @Test(arguments: Runtime.available)
  func aProcessCanHaveATerminal(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (shim, _) = try running(f, runtime)
      let session = try shim.execute(["sh"], .input, terminal: true)
      try session.send(.resize(WindowSize(columns: 77, rows: 33)))
      try session.waitUntilStarted()
      try session.send(.input(Array("stty size; exit 2\r".utf8)))
      #expect(try session.waitUntilExited().exitCode == 2)
      #expect(session.out.contains("33 77"), "\(session.out)")
    }
  }

  @Test func terminalsOfSessionsThatStartTogetherAreNotMixedUp() async throws {
    try await Fixture.with { f in
      let (shim, _) = try running(f, .runc)
      let sessions = try (0..<4).map {
        try shim.execute(["sh", "-c", "echo number $0", "\($0)"], terminal: true)
      }
      for (number, session) in sessions.enumerated() {
        try session.waitUntilStarted()
        #expect(try session.waitUntilExited().exitCode == 0)
        #expect(session.out == "number \(number)\r\n")
      }
    }
  }

  @Test func processesEndWithTheContainer() async throws {
    try await Fixture.with { f in
      let (shim, launcher) = try running(f, .runc)
      let session = try shim.execute(["sleep", "1000"])
      try session.waitUntilStarted()
      try launcher.send(.signal(Signal.kill))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try session.waitUntilExited().exitCode == 137)
      #expect(try launcher.waitUntilExited().exitCode == 137)
      let late = try shim.execute(["true"])
      #expect(try late.waitUntilFailed() == (125, "exec: the container is not running"))
    }
  }
}
