import LinuxSystem
import TestSupport
import Testing

/// What comes out of a container: its exit status and its bytes.
@Suite(.requiresRoot) struct ExitStatusTests {
  @Test(arguments: Runtime.available, [0, 1, 42, 125, 126, 127, 128, 255])
  func theExitCodeIsTheContainers(runtime: Runtime, code: Int32) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle(["sh", "-c", "exit \(code)"]))
      #expect(outcome.exit == .exited(code), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available, [("KILL", 9), ("USR1", 10), ("SEGV", 11)] as [(String, Int32)])
  func aSignalEndsItWith128AndItsNumber(runtime: Runtime, signal: (name: String, number: Int32)) async throws
  {
    try await Fixture.with { f in
      let client = f.client(runtime)
      // Pid 1 of a namespace survives what it does not handle, so this container has no namespace of pids.
      let bundle = try f.bundle(["sleep", "60"]) {
        $0.shareNamespace("pid")
      }
      let program = try client.start("run", "--bundle", bundle.path, bundle.id)
      try eventually("the container runs") { try client.call("state", bundle.id).out.contains("\"running\"") }
      try client.call("kill", bundle.id, signal.name).succeeded()
      #expect(try program.wait().exit == .exited(128 + signal.number))
    }
  }

  @Test(arguments: Runtime.available)
  func standardStreamsAreByteExactAndSeparate(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let everyByte = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
      let script = "tee /dev/stderr | cat"
      let bundle = try f.bundle(["sh", "-c", script])
      let outcome = try f.client(runtime).run(bundle, stdin: .bytes(everyByte))
      #expect(outcome.status == 0)
      #expect(outcome.stdout == everyByte)
      #expect(outcome.stderr == everyByte)
    }
  }

  @Test(arguments: Runtime.available)
  func aContainerMayWriteAgainThroughDevStdout(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh", "-c", "echo out >/dev/stdout; echo err >/dev/stderr; cat </dev/stdin"])
      let outcome = try f.client(runtime).run(bundle, stdin: "in\n")
      #expect(outcome.out == "out\nin\n", "\(outcome)")
      #expect(outcome.err == "err\n")
    }
  }

  @Test(arguments: Runtime.available)
  func runForwardsSignals(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let script = "trap 'echo TERM; exit 3' TERM; echo ready; while :; do sleep 0.01; done"
      let bundle = try f.bundle(["sh", "-c", script])
      let program = try client.start("run", "--bundle", bundle.path, bundle.id)
      try program.waitForOutput("ready\n")
      try program.signal(Signal.terminate)
      let outcome = try program.wait()
      #expect(outcome.out == "ready\nTERM\n")
      #expect(outcome.status == 3)
    }
  }

  @Test(arguments: Runtime.available)
  func onlyTheThreeStandardDescriptorsReachTheContainer(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["witness"])
      // The caller leaks a directory and a file without close-on-exec, as shells do (CVE-2024-21626).
      let outcome = try f.shell(
        "exec 7</ 9</etc/passwd; exec \(client.commandLine) run --bundle \(bundle.path) \(bundle.id)")
      let witness = try Witness(outcome.succeeded())
      #expect(witness.names("descriptors") == ["0", "1", "2"], "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func preservedDescriptorsReachTheContainer(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "cat <&3; cat <&4"])
      let (third, fourth) = (try f.write("three\n", to: "three"), try f.write("four\n", to: "four"))
      let run = "\(client.commandLine) run --preserve-fds 2 --bundle \(bundle.path) \(bundle.id)"
      let outcome = try f.shell("exec 3<\(third) 4<\(fourth); exec \(run)")
      #expect(outcome.out == "three\nfour\n", "\(outcome)")
    }
  }
}
