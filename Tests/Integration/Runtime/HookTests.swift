import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Hooks: when each kind runs, where, with what, and what its failure does.
@Suite(.requiresRoot) struct HookTests {
  private static let kinds = [
    "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
  ]

  private func shell(_ script: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
    var hook = ConfigTree(["path": "/bin/sh", "args": ["sh", "-c", .string(script)]])
    hook["env"] = ["PATH=/usr/bin:/bin"]
    for (name, value) in more { hook[name] = value }
    return hook.value
  }

  /// A bundle of which every hook adds a line to a file: its kind and what `words` says. The file's directory is in
  /// the container at the same place, for the one hook that runs with the container's root.
  private func logging(
    _ f: Fixture, _ words: String, _ args: [String] = ["sleep", "60"],
    edit: (inout ConfigTree) throws -> Void = { _ in }
  ) throws -> (bundle: TestBundle, log: String) {
    let log = try f.path("hooks/log")
    try setPermissions(splitPath(log).directory, 0o777)
    let bundle = try f.bundle(args) { config in
      config.append(
        [
          "destination": .string(splitPath(log).directory), "source": .string(splitPath(log).directory),
          "options": ["bind"],
        ], to: "mounts")
      for kind in HookTests.kinds {
        config["hooks.\(kind)"] = [shell("{ echo \"\(kind) $(\(words))\"; } >> \(log)")]
      }
      try edit(&config)
    }
    return (bundle, log)
  }

  private func lines(_ log: String) throws -> [String] {
    fileExists(log) ? try readText(log).split(separator: "\n").map(String.init) : []
  }

