import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The runtime in the hands of somebody who is not root.
@Suite(.requiresRoot, .requires(program: "setpriv")) struct RootlessTests {
  @Test func aUserMakesUsesAndEndsAContainer() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["sh", "-c", "sleep 61 & sleep 60; true"])
      let files = [bundle.stdoutFile, bundle.stderrFile]
      try f.asUser(["create", "--bundle", bundle.path, bundle.id], files: files).succeeded()
      #expect(fileExists(f.directory + "/xdg/apus/runtime/\(bundle.id)/state.json"))
      try f.asUser(["start", bundle.id]).succeeded()
      let state = ConfigTree(
        try JSON.parse(try f.asUser(["state", bundle.id]).succeeded().stdout, file: "state"))
      #expect(state["status"] == "running")
      #expect(state["owner"] == .string("\(Fixture.userID)"))
      // Without a cgroup the processes are those of its pid namespace.
      try eventually("three run") {
        try JSON.parse(
          try f.asUser(["ps", "--format", "json", bundle.id]).succeeded().stdout, file: "ps"
        ).array?.count == 3
      }
      let witness = try Witness(
        f.asUser(["exec", bundle.id, "witness", "text:/proc/self/uid_map", "text:/proc/self/setgroups"])
          .succeeded())
      #expect(witness.number("uid") == 0)
      #expect(
        (witness.answer("text:/proc/self/uid_map") ?? "").split { $0 == " " || $0 == "\n" } == [
          "0", "\(Fixture.userID)", "1",
        ])
      #expect(witness.answer("text:/proc/self/setgroups") == "deny\n")
      let pid = try #require(state["pid"]?.integer(as: Int32.self))
      for name in ["user", "pid", "mnt", "ipc", "uts"] {
        #expect(try witness.text("namespaces.\(name)") == readLink("/proc/\(pid)/ns/\(name)"), "\(name)")
      }
      try f.asUser(["kill", "--all", bundle.id, "KILL"]).succeeded()
      try eventually("it is stopped") {
        try f.asUser(["state", bundle.id]).succeeded().out.contains("\"stopped\"")
      }
      try f.asUser(["delete", bundle.id]).succeeded()
      #expect(try f.asUser(["list", "--quiet"]).succeeded().out == "")
    }
  }

  @Test func inTheForegroundItsStatusIsTheirs() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["sh", "-c", "echo out; exit 7"]) {
        $0["process.oomScoreAdj"] = 500
      }
      let outcome = try f.asUser(["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 7 && outcome.out == "out\n", "\(outcome)")
      let failing = try f.userBundle(["/nonexist"])
      #expect(try f.asUser(["run", "--bundle", failing.path, failing.id]).err.contains("no such file"))
    }
  }

  @Test func aContainerJoinsAnothersNamespaces() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let first = try f.userBundle(["sleep", "60"])
      try f.asUser(
        ["create", "--bundle", first.path, first.id], files: [first.stdoutFile, first.stderrFile]
      ).succeeded()
      try f.asUser(["start", first.id]).succeeded()
      let state = try JSON.parse(try f.asUser(["state", first.id]).succeeded().stdout, file: "state")
      let pid = try #require(state["pid"]?.integer(as: Int32.self))
      let second = try f.userBundle(["witness"]) { config in
        config["linux.uidMappings"] = nil
        config["linux.gidMappings"] = nil
        config["process.oomScoreAdj"] = 300
        for kind in ["user", "pid", "ipc"] {
          config.shareNamespace(kind)
          config.append(
            ["type": .string(kind), "path": .string("/proc/\(pid)/ns/\(kind)")], to: "linux.namespaces")
        }
      }
      let witness = try Witness(
        f.asUser(["run", "--bundle", second.path, second.id]).succeeded())
      for kind in ["user", "pid", "ipc"] {
        #expect(try witness.text("namespaces.\(kind)") == readLink("/proc/\(pid)/ns/\(kind)"), "\(kind)")
      }
      #expect(witness.number("uid") == 0)
      #expect(witness.text("oomScoreAdj") == "300")
      var config = second.config
      config.value = try JSON.parse(try readFile(second.path + "/config.json"), file: "config.json")
      config["process.user.additionalGids"] = [0]
      try f.write(config, to: second)
      let refused = try f.asUser(["run", "--bundle", second.path, second.id])
      #expect(refused.err.contains("groups cannot be set in this user namespace"), "\(refused)")
      try f.asUser(["delete", "--force", first.id]).succeeded()
    }
  }

  // As podman does it: root of a user namespace starts a container that has none of its own.
  @Test func rootOfAUserNamespaceMakesAContainer() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["sh", "-c", "id -u; echo x > /dev/null; cat /proc/self/uid_map"]) {
        $0.shareNamespace("user")
        $0["linux.uidMappings"] = nil
        $0["linux.gidMappings"] = nil
      }
      let outcome = try f.run(
        "setpriv",
        [
          "--reuid=\(Fixture.userID)", "--regid=\(Fixture.userID)", "--clear-groups", "--", "unshare", "-Ur",
          f.directory + "/bin/apus-runtime", "--root", f.directory + "/xdg/state", "run", "--bundle",
          bundle.path,
          bundle.id,
        ], directory: "/"
      ).succeeded()
      #expect(
        outcome.out.split { $0 == " " || $0 == "\n" } == ["0", "0", "\(Fixture.userID)", "1"], "\(outcome)")
    }
  }

  @Test func withoutAUserNamespaceItIsRefused() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["true"]) {
        $0.shareNamespace("user")
        $0["linux.uidMappings"] = nil
        $0["linux.gidMappings"] = nil
      }
      let outcome = try f.asUser(["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("rootless container requires user namespaces"), "\(outcome)")
    }
  }

  // Nobody else than root can make one.
  @Test func aDeviceThatTheHostHasNotByThatNameIsRefused() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["true"]) {
        $0["linux.devices"] = [["path": "/dev/zero", "type": "c", "major": 1, "minor": 3]]
      }
      let outcome = try f.asUser(["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("bind the host's device \"/dev/zero\": no such device"), "\(outcome)")
    }
  }

  // This user has no cgroup of their own, so a limit would not hold.
  @Test func aLimitThatCannotBeAppliedIsRefused() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["true"]) { $0["linux.resources"] = ["pids": ["limit": 10]] }
      let outcome = try f.asUser(["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("linux.resources.pids.limit"), "\(outcome)")
    }
  }

  @Test func moreThanOneIdNeedsTheProgramsForIt() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["true"]) {
        for kind in ["uid", "gid"] {
          $0["linux.\(kind)Mappings[1]"] = ["containerID": 1, "hostID": 100_000, "size": 10]
        }
      }
      let outcome = try f.asUser(
        ["run", "--bundle", bundle.path, bundle.id], environment: ["PATH": "/nosuch"])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("newgidmap, which is not on PATH"), "\(outcome)")
      #expect(try f.asUser(["list", "--quiet"]).succeeded().out == "")
    }
  }

  @Test func theStateNeedsAPlace() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let outcome = try f.asUser(["list"], environment: ["XDG_RUNTIME_DIR": ""])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("needs XDG_RUNTIME_DIR or --root"), "\(outcome)")
    }
  }
}
