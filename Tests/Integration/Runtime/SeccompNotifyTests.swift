import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `SCMP_ACT_NOTIFY`: calls that an agent on the host answers for.
@Suite(.requiresRoot, .requires(program: "python3")) struct SeccompNotifyTests {
  /// Listens at a socket, prints each state and how many descriptors came with it, lets `personality` (135) fail with
  /// EXDEV and every other call go on (seccomp_unotify(2)).
  private static let agent = """
    import array, fcntl, json, os, socket, struct, sys
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(sys.argv[1])
    listener.listen(8)
    def whole(text):
      try: return json.loads(text)
      except ValueError: return None
    print("ready", flush=True)
    while True:
      peer, _ = listener.accept()
      text, fds, _, _ = socket.recv_fds(peer, 65536, 4)
      # Debian's runc leaves its end open, so the end of the text is where it is a document.
      while not whole(text): text += peer.recv(65536)
      print(len(fds), text.decode(), flush=True)
      if os.fork(): continue
      try:
        while True:
          request = array.array("B", bytes(80))
          fcntl.ioctl(fds[0], 0xC0502100, request, True)
          id, pid, flags, number = struct.unpack_from("=QIIi", request)
          denied = number == 135
          fcntl.ioctl(fds[0], 0xC0182101, struct.pack("=QqiI", id, 0, -18 if denied else 0, 0 if denied else 1))
      except OSError: os._exit(0)
    """

  /// - Returns: its socket, and the file it prints to.
  private func agent(_ f: Fixture) throws -> (path: String, output: String) {
    // Longer than a socket's address, so not in the fixture's own directory.
    let path = "/tmp/apus-agent-\(hexadecimal(try randomBytes(4)))"
    f.atEnd("remove the agent's socket") { try removeFile(path) }
    let output = try f.path("agent.out")
    _ = try f.start("python3", ["-c", Self.agent, path], files: [output, try f.path("agent.err")])
    try eventually("the agent listens") { try readText(output) == "ready" }
    return (path, output)
  }

  private func filter(_ path: String, _ names: JSONValue = ["personality"]) -> JSONValue {
    [
      "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64"],
      "listenerPath": .string(path), "listenerMetadata": "who=test",
      "syscalls": [["names": names, "action": "SCMP_ACT_NOTIFY"]],
    ]
  }

  /// The states that the agent has printed.
  private func states(_ output: String, count: Int) throws -> [ConfigTree] {
    var lines: [Substring] = []
    try eventually("the agent has \(count) states") {
      lines = try readText(output).split(separator: "\n").dropFirst().map { $0 }
      return lines.count >= count
    }
    #expect(lines.count == count)
    return try lines.map { line in
      #expect(line.hasPrefix("1 "), "one descriptor comes along")
      return ConfigTree(try JSON.parse(Array(line.dropFirst(2).utf8), file: "state"))
    }
  }

  // conformance: LNX-NOTIFY-1
  @Test(arguments: Runtime.available, [true, false])
  func theAgentGetsTheListenerAndAnswers(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let (client, agent) = (f.client(runtime), try agent(f))
      let bundle = try f.bundle(["witness", "call:personality", "call:getcwd"]) {
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["linux.seccomp"] = filter(agent.path)
        $0["annotations"] = ["key": "value"]
      }
      let witness = try Witness(client.run(bundle).succeeded())
      #expect(witness.answer("call:personality") == "EXDEV")
      #expect(witness.answer("call:getcwd") == "ok")
      let state = try #require(states(agent.output, count: 1).first)
      #expect(state["fds"] == ["seccompFd"])
      #expect(state["metadata"] == "who=test")
      #expect(state["state.id"] == .string(bundle.id))
      #expect(state["state.bundle"] == .string(bundle.path))
      #expect(state["state.annotations"] == ["key": "value"])
      #expect(state["pid"]?.integer(as: Int.self) == state["state.pid"]?.integer(as: Int.self))
      #expect(state["state.status"] == (runtime == .ours ? "created" : "creating"))
    }
  }

  // What the runtime itself still calls may wait for the agent, which must have been told by then.
  @Test(arguments: Runtime.oursOnly, [true, false])
  func whatInitStillCallsMayWaitForTheAgent(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let (client, agent) = (f.client(runtime), try agent(f))
      let bundle = try f.bundle(["sh", "-c", "echo ran"]) {
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["process.user"] = ["uid": 1000, "gid": 1000]
        $0["linux.seccomp"] = filter(
          agent.path, ["execve", "capset", "prctl", "read", "sendmsg", "close", "recvfrom", "sendto"])
      }
      try client.create(bundle).succeeded()
      try client.call("start", bundle.id).succeeded()
      try client.waitUntilStopped(bundle.id)
      #expect(try bundle.output() == "ran\n")
      #expect(try states(agent.output, count: 1).count == 1)
    }
  }

  // conformance: LNX-NOTIFY-1
  @Test(arguments: Runtime.available)
  func execTellsTheAgentToo(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, agent) = (f.client(runtime), try agent(f))
      let bundle = try f.bundle(["sleep", "60"]) { $0["linux.seccomp"] = filter(agent.path) }
      try client.launch(bundle)
      let witness = try Witness(client.call("exec", bundle.id, "witness", "call:personality").succeeded())
      #expect(witness.answer("call:personality") == "EXDEV")
      let found = try states(agent.output, count: 2)
      #expect(found[1]["state.status"] == "running")
      #expect(
        found[1]["pid"]?.integer(as: Int.self) != found[1]["state.pid"]?.integer(as: Int.self),
        "the process is not init")
      #expect(found[0]["pid"]?.integer(as: Int.self) == found[1]["state.pid"]?.integer(as: Int.self))
    }
  }

  // conformance: LNX-NOTIFY-2
  @Test(arguments: Runtime.available)
  func withoutAnAgentNothingRuns(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "echo ran"]) {
        $0["linux.seccomp"] = filter("/tmp/nosuch/agent")
      }
      let outcome = try client.run(bundle)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.out == "")
      guard runtime == .ours else { return }
      #expect(outcome.err.contains("linux.seccomp.listenerPath"), "\(outcome)")
      #expect(outcome.err.contains("failed to connect with seccomp agent"), "\(outcome)")
      try client.create(bundle).succeeded()
      let start = try client.call("start", bundle.id)
      #expect(start.status == 1)
      #expect(start.err.contains("linux.seccomp.listenerPath"), "\(start)")
      try client.waitUntilStopped(bundle.id)
      #expect(try bundle.output() == "")
    }
  }

  // conformance: LNX-NOTIFY-3
  @Test(arguments: Runtime.available)
  func aListenerThatNobodyNeedsIsIgnored(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["call:personality"], in: f) {
        $0["linux.seccomp"] = filter("/tmp/nosuch/agent")
        $0["linux.seccomp.syscalls"] = [["names": ["personality"], "action": "SCMP_ACT_ERRNO"]]
      }
      #expect(witness.answer("call:personality") == "EPERM")
    }
  }

  // conformance: LNX-NOTIFY-4
  @Test(arguments: Runtime.oursOnly)
  func metadataNeedsAListener(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0["linux.seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW", "listenerMetadata": "x"]
        })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("linux.seccomp.listenerMetadata"), "\(outcome)")
    }
  }

  // A hook of the image's has the filter, but no agent: what would wait fails, and nothing hangs.
  @Test(arguments: Runtime.oursOnly, [("personality", 0), ("execve", 1)])
  func aHookHasNoAgent(runtime: Runtime, given: (call: String, status: Int32)) async throws {
    try await Fixture.with { f in
      let (client, agent) = (f.client(runtime), try agent(f))
      let bundle = try f.bundle(["sh", "-c", "echo ran"]) {
        $0["linux.seccomp"] = filter(agent.path, [.string(given.call)])
        $0["hooks.startContainer"] = [["path": "/bin/true", "args": ["true"]]]
      }
      let outcome = try client.run(bundle)
      #expect(outcome.status == given.status, "\(outcome)")
      #expect(outcome.out == (given.status == 0 ? "ran\n" : ""))
      #expect(try states(agent.output, count: given.status == 0 ? 1 : 0).count == 1 - Int(given.status))
    }
  }
}