  // conformance: HOOK-ORDER-1 HOOK-STATE-1 HOOK-PRESTART-1 HOOK-CREATERUNTIME-1 HOOK-CREATECONTAINER-1
  // conformance: HOOK-STARTCONTAINER-1 HOOK-POSTSTART-1 HOOK-POSTSTOP-1
  @Test(arguments: Runtime.available)
  func eachKindRunsAtItsTimeWithTheStateOfThatTime(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(f, "cat") { $0["annotations"] = ["org.example": "x"] }
      try client.create(bundle).succeeded()
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int.self))
      // runc 1.1 runs poststart at the end of create, and says created.
      if runtime == .ours { #expect(try lines(log).count == 3) }
      try client.call("start", bundle.id).succeeded()
      #expect(try lines(log).count == 5)
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      try client.call("delete", bundle.id).succeeded()

      let found = try lines(log).map { line in
        let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
        return (kind: parts[0], state: ConfigTree(try JSON.parse(Array(parts[1].utf8), file: parts[0])))
      }
      #expect(found.map(\.kind).sorted() == HookTests.kinds.sorted())
      if runtime == .ours { #expect(found.map(\.kind) == HookTests.kinds) }
      for (kind, state) in found {
        #expect(state["id"]?.string == bundle.id)
        #expect(state["bundle"]?.string == bundle.path)
        #expect(state["annotations.org.example"] == nil)
        #expect(state["annotations"]?["org.example"]?.string == "x")
        let inside = ["createContainer", "startContainer"].contains(kind)
        let expected: Int? = kind == "poststop" ? nil : inside ? 1 : pid
        #expect(state["pid"]?.integer(as: Int.self) == expected, "\(kind)")
        let status =
          ["startContainer": "created", "poststart": "running", "poststop": "stopped"][kind] ?? "creating"
        if runtime == .ours || kind != "poststart" {
          #expect(state["status"]?.string == status, "\(kind)")
        }
      }
    }
  }

  // conformance: HOOK-PRESTART-2 HOOK-CREATERUNTIME-2 HOOK-CREATECONTAINER-2 HOOK-STARTCONTAINER-2 HOOK-POSTSTART-2
  // conformance: HOOK-POSTSTOP-2
  @Test(arguments: Runtime.available)
  func eachKindRunsInItsNamespaces(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(
        f, "for n in mnt uts pid net; do readlink /proc/self/ns/$n; done; ls -d /bundle-mark")
      try bundle.add("", at: "/bundle-mark")
      try client.launch(bundle)
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let kinds = ["mnt", "uts", "pid", "net"]
      let theirs = try kinds.map { try readLink("/proc/\(pid)/ns/\($0)") }
      // The runtime's is the test's own network.
      let network = try #require(f.network).path
      let ours = try kinds.map { try readLink($0 == "net" ? network : "/proc/self/ns/\($0)") }
      try client.call("delete", "--force", bundle.id).succeeded()
      let text = try readText(log)
      for kind in HookTests.kinds {
        let inside = kind == "createContainer" || kind == "startContainer"
        let expected = "\(kind) " + (inside ? theirs : ours).joined(separator: "\n")
        #expect(text.contains(expected), "\(kind) in \(text)")
      }
      // Only the last before the program has the container's root.
      #expect(text.split(separator: "\n").filter { $0 == "/bundle-mark" }.count == 1)
    }
  }

  @Test(arguments: Runtime.available)
  func aForegroundRunHasThemAll(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (bundle, log) = try logging(f, "true", ["echo", "ran"])
      let outcome = try f.client(runtime).run(bundle).succeeded()
      #expect(outcome.out == "ran\n")
      #expect(
        try lines(log).map { $0.split(separator: " ")[0] }.sorted()
          == HookTests.kinds.sorted().map { $0[...] })
    }
  }

  // conformance: HOOK-ARGS-1 HOOK-ENV-1
  @Test(arguments: Runtime.oursOnly)
  func aHookHasItsArgumentsItsEnvironmentAndNothingElse(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let log = try f.path("log")
      let script =
        "{ echo \"$0 $@\"; tr '\\0' ' ' < /proc/$$/environ; echo; ls /proc/$$/fd; pwd; umask; } > \(log)"
      let hook: JSONValue = [
        "path": "/bin/sh", "args": ["zero", "-c", .string(script), "name", "a b", "c"],
        "env": ["PATH=/usr/bin:/bin", "X=1 2"],
      ]
      let bundle = try f.bundle { $0["hooks.createRuntime"] = [hook] }
      let opened = try openFile("/dev/null", .readOnly)
      try opened.setCloseOnExec(false)
      try client.call(["run", "--bundle", bundle.path, bundle.id], environment: ["SECRET": "x"]).succeeded()
      // Descriptor 10 is the shell's own; it keeps what it has redirected there.
      #expect(
        try lines(log).filter { $0 != "10" } == [
          "name a b c", "PATH=/usr/bin:/bin X=1 2 ", "0", "1", "2", bundle.path, "0022",
        ])
    }
  }

  // conformance: HOOK-STATE-2
  @Test(arguments: Runtime.oursOnly)
  func aHookMayAskForTheContainersState(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let log = try f.path("log")
      let ask = "\(client.commandLine) state \"$(sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/')\" >> \(log)"
      let environment: JSONValue = .array([.string("PATH=\(Host.programs):/usr/bin:/bin")])
      let bundle = try f.bundle(["sleep", "60"]) {
        for kind in ["prestart", "createContainer", "poststart"] {
          $0["hooks.\(kind)"] = [shell(ask, ["env": environment])]
        }
      }
      try client.launch(bundle)
      #expect(
        try lines(log).filter { $0.contains("\"status\"") } == [
          "  \"status\": \"creating\",", "  \"status\": \"creating\",", "  \"status\": \"running\",",
        ])
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func whatCannotBeDoneWhileItIsBeingCreatedIsSaidSo(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let log = try f.path("log")
      let id = #"id="$(sed 's/.*"id":"\([^"]*\)".*/\1/')""#
      let ask = [
        "exec $id true", "pause $id", "resume $id", "update --pids-limit 9 $id", "events --stats $id",
      ]
      .map { "\(client.commandLine) \($0) >> \(log) 2>&1" }.joined(separator: "; ")
      let environment: JSONValue = .array([.string("PATH=\(Host.programs):/usr/bin:/bin")])
      let bundle = try f.bundle(["true"]) {
        $0["hooks.createRuntime"] = [shell("\(id); \(ask); true", ["env": environment])]
      }
      try client.run(bundle).succeeded()
      let words = try lines(log).map { $0.replacing("\"\(bundle.id)\"", with: "ID") }
      #expect(
        words == [
          "apus-runtime: cannot exec in a container that is still being created: ID",
          "apus-runtime: container not running: ID is creating",
          "apus-runtime: container not paused: ID is creating",
          "apus-runtime: container not running: ID is creating",
          "apus-runtime: container not running: ID is creating",
        ])
    }
  }

  // conformance: HOOK-STARTCONTAINER-3
  @Test(arguments: Runtime.oursOnly, [true, false])
  func aHookOfTheImagesMayDoWhatTheProgramMay(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(
        f, "true", ["sh", "-c", "grep -E '^(Cap|Seccomp|Uid|Gid|NoNew)' /proc/self/status; sleep 60"]
      ) {
        $0["process.user"] = ["uid": 1000, "gid": 100]
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["linux.seccomp"] = [
          "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": ["mkdir"], "action": "SCMP_ACT_ERRNO"]],
        ]
      }
      var config = bundle.config
      config["hooks"] = [
        "startContainer": [shell("grep -E '^(Cap|Seccomp|Uid|Gid|NoNew)' /proc/self/status > \(log)")]
      ]
      try f.write(config, to: bundle)
      try client.launch(bundle)
      try eventually("the program speaks") { try bundle.output().contains("Seccomp_filters:\t1") }
      #expect(try readText(log) + "\n" == bundle.output())
      #expect(try readText(log).contains("Uid:\t1000"))
    }
  }

  // conformance: HOOK-TIMEOUT-1
  @Test(arguments: Runtime.oursOnly, ["createRuntime", "createContainer"])
  func aHookThatTakesTooLongIsKilledWithWhatItStarted(runtime: Runtime, kind: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let log = try f.path("log")
      let bundle = try f.bundle {
        $0["hooks.\(kind)"] = [shell("sleep 6543 & echo $! > \(log); wait", ["timeout": 1])]
      }
      let outcome = try client.create(bundle)
      #expect(outcome.status == 1)
      let complaint = try readText(bundle.stderrFile)
      #expect(complaint.contains("error running \(kind) hook #0: timed out and was killed"))
      #expect(try listDirectory(client.stateRoot) == [])
      #expect(try f.shell("pgrep -f '^sleep 6543'").out == "")
    }
  }

  // conformance: HOOK-PRESTART-3 HOOK-CREATERUNTIME-3 HOOK-CREATECONTAINER-3
  @Test(arguments: Runtime.available, ["prestart", "createRuntime", "createContainer"])
  func afterAFailureNothingIsLeftAndPoststopRuns(runtime: Runtime, kind: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(f, "true")
      var config = bundle.config
      config["hooks.\(kind)"] = [shell("echo told; echo why >&2; exit 3"), shell("echo never >> \(log)")]
      try f.write(config, to: bundle)
      let outcome = try client.create(bundle)
      #expect(outcome.status == 1)
      #expect(try client.call("state", bundle.id).status == 1)
      #expect(try Host.cgroupHierarchies().filter { fileExists($0 + bundle.cgroup) } == [])
      let ran = try lines(log).map { String($0.split(separator: " ")[0]) }
      #expect(ran == Array(HookTests.kinds.prefix { $0 != kind }) + ["poststop"])
      guard runtime == .ours else { return }
      let complaint = try readText(bundle.stderrFile)
      #expect(
        complaint.contains("error running \(kind) hook #0: exit status 3, output: told; why"), "\(complaint)")
    }
  }

  // conformance: HOOK-STARTCONTAINER-4 HOOK-POSTSTART-3
  @Test(arguments: Runtime.oursOnly, ["startContainer", "poststart"])
  func aFailureAtStartStopsAndDeletesTheContainer(runtime: Runtime, kind: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(f, "true", ["sh", "-c", "echo ran; exec sleep 60"])
      var config = bundle.config
      config["hooks.\(kind)"] = [shell("echo told; exit 3")]
      try f.write(config, to: bundle)
      try client.create(bundle).succeeded()
      let outcome = try client.call("start", bundle.id)
      #expect(outcome.status == 1)
      #expect(outcome.complaint == "apus-runtime: error running \(kind) hook #0: exit status 3, output: told")
      #expect(try client.call("state", bundle.id).status == 1)
      #expect(try listDirectory(client.stateRoot) == [])
      #expect(try Host.cgroupHierarchies().filter { fileExists($0 + bundle.cgroup) } == [])
      #expect(try lines(log).last?.hasPrefix("poststop") == true)
      if kind == "startContainer" { #expect(try bundle.output() == "") }
      // In the foreground too, also where nothing ends with init.
      config.shareNamespace("pid")
      config["process.args"] = ["sh", "-c", "sleep 60 & sleep 60 & wait"]
      try f.write(config, to: bundle)
      #expect(try client.run(bundle).status == 1)
      #expect(try listDirectory(client.stateRoot) == [])
      #expect(try Host.cgroupHierarchies().filter { fileExists($0 + bundle.cgroup) } == [])
    }
  }

  // conformance: HOOK-POSTSTOP-3
  @Test(arguments: Runtime.available)
  func aFailureOfPoststopOnlyWarns(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(f, "true", ["true"])
      var config = bundle.config
      config["hooks"] = ["poststop": [shell("exit 3"), shell("echo second >> \(log)")]]
      try f.write(config, to: bundle)
      try client.launch(bundle)
      try client.waitUntilStopped(bundle.id)
      let record = try f.path("log.json")
      try client.call(["delete", bundle.id], global: ["--log", record, "--log-format", "json"]).succeeded()
      #expect(try client.call("state", bundle.id).status == 1)
      let warning = try readText(record)
      guard runtime == .ours else { return }
      #expect(warning.contains("\"warning\""))
      #expect(warning.contains("error running poststop hook #0: exit status 3"), "\(warning)")
      #expect(try lines(log) == ["second"])
    }
  }

  // conformance: HOOK-POSTSTOP-4
  @Test(arguments: Runtime.oursOnly, [false, true])
  func deletingWhatAKilledRuntimeLeftRunsPoststop(runtime: Runtime, beforeTheRecord: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, log) = try logging(f, "cat")
      var config = bundle.config
      config["hooks.createRuntime"] = [shell("kill -9 $PPID")]
      try f.write(config, to: bundle)
      #expect(try client.create(bundle).exit == .signaled(9))
      if beforeTheRecord { try removeFile("\(client.stateRoot)/\(bundle.id)/state.json") }
      try client.call("delete", "--force", bundle.id).succeeded()
      let last = try #require(try lines(log).last)
      #expect(last.hasPrefix("poststop {") && last.contains("\"bundle\":\"\(bundle.path)\""), "\(last)")
      #expect(try listDirectory(client.stateRoot) == [])
    }
  }

  // conformance: HOOK-PATH-1
  @Test(arguments: Runtime.oursOnly)
  func aProgramThatIsNotThereIsSaid(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle { $0["hooks.createContainer"] = [["path": "/nonexistent/hook"]] }
      let outcome = try client.run(bundle)
      #expect(outcome.status == 1)
      #expect(
        outcome.complaint
          == "apus-runtime: error running createContainer hook #0: could not be started: no such file or directory"
      )
    }
  }

  // conformance: HOOK-PATH-2 HOOK-TIMEOUT-2
  @Test(arguments: Runtime.oursOnly)
  func whatAHookMayNotBeIsRefusedByItsPath(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle {
        $0["hooks"] = ["poststart": [["path": "/bin/true", "timeout": 0], ["path": "bin/true"]]]
      }
      let outcome = try f.client(runtime).run(bundle)
      #expect(outcome.complaint.contains("hooks.poststart[0].timeout: 0 is out of range"), "\(outcome)")
      #expect(outcome.complaint.contains("hooks.poststart[1].path: \"bin/true\" is not an absolute path"))
    }
  }

  // conformance: HOOK-ORDER-2
  @Test(arguments: Runtime.available)
  func hooksOfAKindRunInTheirOrder(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let log = try f.path("log")
      let bundle = try f.bundle {
        $0["hooks.createRuntime"] = .array((1...4).map { shell("sleep 0.0\(4 - $0); echo \($0) >> \(log)") })
      }
      try f.client(runtime).run(bundle).succeeded()
      #expect(try lines(log) == ["1", "2", "3", "4"])
    }
  }
}
