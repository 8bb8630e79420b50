import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// A container that `run` waits for is everybody's, like one that was started detached.
@Suite(.requiresRoot) struct ForegroundTests {
  private func running(_ f: Fixture, _ client: RuntimeClient) throws -> (TestBundle, RunningProgram) {
    let bundle = try f.bundle(["sh", "-c", "echo runs; sleep 60"])
    let program = try client.start("run", "--bundle", bundle.path, bundle.id)
    try program.waitForOutput("runs\n")
    return (bundle, program)
  }

  @Test(arguments: Runtime.available)
  func itCanBePausedAndResumed(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, program) = try running(f, client)
      try client.call("pause", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "paused")
      try client.call("resume", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "running")
      try client.call("kill", bundle.id, "KILL").succeeded()
      #expect(try program.wait().status == 137)
      #expect(try listDirectory(client.stateRoot) == [])
    }
  }

  @Test(arguments: Runtime.available)
  func itCanBeDeletedByForce(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, program) = try running(f, client)
      try client.call("delete", "--force", bundle.id).succeeded()
      let outcome = try program.wait()
      if runtime == .ours {
        #expect(outcome.status == 137, "\(outcome)")
        #expect(outcome.err == "")
      }
      // Its name is free.
      let next = try f.bundle(["true"])
      try client.call("run", "--bundle", next.path, bundle.id).succeeded()
    }
  }

  // Whoever removes it runs them, and nobody else.
  @Test(arguments: Runtime.oursOnly)
  func itsHooksRunOnce(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, log) = (f.client(runtime), try f.path("log"))
      let bundle = try f.bundle(["sh", "-c", "echo runs; sleep 60"]) {
        $0["hooks.poststop"] = [
          ["path": "/bin/sh", "args": ["sh", "-c", .string("echo stopped >> \(log)")]]
        ]
      }
      let program = try client.start("run", "--bundle", bundle.path, bundle.id)
      try program.waitForOutput("runs\n")
      try client.call("delete", "--force", bundle.id).succeeded()
      _ = try program.wait()
      #expect(try readText(log) == "stopped\n")
    }
  }
}
