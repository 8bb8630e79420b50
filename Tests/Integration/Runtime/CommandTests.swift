import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Options and commands that callers rely on beside the life cycle itself.
@Suite(.requiresRoot) struct CommandTests {
  @Test(arguments: Runtime.oursOnly, ["checkpoint", "restore"])
  func whatIsNotSupportedHasHelpAndOneLine(runtime: Runtime, command: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      #expect(try client.call(command, "--help").succeeded().out.contains("Usage:"))
      let outcome = try client.call(
        command, "--image-path", "/x", "--work-path", "/y", "--tcp-established", "--file-locks", "some")
      #expect(outcome.status == 1)
      #expect(outcome.complaint == "apus-runtime: \(command) is not supported")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func explainPrintsThePlanAndDoesNothing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle {
        $0["hooks"] = ["createRuntime": [["path": "/bin/false"]], "poststart": [["path": "/bin/false"]]]
        $0["linux.resources.pids"] = ["limit": 7]
        $0["linux.seccomp"] = ["defaultAction": "SCMP_ACT_ALLOW"]
      }
      let lines = try client.call("create", "--bundle", bundle.path, "--explain", bundle.id).succeeded().lines
      #expect(!fileExists(client.stateRoot))
      #expect(try Host.cgroupHierarchies().filter { fileExists($0 + bundle.cgroup) } == [])
      #expect(lines.enumerated().allSatisfy { $0.element.hasPrefix("\($0.offset + 1). ") })
      let wanted = [
        "supervisor: make a network namespace and bring its lo up",
        "supervisor: make \"\(client.stateRoot)/\(bundle.id)\"",
        "supervisor: start init in new namespaces: pid,",
        "write \"7\" to", "init: close inherited descriptors", "init: wait for the supervisor",
        "supervisor: let init go on", "init: wait until lo is up",
        "supervisor: wait until lo is up in the network namespace; tell init",
        "init: wait for the runtime's hooks",
        "supervisor: run createRuntime hook #0 \"/bin/false\"", "init: set hostname", "init: pivot root",
        "init: install the seccomp filter", "init: exec true", "start: run poststart hook #0 \"/bin/false\"",
      ]
      let places = try wanted.map { words in
        try #require(lines.firstIndex { $0.contains(words) }, "\(words) in \(lines)")
      }
      #expect(places == places.sorted(), "\(lines)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func explainSaysWhatTheSupervisorDoesForAUserNamespace(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle {
        $0["linux.namespaces"] = [["type": "user"], ["type": "mount"], ["type": "network"]]
        for name in ["uidMappings", "gidMappings"] {
          $0["linux.\(name)"] = [["containerID": 0, "hostID": 100_000, "size": 65536]]
        }
        $0["hostname"] = nil
        $0["linux.netDevices"] = ["dummy7": ["name": "eth0"]]
      }
      let lines = try client.call("create", "-b", bundle.path, "--explain", bundle.id).succeeded().lines
      let wanted = [
        "supervisor: start init in new namespaces: network",
        "supervisor: write the user namespace's mappings",
        "supervisor: move network device \"dummy7\" in as \"eth0\"", "init: pivot root",
      ]
      let places = try wanted.map { words in
        try #require(lines.firstIndex { $0.contains(words) }, "\(words) in \(lines)")
      }
      #expect(places == places.sorted(), "\(lines)")
      #expect(!fileExists(client.stateRoot))
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func explainSaysWhatCreateWouldRefuse(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle { $0["process.cwd"] = "tmp" }
      let outcome = try f.client(runtime).call("create", "-b", bundle.path, "--explain", bundle.id)
      #expect(outcome.status == 1)
      #expect(outcome.complaint.contains("process.cwd"))
    }
  }

  // runc 1.1 has no such option yet.
  @Test(arguments: Runtime.oursOnly)
  func thePidfdSocketReceivesTheProcess(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      let path = try f.path("pidfd.sock")
      let listener = try listenOnSocket(
        "pidfd.sock", in: try openFile(f.directory, [.path, .directory]), kind: .stream)
      try client.create(bundle, "--pidfd-socket", path).succeeded()
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int.self))
      #expect(try pidReceived(listener) == pid)
      try client.call("start", bundle.id).succeeded()
      try client.call(
        "exec", "--pidfd-socket", path, "--detach", "--pid-file", f.path("pid"), bundle.id, "sleep", "60"
      ).succeeded()
      #expect(try pidReceived(listener) == Int(try readText(f.path("pid"))))
    }
  }

  private func pidReceived(_ listener: borrowing OwnedDescriptor) throws -> Int? {
    var received = try receiveDescriptor(over: try acceptConnection(listener))
    #expect(received.bytes == Array("pidfd".utf8))
    guard let process = received.descriptor.take() else { throw TestFailure("no descriptor came") }
    let text = try readText("/proc/self/fdinfo/\(process.raw)")
    return text.split(separator: "\n").first { $0.hasPrefix("Pid:") }
      .flatMap { $0.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) } }
  }

  @Test(arguments: Runtime.available)
  func socketsOfAServiceManagerAreTheContainers(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "echo $LISTEN_FDS $LISTEN_PID; cat <&3"])
      let file = try f.write("handed over\n", to: "file")
      let command = "exec \(client.commandLine) run --bundle '\(bundle.path)' \(bundle.id)"
      let outcome = try f.shell(
        "LISTEN_PID=$$ LISTEN_FDS=1; export LISTEN_PID LISTEN_FDS; \(command) 3< '\(file)'")
      #expect(outcome.out == "1 1\nhanded over\n", "\(outcome)")
      // Those of somebody else are not.
      let other = try f.shell(
        "LISTEN_PID=1 LISTEN_FDS=1; export LISTEN_PID LISTEN_FDS; \(command) 3< '\(file)'")
      #expect(other.out == "\n", "\(other)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func deleteByRegularExpression(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundles = try (0..<3).map { _ in try f.bundle(["sleep", "60"]) }
      for bundle in bundles { try client.launch(bundle) }
      let pattern = "^(\(bundles[0].id)|\(bundles[1].id))$"
      let running = try client.call("delete", "--regex", pattern)
      #expect(running.status == 1)
      #expect(running.complaint.contains("cannot delete container"))
      try client.call("delete", "--force", "--regex", pattern).succeeded()
      #expect(try client.call("list", "-q").lines == [bundles[2].id])
      #expect(try client.call("delete", "--regex", "(").complaint.contains("invalid argument"))
      try client.call("delete", "--regex", "^none$").succeeded()
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func withoutCgroupsNoneAreMade(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "cat /proc/self/cgroup; sleep 60"])
      let disabled = ["--cgroup-manager", "disabled"]
      _ = try client.call(
        ["create", "--bundle", bundle.path, bundle.id], global: disabled,
        files: [bundle.stdoutFile, bundle.stderrFile]
      ).succeeded()
      #expect(try Host.cgroupHierarchies().filter { fileExists($0 + bundle.cgroup) } == [])
      try client.call("start", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "running")
      #expect(try client.call("exec", bundle.id, "echo", "inside").out == "inside\n")
      for command in [["pause"], ["events", "--stats"], ["update", "--pids-limit", "3"]] {
        let outcome = try client.call(command + [bundle.id])
        #expect(outcome.status == 1)
        #expect(outcome.complaint.contains("has no cgroup, needed to"), "\(outcome)")
      }
      // What is in its pid namespace is the container's.
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let listed = try client.call("ps", "--format", "json", bundle.id).out
      #expect(listed.contains("\(pid)"), "\(listed)")
      try client.call("kill", "--all", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      try client.call("delete", bundle.id).succeeded()

      let limited = try f.bundle { $0["linux.resources.pids"] = ["limit": 7] }
      let outcome = try client.call(["run", "--bundle", limited.path, limited.id], global: disabled)
      #expect(outcome.complaint.contains("linux.resources.pids.limit: needs cgroups, which are disabled"))
      #expect(
        try client.call(["list"], global: ["--cgroup-manager", "other"]).complaint.contains(
          "invalid cgroup manager \"other\""))
    }
  }

  // With a cgroup of its own below, made from inside or, as here, from outside.
  @Test(arguments: Runtime.available)
  func execMayGoToACgroupBelow(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let pids = try #require(try Host.cgroup("pids", bundle.cgroup))
      try makeDirectories(pids + "/below")
      let inside = try client.call("exec", "--cgroup", "pids:below", bundle.id, "cat", "/proc/self/cgroup")
      #expect(inside.out.contains(":pids:/below\n"), "\(inside)")
      #expect(!inside.out.contains("memory:/below"))
      #expect(try client.call("exec", "--cgroup", "pids:nosuch", bundle.id, "true").status == 255)
      #expect(try client.call("exec", "--cgroup", "../..", bundle.id, "true").status == 255)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func labelsOfExecAreTheProcesss(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      // This host has neither, so both are refused by their names in the document.
      let label = try client.call("exec", "--process-label", "a:b:c", bundle.id, "true")
      #expect(label.status == 255)
      #expect(label.complaint.contains("process.selinuxLabel"), "\(label)")
      let profile = try client.call("exec", "--apparmor", "nosuch", bundle.id, "true")
      #expect(profile.status == 255)
      #expect(profile.complaint.contains("process.apparmorProfile"), "\(profile)")
    }
  }
}
