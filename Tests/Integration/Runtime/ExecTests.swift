import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `exec`: another process in a running container.
@Suite(.requiresRoot) struct ExecTests {
  private func running(_ f: Fixture, _ runtime: Runtime) throws -> (RuntimeClient, TestBundle) {
    let client = f.client(runtime)
    let bundle = try f.bundle(["sleep", "60"])
    try client.launch(bundle)
    return (client, bundle)
  }

  private var process: ConfigTree {
    ConfigTree([
      "args": ["witness"], "cwd": "/", "env": ["PATH=/bin"], "user": ["uid": 0, "gid": 0], "terminal": false,
    ])
  }

  @Test(arguments: Runtime.available)
  func itJoinsTheContainersNamespacesAndCgroup(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let witness = try Witness(client.call("exec", bundle.id, "witness", "text:/proc/1/cmdline").succeeded())
      for name in ["pid", "net", "ipc", "uts", "mnt", "cgroup"] {
        #expect(try witness.text("namespaces.\(name)") == readLink("/proc/\(pid)/ns/\(name)"), "\(name)")
      }
      #expect(witness.number("pid") != 1)
      #expect(witness.text("hostname") == "container")
      #expect(witness.answer("text:/proc/1/cmdline") == "sleep")
      #expect(Witness.membership("pids", in: witness.texts("cgroup"))?.hasSuffix(":/") == true)
      #expect(witness.names("descriptors") == ["0", "1", "2"])
    }
  }

  @Test(arguments: Runtime.available, [0, 3, 126, 255] as [Int32])
  func itsExitCodeIsTheProcesss(runtime: Runtime, code: Int32) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let outcome = try client.call("exec", bundle.id, "sh", "-c", "exit \(code)")
      #expect(outcome.exit == .exited(code))
      let killed = try client.call("exec", bundle.id, "sh", "-c", "kill -USR1 $$")
      #expect(killed.exit == .exited(138), "\(killed)")
      #expect(try client.status(bundle.id) == "running")
    }
  }

  @Test(arguments: Runtime.available)
  func itsStreamsAreByteExact(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      let outcome = try client.call(
        "exec", bundle.id, "sh", "-c", "tee /dev/stderr", stdin: .bytes(bytes))
      #expect(outcome.stdout == bytes)
      #expect(outcome.stderr == bytes)
    }
  }

  @Test(arguments: Runtime.available)
  func twoRunSideBySide(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let first = try client.start("exec", bundle.id, "sh", "-c", "echo one; read x; echo $x", stdin: .open)
      try first.waitForOutput("one\n")
      let second = try client.call("exec", bundle.id, "sh", "-c", "echo two; exit 2")
      #expect(second.out == "two\n")
      #expect(second.status == 2)
      first.type("three\n")
      let outcome = try first.wait()
      #expect(outcome.out == "one\nthree\n")
      #expect(outcome.status == 0)
    }
  }

  @Test(arguments: Runtime.available)
  func aProcessFileSaysEverything(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      var process = process
      process["args"] = ["witness", "call:chown"]
      process["cwd"] = "/usr"
      process["env"] = ["PATH=/bin", "KEY=value"]
      process["user"] = ["uid": 1000, "gid": 1000, "additionalGids": [29]]
      process["rlimits"] = [["type": "RLIMIT_FSIZE", "soft": 32000, "hard": 33000]]
      process["capabilities"] = ["bounding": ["CAP_KILL"], "permitted": [], "effective": []]
      process["noNewPrivileges"] = true
      process["oomScoreAdj"] = 123
      let text = String(decoding: try JSON.encode(process.value), as: UTF8.self)
      let file = try f.write(text, to: "process.json")
      let witness = try Witness(client.call("exec", "--process", file, bundle.id).succeeded())
      #expect(witness.text("cwd") == "/usr")
      #expect(witness.texts("env").contains("KEY=value"))
      #expect(witness.number("uid") == 1000)
      #expect(witness.facts["groups"] == [29])
      #expect(witness.facts["rlimits.FSIZE"] == [32000, 33000])
      #expect(witness.capabilities("bounding") == 1 << 5)
      #expect(witness.capabilities("effective") == 0)
      #expect(witness.text("noNewPrivileges") == "1")
      // The references leave the score of a process that is executed later as it is.
      if runtime == .ours { #expect(witness.text("oomScoreAdj") == "123") }
    }
  }

  @Test(arguments: Runtime.available)
  func flagsChangeTheContainersProcess(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let flags = ["--cwd", "/usr", "--env", "A=1", "--env", "B=2", "--user", "1000:29"]
      let witness = try Witness(client.call(["exec"] + flags + [bundle.id, "witness"]).succeeded())
      #expect(witness.text("cwd") == "/usr")
      #expect(Set(witness.texts("env")).isSuperset(of: ["A=1", "B=2"]))
      #expect(witness.number("uid") == 1000)
      #expect(witness.number("gid") == 29)
    }
  }

  // One that is newer than the library, say: what is not known is not granted.
  @Test(arguments: Runtime.available)
  func aCapabilityThatNobodyKnowsIsAWarning(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let log = try f.path("exec.log")
      let outcome = try client.call(
        ["exec", "--cap", "CAP_NOSUCH", "--cap", "CAP_SYS_CHROOT", bundle.id, "witness"],
        global: ["--log", log]
      ).succeeded()
      let effective = try #require(try Witness(outcome).capabilities("effective"))
      #expect(effective & 1 << 18 != 0)
      if runtime == .ours { #expect(try readText(log).contains("unknown capability \\\"CAP_NOSUCH\\\"")) }
    }
  }

  @Test(arguments: Runtime.available)
  func detachedItReturnsAndLeavesAPidFile(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let pidFile = try f.path("exec.pid")
      let (out, err) = (try f.path("out"), try f.path("err"))
      try client.call(
        ["exec", "--detach", "--pid-file", pidFile, bundle.id, "sh", "-c", "echo here; sleep 60; true"],
        files: [out, err]
      ).succeeded()
      try eventually("the process speaks") { try readText(out) == "here" }
      let pid = try #require(Int32(try readText(pidFile)))
      #expect(try readText("/proc/\(pid)/cmdline").hasPrefix("sh\u{0}"))
      #expect(try client.call("ps", "--format", "json", bundle.id).out.contains("\(pid)"))
    }
  }

  @Test(arguments: Runtime.available)
  func withATerminalItComesOverTheConsoleSocket(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let socket = try f.consoleSocket()
      var process = process
      process["args"] = ["sh", "-c", "tty; read line; echo got $line"]
      process["terminal"] = true
      let text = String(decoding: try JSON.encode(process.value), as: UTF8.self)
      let file = try f.write(text, to: "process.json")
      try client.call(
        "exec", "--process", file, "--console-socket", socket.path, "--detach", bundle.id
      ).succeeded()
      let terminal = try socket.receive()
      try terminal.waitFor("/dev/pts/0\r\n")
      try terminal.type("typed\r")
      try terminal.waitFor("got typed\r\n")
      try terminal.waitForHangUp()
    }
  }

  @Test(arguments: Runtime.available)
  func whatCannotBeExecutedIsToldWith255(runtime: Runtime) async throws {
    if runtime == .crun { return }  // It answers 1.
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let cases = [
        ("nosuch", ["executable file not found in $PATH"]), ("/nosuch", ["no such file or directory"]),
        ("/etc", ["is a directory", "permission denied"]), ("/etc/passwd", ["permission denied"]),
      ]
      for (program, words) in cases {
        let outcome = try client.call("exec", bundle.id, program)
        #expect(outcome.status == 255, "\(outcome)")
        #expect(words.contains { outcome.err.contains($0) }, "\(outcome)")
      }
      #expect(try client.status(bundle.id) == "running")
    }
  }

  @Test(arguments: Runtime.available)
  func aContainerThatDoesNotRunIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["true"])
      #expect(try client.call("exec", "nosuch", "true").status != 0)
      try client.launch(bundle)
      try client.waitUntilStopped(bundle.id)
      let stopped = try client.call("exec", bundle.id, "true")
      #expect(stopped.status != 0)
      #expect(stopped.err.contains("stopped") || stopped.err.contains("not running"), "\(stopped)")
    }
  }

  @Test(arguments: Runtime.available)
  func itDiesWithItsContainer(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime)
      let program = try client.start("exec", bundle.id, "sh", "-c", "echo here; sleep 60")
      try program.waitForOutput("here\n")
      try client.call("kill", bundle.id, "KILL").succeeded()
      #expect(try program.wait().status == 137)
    }
  }
}
