import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `process.terminal` and the console socket.
@Suite(.requiresRoot) struct TerminalTests {
  // conformance: CFG-TERM-1 LNX-DEV-3
  @Test(arguments: Runtime.available)
  func theTerminalComesOverTheConsoleSocket(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let socket = try f.consoleSocket()
      let bundle = try f.bundle(["sh", "-c", "witness; read line; echo got $line"]) {
        $0["process.terminal"] = true
      }
      try client.create(bundle, "--console-socket", socket.path).succeeded()
      let terminal = try socket.receive()
      try client.call("start", bundle.id).succeeded()
      try terminal.waitFor("}\r\n")
      let report = terminal.text.replacing("\r\n", with: "\n")
      let witness = try Witness(report)
      #expect(witness.number("terminal.stdin") == 1)
      #expect(witness.number("terminal.stdout") == 1)
      #expect(witness.number("terminal.stderr") == 1)
      #expect(witness.number("terminal.controlling") == 1)
      #expect(witness.text("devices.console.type") == "char")
      #expect(witness.number("devices.console.major") == 136)
      #expect(witness.text("descriptors.0") == "/dev/pts/0")
      try terminal.type("typed\r")
      try terminal.waitFor("got typed\r\n")
      try client.waitUntilStopped(bundle.id)
    }
  }

  @Test(arguments: Runtime.available)
  func controlCEndsTheForegroundProgram(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let socket = try f.consoleSocket()
      let script = "trap 'echo interrupted' INT; echo ready; sleep 60; echo over; exit 4"
      let bundle = try f.bundle(["sh", "-c", script]) { $0["process.terminal"] = true }
      try client.create(bundle, "--console-socket", socket.path).succeeded()
      let terminal = try socket.receive()
      try client.call("start", bundle.id).succeeded()
      try terminal.waitFor("ready\r\n")
      // The shell's child takes the signal as well, once it runs.
      try eventually("sleep runs") { try client.call("ps", bundle.id).out.contains("sleep 60\n") }
      try terminal.type("\u{3}")
      try terminal.waitFor("interrupted\r\n")
      try terminal.waitFor("over\r\n")
      try client.waitUntilStopped(bundle.id)
    }
  }

  @Test(arguments: Runtime.available)
  func theSizeOfTheWindowIsTheTerminals(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let socket = try f.consoleSocket()
      let script = "trap 'stty size' WINCH; stty size; echo ready; while :; do sleep 0.01; done"
      let bundle = try f.bundle(["sh", "-c", script]) {
        $0["process.terminal"] = true
        $0["process.consoleSize"] = ["width": 101, "height": 33]
      }
      try client.create(bundle, "--console-socket", socket.path).succeeded()
      let terminal = try socket.receive()
      try client.call("start", bundle.id).succeeded()
      try terminal.waitFor("33 101\r\nready\r\n")
      try terminal.resize(columns: 120, rows: 40)
      try terminal.waitFor("40 120\r\n")
    }
  }

  // conformance: CFG-TERM-2
  @Test(arguments: Runtime.available)
  func theConsoleSizeIsIgnoredWithoutATerminal(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["process.consoleSize"] = ["width": 101, "height": 33]
      }
      #expect(witness.number("terminal.hasSize") == 0)
    }
  }

  @Test(arguments: Runtime.available)
  func createWithATerminalButNoSocketIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle { $0["process.terminal"] = true }
      let outcome = try client.create(bundle)
      #expect(outcome.status == 1)
      let message = try readText(bundle.stderrFile)
      #expect(message.contains("console socket") || message.contains("console-socket"), "\(message)")
    }
  }

  @Test(arguments: Runtime.available)
  func aSocketWithoutATerminalIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let socket = try f.consoleSocket()
      let bundle = try f.bundle()
      let outcome = try f.client(runtime).create(bundle, "--console-socket", socket.path)
      #expect(outcome.status == 1)
    }
  }

  @Test(arguments: Runtime.available)
  func aForegroundRunPassesTheTerminalThrough(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      // Ours has its size from the first instant; runc gives it to a program that already runs, if it is in time at all.
      let (greeting, greeted) = runtime == .ours ? ("stty size", "20 90\r\n") : ("echo ready", "ready\r\n")
      let bundle = try f.bundle(["sh", "-c", "\(greeting); read line; echo got $line; exit 6"]) {
        $0["process.terminal"] = true
      }
      let terminal = try f.terminal(
        "sh", ["-c", "exec \(client.commandLine) run --bundle \(bundle.path) \(bundle.id)"], columns: 90,
        rows: 20)
      try terminal.waitFor(greeted)
      try terminal.type("typed\r")
      try terminal.waitFor("got typed\r\n")
      #expect(try terminal.wait().status == 6)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func outputThatGoesToAFileHasTheLinesOfAFile(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "test -t 1 && echo one && echo two"]) {
        $0["process.terminal"] = true
      }
      #expect(try client.run(bundle).succeeded().out == "one\ntwo\n")
      // Keys are typed on a terminal all the same, and what others write there still begins at the left.
      let command = "\(client.commandLine) run --bundle \(bundle.path) \(bundle.id)"
      let terminal = try f.terminal("sh", ["-c", "\(command) | cat"])
      try terminal.waitFor("one\r\ntwo\r\n")
      #expect(try terminal.wait().status == 0)
    }
  }
}
