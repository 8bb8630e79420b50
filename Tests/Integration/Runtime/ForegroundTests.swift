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
      #expect(try readText(log) == "stopped")
    }
  }

  // As with `start`: a hook may use commands that take the container's lock.
  @Test(arguments: Runtime.oursOnly, [true, false])
  func aPoststartHookMayChangeIt(runtime: Runtime, detached: Bool) async throws {
    try await Fixture.with { f in
      let (client, log) = (f.client(runtime), try f.path("log"))
      let id = "id=$(sed 's/.*\"id\":\"\\([^\"]*\\).*/\\1/')"
      let ours = client.commandLine
      let script = """
        \(id)
        \(ours) update --pids-limit 77 $id > \(log) 2>&1; echo $? >> \(log)
        \(ours) kill $id KILL
        """
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["hooks.poststart"] = [
          [
            "path": "/bin/sh", "args": ["sh", "-c", .string(script)],
            "env": [.string("PATH=\(Host.programs):/usr/bin:/bin")],
          ]
        ]
      }
      let options = detached ? ["--detach"] : []
      let outcome = try client.call(
        ["run", "--bundle", bundle.path] + options + [bundle.id],
        files: [bundle.stdoutFile, bundle.stderrFile])
      #expect(outcome.status == (detached ? 0 : 137), "\(outcome)")
      #expect(try readText(log) == "0")
    }
  }

  /// Who waits for long has little of its program in memory; what a start had is several times as much.
  @Test(arguments: Runtime.oursOnly)
  func theCodeIsGivenBackWhileItWaits(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, program) = try running(f, client)
      let waiting = try client.start("exec", bundle.id, "sleep", "60")
      for process in [program, waiting] {
        try eventually("less than 2 MB of its file is mapped") {
          let line = try readText("/proc/\(process.pid)/status").split(separator: "\n").first {
            $0.hasPrefix("RssFile:")
          }
          let kibibytes = try #require(line.flatMap { Int($0.filter(\.isNumber)) })
          return kibibytes < 2048
        }
      }
      try client.call("kill", bundle.id, "KILL").succeeded()
      #expect(try program.wait().status == 137)
      _ = try waiting.wait()
    }
  }
}
