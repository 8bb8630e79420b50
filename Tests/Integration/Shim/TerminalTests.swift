import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// A container with a terminal.
@Suite(.requiresRoot, .serialized) struct TerminalTests {
  @Test(arguments: Runtime.available)
  func theTerminalEchoesAndIsResized(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sh"]) { $0["process.terminal"] = true })
      shim.command.keepsInput = true
      shim.command.windowSize = WindowSize(columns: 91, rows: 17)
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      try launcher.send(.input(Array("stty size\r".utf8)))
      try launcher.waitFor("17 91")
      #expect(launcher.out.contains("stty size"))
      try launcher.send(.resize(WindowSize(columns: 100, rows: 40)))
      try launcher.send(.input(Array("stty size\r".utf8)))
      try launcher.waitFor("40 100")
      try launcher.send(.input(Array("exit 3\r".utf8)))
      #expect(try launcher.waitUntilExited().exitCode == 3)
      #expect(launcher.err == "")
      try launcher.send(.cleaned)
      try shim.waitUntilOver()
      try shim.expectNothingLeft()
      #expect(try shim.log().map(\.text).joined() == launcher.out)
    }
  }

  @Test func aRestartBeginsWithTheSizeOfTheWindowByNow() async throws {
    try await Fixture.with { f in
      let script = "trap 'exit 1' TERM; stty size; while :; do sleep 0.05; done"
      let shim = try ShimUnderTest(
        f, .runc, f.bundle(["sh", "-c", script]) { $0["process.terminal"] = true })
      shim.command.windowSize = WindowSize(columns: 91, rows: 17)
      shim.command.restart = .onFailure(maximum: 0)
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      try launcher.waitFor("17 91")
      try launcher.send(.resize(WindowSize(columns: 100, rows: 40)))
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: 0))
      #expect(try launcher.waitUntilExited().restarting)
      try eventually("the second run has shown its size") { try shim.log().last?.text == "40 100\r\n" }
      let client = try shim.attach()
      try client.send(.signal(Signal.kill))
      #expect(try client.receive() == .delivered(errno: 0))
      #expect(try client.waitUntilExited().restarting == false)
    }
  }

  @Test(arguments: Runtime.available)
  func nothingOfALastBurstIsLost(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh", "-c", "seq 1 20000"]) { $0["process.terminal"] = true }
      let shim = try ShimUnderTest(f, runtime, bundle)
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      #expect(try launcher.waitUntilExited().exitCode == 0)
      let lines = launcher.out.split(separator: "\r\n").map(String.init)
      #expect(lines == (1...20000).map(String.init))
    }
  }

  @Test func aTerminalThatNobodyHasOpenForAWhileComesBack() async throws {
    try await Fixture.with { f in
      let script = "exec 0<&- 1>&- 2>&-; sleep 1; echo again > /dev/console; sleep 1"
      let bundle = try f.bundle(["sh", "-c", script]) { $0["process.terminal"] = true }
      let launcher = try ShimUnderTest(f, .runc, bundle).launch()
      try launcher.waitUntilStarted()
      try launcher.waitFor("again")
      #expect(try launcher.waitUntilExited().exitCode == 0)
    }
  }

  @Test func aLongRunDirectoryServesTheSockets() async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["echo", "here"]) { $0["process.terminal"] = true }
      let long = "\(f.directory)/\(String(repeating: "long-", count: 30))/run"
      let shim = try ShimUnderTest(f, .runc, bundle, runDirectory: long)
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      #expect(try launcher.waitUntilExited().exitCode == 0)
      #expect(launcher.out == "here\r\n")
      #expect(try shim.attach().waitUntilExited().exitCode == 0)
    }
  }
}
