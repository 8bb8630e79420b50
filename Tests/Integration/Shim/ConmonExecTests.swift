import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Further processes in a running container under conmon's interface (spec/conmon.md).
@Suite(.requiresRoot, .serialized) struct ConmonExecTests {
  @Test(arguments: ConmonProgram.available)
  func anAttachedSessionBeginsWhenItsCallerIsThere(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try running(f, program)
      let call = try conmon.execute(["sh", "-c", "echo out; echo err >&2; exit 6"])
      #expect(try call.attach.line()?.number("data") == 0)
      let client = try AttachPeer("\(conmon.execDirectory)/attach")
      try call.begin()
      #expect(try call.sync.line()?.number("data") ?? 0 > 1)
      try client.waitForEnd()
      #expect(client.out == "out\n")
      #expect(client.err == "err\n")
      #expect(try call.sync.line()?.number("data") == 6)
      #expect(try readText("\(conmon.execDirectory)/\(conmon.bundle.id)") == "6")
    }
  }

  @Test(arguments: ConmonProgram.available)
  func aSessionHasATerminal(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try running(f, program)
      let call = try conmon.execute(
        ["sh", "-c", "read line; test -t 0 && stty size; exit 2"], terminal: true)
      _ = try call.attach.line()
      let client = try AttachPeer("\(conmon.execDirectory)/attach")
      // Before the terminal is there.
      try openFile("\(conmon.execDirectory)/ctl", [.writeOnly, .nonBlocking]).writeAll("1 17 91\n")
      try call.begin()
      #expect(try call.sync.line()?.number("data") ?? 0 > 1)
      try client.send("go\n")
      try client.waitForEnd()
      #expect(client.out.contains("17 91"), "\(client.out)")
      #expect(try call.sync.line()?.number("data") == 2)
    }
  }

  @Test(arguments: ConmonProgram.available)
  func aSessionThatFailsIsExplained(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try running(f, program)
      let call = try conmon.execute(["nosuch"])
      _ = try call.attach.line()
      let client = try AttachPeer("\(conmon.execDirectory)/attach")
      try call.begin()
      let line = try #require(try call.sync.line())
      #expect(line.number("data") ?? 0 < 0)
      #expect(line["message"]?.string?.contains("nosuch") == true, "\(line)")
      try client.waitForEnd()
    }
  }

  @Test(arguments: ConmonProgram.available)
  func theOlderFormTellsTheEndOnly(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try running(f, program)
      let ended = try conmon.execute(["sh", "-c", "exit 5"], api: false)
      #expect(try ended.sync.line()?.number("exit_code") == 5)
      let late = try conmon.execute(["sleep", "100"], ["-T", "1"], api: false)
      let line = try #require(try late.sync.line())
      #expect(line.number("exit_code") == -1)
      #expect(line["message"]?.string == "command timed out")
    }
  }

  private func running(_ fixture: Fixture, _ program: ConmonProgram) throws -> ConmonUnderTest {
    let conmon = try ConmonUnderTest(fixture, program, fixture.bundle(["sleep", "1000"]))
    try conmon.create(log: ["none"])
    _ = try conmon.sync?.line()
    try conmon.start()
    return conmon
  }
}
