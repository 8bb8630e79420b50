import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// A container from its launch to its end, seen by its launcher.
@Suite(.requiresRoot, .serialized) struct RunTests {
  @Test(arguments: Runtime.available)
  func streamsAreSeparateAndTheExitCodeIsTheContainers(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sh", "-c", "echo out; echo err >&2; exit 7"]))
      let launcher = try shim.launch()
      let pid = try launcher.waitUntilStarted()
      #expect(pid > 1)
      let record = try launcher.waitUntilExited()
      #expect(launcher.out == "out\n")
      #expect(launcher.err == "err\n")
      #expect(record.status == .exited)
      #expect(record.exitCode == 7)
      #expect(record.signal == nil)
      #expect(try shim.record() == record)
      try launcher.send(.cleaned)
      #expect(try launcher.receive() == nil)
      try shim.waitUntilOver()
      #expect(!shim.isCleaned)
      try shim.expectNothingLeft()
      let log = try shim.log()
      #expect(log.filter { $0.stream == "stdout" }.map(\.text) == ["out\n"])
      #expect(log.filter { $0.stream == "stderr" }.map(\.text) == ["err\n"])
    }
  }

  @Test(arguments: Runtime.available)
  func aMebibyteGoesThroughUnchanged(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sh", "-c", "tee /proc/self/fd/2"]))
      shim.command.keepsInput = true
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      var random = SystemRandomNumberGenerator()
      let bytes = (0..<(1 << 20)).map { _ in UInt8.random(in: 0...255, using: &random) }
      try launcher.feed(bytes)
      #expect(try launcher.waitUntilExited().exitCode == 0)
      #expect(launcher.stdout == bytes)
      #expect(launcher.stderr == bytes)
      launcher.close()
      try shim.waitUntilOver()
    }
  }

  @Test(arguments: Runtime.available)
  func withoutStdinInputIsEmpty(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["cat"]))
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      #expect(try launcher.waitUntilExited().exitCode == 0)
      #expect(launcher.out == "")
    }
  }

  @Test(arguments: Runtime.available)
  func aSignalEndsItWith128AndItsNumber(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(["sleep", "1000"]))
      let launcher = try shim.launch()
      // Before there is anybody to get it: it waits for the container and is answered like any other.
      try launcher.send(.signal(Signal.kill))
      try launcher.waitUntilStarted()
      #expect(try launcher.receive() == .delivered(errno: 0))
      let record = try launcher.waitUntilExited()
      #expect(record.exitCode == 137)
      #expect(record.signal == Signal.kill)
      #expect(!record.oomKilled)
      try launcher.send(.signal(Signal.terminate))
      #expect(try launcher.receive() == .delivered(errno: ErrorCode.noProcess))
    }
  }

  @Test(arguments: Runtime.available)
  func anOutOfMemoryKillIsInTheRecord(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh", "-c", "x=aaaaaaaa; while :; do x=$x$x; done"]) {
        $0["linux.resources.memory"] = ["limit": 16_777_216, "swap": 16_777_216]
      }
      let launcher = try ShimUnderTest(f, runtime, bundle).launch()
      try launcher.waitUntilStarted()
      let record = try launcher.waitUntilExited()
      #expect(record.oomKilled)
      #expect(record.exitCode == 137)
    }
  }

  static let failures: [(args: [String], code: Int32)] = [
    (["nonexist"], 127), (["/nonexist"], 127), (["/etc/passwd"], 126), (["/bin"], 126),
  ]

  @Test(arguments: Runtime.available, failures)
  func aCommandThatCannotRunFailsWithItsCode(
    runtime: Runtime, failure: (args: [String], code: Int32)
  ) async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, runtime, f.bundle(failure.args))
      let launcher = try shim.launch()
      let (code, message) = try launcher.waitUntilFailed()
      #expect(code == failure.code, "\(message)")
      #expect(!message.contains("\n"))
      #expect(message.contains("exec"))
      #expect(launcher.out == "")
      #expect(launcher.err == "")
      let record = try shim.record()
      #expect(record.status == .failed)
      #expect(record.exitCode == failure.code)
      #expect(record.error == message)
      #expect(record.startedAt == nil)
      try launcher.send(.cleaned)
      try shim.waitUntilOver()
      try shim.expectNothingLeft()
      #expect(try shim.log().isEmpty)
    }
  }

  @Test(arguments: Runtime.available)
  func aMissingMountSourceIsTheEnginesFailure(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle {
        $0.append(
          ["destination": "/data", "type": "bind", "source": "/nowhere", "options": ["bind"]], to: "mounts")
      }
      let launcher = try ShimUnderTest(f, runtime, bundle).launch()
      let (code, message) = try launcher.waitUntilFailed()
      #expect(code == 125, "\(message)")
      #expect(message.contains("/nowhere"))
    }
  }

  @Test func aRuntimeThatIsKilledOrMissingFailsWithOneLine() async throws {
    try await Fixture.with { f in
      let scripts = [
        ("#!/bin/sh\nkill -9 $$\n", "the runtime's create was ended by signal KILL"),
        ("#!/bin/sh\necho some words >&2\necho the last words >&2\nexit 3\n", "the last words"),
        ("#!/bin/sh\nsleep 1000 &\nexit 1\n", "the runtime's create failed with exit code 1 and no message"),
        ("#!/bin/sh\nexit 0\n", "open \(f.directory)"),
      ]
      for (script, expected) in scripts {
        let shim = try ShimUnderTest(f, .runc, f.bundle())
        shim.command.runtime = try f.write(script, to: "runtime.sh", mode: 0o755)
        let launcher = try shim.launch()
        let (code, message) = try launcher.waitUntilFailed()
        #expect(code == 125)
        #expect(message.hasPrefix(expected), "\(message)")
        launcher.close()
        try shim.waitUntilOver()
        #expect(shim.isCleaned)
        try shim.expectNothingLeft()
      }
      let shim = try ShimUnderTest(f, .runc, f.bundle())
      shim.command.runtime = "/nonexist/runtime"
      let (code, message) = try shim.launch().waitUntilFailed()
      #expect(code == 125)
      #expect(message == "start /nonexist/runtime: no such file or directory")
    }
  }
}
