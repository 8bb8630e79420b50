import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The runtime in the hands of somebody who is not root.
@Suite(.requiresRoot, .requires(program: "setpriv")) struct RootlessTests {
  /// Nobody else's id, with nothing in /etc/subuid.
  private static let user = 61_234

  /// The program where everybody can execute it, and a runtime directory of the user's.
  private func prepare(_ f: Fixture) throws {
    let program = try #require(Host.findProgram("apus-runtime"))
    try f.run("install", ["-D", "-m", "755", program, f.directory + "/bin/apus-runtime"]).succeeded()
    try makeDirectory(f.directory + "/xdg", mode: 0o700)
    try f.run("chown", ["\(Self.user)", f.directory + "/xdg"]).succeeded()
  }

  private func call(
    _ f: Fixture, _ arguments: [String], environment: [String: String] = [:], files: [String] = []
  ) throws -> Outcome {
    try f.run(
      "setpriv",
      [
        "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups", "--",
        f.directory + "/bin/apus-runtime",
      ]
        + arguments,
      environment: ["XDG_RUNTIME_DIR": f.directory + "/xdg"].merging(environment) { $1 },
      directory: "/", files: files)
  }

  /// A bundle with what `spec --rootless` writes; the root file system stays root's.
  private func bundle(
    _ f: Fixture, _ args: [String], edit: (inout ConfigTree) -> Void = { _ in }
  ) throws -> TestBundle {
    let bundle = try f.bundle(args)
    try removeFile(bundle.path + "/config.json")
    try f.run("chown", ["\(Self.user)", bundle.path]).succeeded()
    try call(f, ["spec", "--rootless", "--bundle", bundle.path]).succeeded()
    var config = ConfigTree(try JSON.parse(try readFile(bundle.path + "/config.json"), file: "config.json"))
    config["process.terminal"] = false
    config["process.args"] = .array(args.map { .string($0) })
    edit(&config)
    try f.write(config, to: bundle)
    return bundle
  }

  @Test func aUserMakesUsesAndEndsAContainer() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let bundle = try bundle(f, ["sh", "-c", "sleep 61 & sleep 60; true"])
      let files = [bundle.stdoutFile, bundle.stderrFile]
      try call(f, ["create", "--bundle", bundle.path, bundle.id], files: files).succeeded()
      #expect(fileExists(f.directory + "/xdg/apus/runtime/\(bundle.id)/state.json"))
      try call(f, ["start", bundle.id]).succeeded()
      let state = ConfigTree(
        try JSON.parse(try call(f, ["state", bundle.id]).succeeded().stdout, file: "state"))
      #expect(state["status"] == "running")
      #expect(state["owner"] == .string("\(Self.user)"))
      // Without a cgroup the processes are those of its pid namespace.
      try eventually("three run") {
        try JSON.parse(
          try call(f, ["ps", "--format", "json", bundle.id]).succeeded().stdout, file: "ps"
        ).array?.count == 3
      }
      let witness = try Witness(
        call(f, ["exec", bundle.id, "witness", "text:/proc/self/uid_map", "text:/proc/self/setgroups"])
          .succeeded())
      #expect(witness.number("uid") == 0)
      #expect(
        (witness.answer("text:/proc/self/uid_map") ?? "").split { $0 == " " || $0 == "\n" } == [
          "0", "\(Self.user)", "1",
        ])
      #expect(witness.answer("text:/proc/self/setgroups") == "deny\n")
      let pid = try #require(state["pid"]?.integer(as: Int32.self))
      for name in ["user", "pid", "mnt", "ipc", "uts"] {
        #expect(try witness.text("namespaces.\(name)") == readLink("/proc/\(pid)/ns/\(name)"), "\(name)")
      }
      try call(f, ["kill", "--all", bundle.id, "KILL"]).succeeded()
      try eventually("it is stopped") {
        try call(f, ["state", bundle.id]).succeeded().out.contains("\"stopped\"")
      }
      try call(f, ["delete", bundle.id]).succeeded()
      #expect(try call(f, ["list", "--quiet"]).succeeded().out == "")
    }
  }

  @Test func inTheForegroundItsStatusIsTheirs() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let bundle = try bundle(f, ["sh", "-c", "echo out; exit 7"]) {
        $0["process.oomScoreAdj"] = 500
      }
      let outcome = try call(f, ["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 7 && outcome.out == "out\n", "\(outcome)")
      let failing = try self.bundle(f, ["/nonexist"])
      #expect(try call(f, ["run", "--bundle", failing.path, failing.id]).err.contains("no such file"))
    }
  }

  // As podman does it: root of a user namespace starts a container that has none of its own.
  @Test func rootOfAUserNamespaceMakesAContainer() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let bundle = try bundle(f, ["sh", "-c", "id -u; echo x > /dev/null; cat /proc/self/uid_map"]) {
        $0.shareNamespace("user")
        $0["linux.uidMappings"] = nil
        $0["linux.gidMappings"] = nil
      }
      let outcome = try f.run(
        "setpriv",
        [
          "--reuid=\(Self.user)", "--regid=\(Self.user)", "--clear-groups", "--", "unshare", "-Ur",
          f.directory + "/bin/apus-runtime", "--root", f.directory + "/xdg/state", "run", "--bundle",
          bundle.path,
          bundle.id,
        ], directory: "/"
      ).succeeded()
      #expect(outcome.out.split { $0 == " " || $0 == "\n" } == ["0", "0", "\(Self.user)", "1"], "\(outcome)")
    }
  }

  @Test func withoutAUserNamespaceItIsRefused() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let bundle = try bundle(f, ["true"]) {
        $0.shareNamespace("user")
        $0["linux.uidMappings"] = nil
        $0["linux.gidMappings"] = nil
      }
      let outcome = try call(f, ["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("rootless container requires user namespaces"), "\(outcome)")
    }
  }

  // This user has no cgroup of their own, so a limit would not hold.
  @Test func aLimitThatCannotBeAppliedIsRefused() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let bundle = try bundle(f, ["true"]) { $0["linux.resources"] = ["pids": ["limit": 10]] }
      let outcome = try call(f, ["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("linux.resources.pids.limit"), "\(outcome)")
    }
  }

  @Test func moreThanOneIdNeedsTheProgramsForIt() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let bundle = try bundle(f, ["true"]) {
        for kind in ["uid", "gid"] {
          $0["linux.\(kind)Mappings[1]"] = ["containerID": 1, "hostID": 100_000, "size": 10]
        }
      }
      let outcome = try call(
        f, ["run", "--bundle", bundle.path, bundle.id], environment: ["PATH": "/nosuch"])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("newgidmap, which is not on PATH"), "\(outcome)")
      #expect(try call(f, ["list", "--quiet"]).succeeded().out == "")
    }
  }

  @Test func theStateNeedsAPlace() async throws {
    try await Fixture.with { f in
      try prepare(f)
      let outcome = try call(f, ["list"], environment: ["XDG_RUNTIME_DIR": ""])
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("needs XDG_RUNTIME_DIR or --root"), "\(outcome)")
    }
  }
}
