import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// What the host grants to somebody who is not root: ids, a cgroup, a program of their own.
@Suite(.requiresRoot, .requires(program: "setpriv")) struct RootlessHostTests {
  /// The set-uid programs ask /etc/passwd and /etc/subuid, here those of a private mount namespace.
  @Test(.requires(program: "newuidmap")) func rangesOfIdsAreMappedByTheSetUIDPrograms() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["sh", "-c", "cat /proc/self/uid_map /proc/self/gid_map; id"]) {
        for kind in ["uid", "gid"] {
          $0["linux.\(kind)Mappings[1]"] = ["containerID": 1, "hostID": 300_000, "size": 1000]
        }
        $0["process.user"] = ["uid": 5, "gid": 6, "additionalGids": [7]]
      }
      func run(subordinate: String) throws -> Outcome {
        let user = Fixture.userID
        let script = """
          set -e; mkdir -p "$1/upper" "$1/work"
          mount -t overlay -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" overlay /etc
          echo 'someone:x:\(user):\(user)::/:/bin/sh' >>/etc/passwd
          echo 'someone:x:\(user):' >>/etc/group
          for file in /etc/subuid /etc/subgid; do echo 'someone:\(subordinate)' >"$file"; done
          shift; exec setpriv "$@"
          """
        return try f.run(
          "unshare",
          ["-m", "--propagation", "private", "sh", "-c", script, "sh", try f.path("etc")]
            + Fixture.asUserWords + [f.userProgram, "run", "--bundle", bundle.path, bundle.id],
          environment: ["XDG_RUNTIME_DIR": f.directory + "/xdg"], directory: "/")
      }
      let outcome = try run(subordinate: "300000:1000").succeeded()
      let map = ["0", "\(Fixture.userID)", "1", "1", "300000", "1000"]
      let words = outcome.out.split { $0 == " " || $0 == "\n" }.map(String.init)
      #expect(words.starts(with: map + map), "\(outcome)")
      #expect(outcome.out.hasSuffix("uid=5 gid=6 groups=7\n"), "\(outcome)")
      // Ids that nobody gave to the user are not theirs.
      let refused = try run(subordinate: "400000:1000")
      #expect(refused.status == 1 && refused.err.contains("newgidmap"), "\(refused)")
      #expect(try f.asUser(["list", "--quiet"]).succeeded().out == "")
    }
  }

  /// Without the privilege for a read-only mount of its file the runtime runs from a sealed copy, when the user could
  /// write to the file (decisions/0007): what a container holds of it cannot be written any more.
  @Test func theOwnersProgramIsASealedCopy() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      try f.run("chown", ["\(Fixture.userID)", f.userProgram]).succeeded()
      let bundle = try f.userBundle(["true"])
      try f.asUser(
        ["create", "--bundle", bundle.path, bundle.id], files: [bundle.stdoutFile, bundle.stderrFile]
      ).succeeded()
      let state = try JSON.parse(try f.asUser(["state", bundle.id]).succeeded().stdout, file: "state")
      let pid = try #require(state["pid"]?.integer(as: Int32.self))
      #expect(try readLink("/proc/\(pid)/exe") == "/memfd:apus-runtime (deleted)")
      // By root, who may write to anything else, when the program does not run any more.
      let script = """
        exec 3<"/proc/$1/exe"; shift; setpriv "$@" || exit 9
        while ! exec 4<>/proc/self/fd/3; do :; done 2>/dev/null
        head -c 4 <&3 | tail -c 3; echo; echo x >&4
        """
      let outcome = try f.run(
        "bash",
        ["-c", script, "bash", "\(pid)"] + Fixture.asUserWords
          + [f.userProgram, "delete", "--force", bundle.id],
        environment: ["XDG_RUNTIME_DIR": f.directory + "/xdg"], directory: "/")
      #expect(outcome.out.hasPrefix("ELF\n"), "\(outcome)")
      #expect(outcome.err.contains("Operation not permitted"), "\(outcome)")
    }
  }

  /// A file that the user may not write to needs no copy.
  @Test func whatTheUserCannotWriteIsNotCopied() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let bundle = try f.userBundle(["true"])
      try f.asUser(
        ["create", "--bundle", bundle.path, bundle.id], files: [bundle.stdoutFile, bundle.stderrFile]
      ).succeeded()
      let state = try JSON.parse(try f.asUser(["state", bundle.id]).succeeded().stdout, file: "state")
      let pid = try #require(state["pid"]?.integer(as: Int32.self))
      #expect(try readLink("/proc/\(pid)/exe") == f.userProgram)
      try f.asUser(["delete", "--force", bundle.id]).succeeded()
    }
  }

  /// As systemd delegates: a cgroup and its `cgroup.procs` are the user's, who is in one below (cgroup-v2.rst).
  @Test(.requiresUnifiedCgroups) func inADelegatedCgroupLimitsHold() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let top = "/sys/fs/cgroup\(f.cgroupParent)"
      try makeDirectories(top + "/user/shell")
      f.atEnd("remove the user's cgroups") {
        try f.run("rmdir", [top + "/user/shell", top + "/user"]).succeeded()
      }
      try writeExistingFile("/sys/fs/cgroup/cgroup.subtree_control", "+pids +memory")
      try writeExistingFile(top + "/cgroup.subtree_control", "+pids +memory")
      for name in ["", "/cgroup.procs", "/cgroup.subtree_control", "/shell", "/shell/cgroup.procs"] {
        try f.run("chown", ["\(Fixture.userID)", "\(top)/user\(name)"]).succeeded()
      }
      let bundle = try f.userBundle(["sh", "-c", "cat /proc/self/cgroup /sys/fs/cgroup/pids.max; sleep 60"]) {
        $0["linux.cgroupsPath"] = .string("\(f.cgroupParent)/user/box")
        $0["linux.resources"] = ["pids": ["limit": 12], "memory": ["limit": 33_554_432]]
      }
      func call(_ words: String...) throws -> Outcome {
        try f.run(
          "sh",
          ["-c", "echo $$ >\(top)/user/shell/cgroup.procs && exec setpriv \"$@\"", "sh"]
            + Fixture.asUserWords + [f.userProgram] + words,
          environment: ["XDG_RUNTIME_DIR": f.directory + "/xdg"], directory: "/",
          files: [bundle.stdoutFile, bundle.stderrFile])
      }
      try call("create", "--bundle", bundle.path, bundle.id).succeeded()
      let box = "\(top)/user/box"
      #expect(try readText("\(box)/pids.max") == "12")
      #expect(try readText("\(box)/memory.max") == "33554432")
      try call("start", bundle.id).succeeded()
      try eventually("it runs") { try bundle.output() == "0::/\n12\n" }
      try call("update", "--pids-limit", "9", bundle.id).succeeded()
      #expect(try readText("\(box)/pids.max") == "9")
      try call("pause", bundle.id).succeeded()
      #expect(try readText("\(box)/cgroup.freeze") == "1")
      try call("delete", "--force", bundle.id).succeeded()
      #expect(!fileExists(box))
      // A controller that was not delegated is named.
      var config = bundle.config
      config.value = try JSON.parse(try readFile(bundle.path + "/config.json"), file: "config.json")
      config["linux.resources"] = ["pids": ["limit": 12], "cpu": ["shares": 512]]
      try f.write(config, to: bundle)
      #expect(try call("create", "--bundle", bundle.path, bundle.id).status == 1)
      let complaint = try readText(bundle.stderrFile)
      #expect(
        complaint.contains("linux.resources.cpu.shares: cgroup controller \"cpu\" is not available"),
        "\(complaint)")
      #expect(!fileExists(box))
      // Where nothing was delegated a limit is refused.
      config["linux.cgroupsPath"] = .string("\(f.cgroupParent)/other")
      try f.write(config, to: bundle)
      #expect(try call("create", "--bundle", bundle.path, bundle.id).status == 1)
      #expect(try readText(bundle.stderrFile).contains("linux.resources"))
    }
  }

  /// The cgroup is the user's, but no cgroup above it and the one that they are in (cgroup-v2.rst, Delegation Containment).
  @Test func aCgroupThatCannotBeEnteredIsNamed() async throws {
    try await Fixture.with { f in
      try f.prepareUser()
      let unified = try Host.cgroupHierarchies().first { fileExists($0 + "/cgroup.controllers") }
      guard let unified else { return }
      let user = "\(unified)\(f.cgroupParent)/user"
      try makeDirectories(user)
      f.atEnd("remove the user's cgroup") { try f.run("rmdir", [user]).succeeded() }
      for name in ["", "/cgroup.procs"] {
        try f.run("chown", ["\(Fixture.userID)", user + name]).succeeded()
      }
      let bundle = try f.userBundle(["true"]) {
        $0["linux.cgroupsPath"] = .string("\(f.cgroupParent)/user/box")
      }
      let outcome = try f.asUser(["run", "--bundle", bundle.path, bundle.id])
      #expect(outcome.status == 1)
      #expect(
        outcome.err.contains("start init: clone3 cgroup \"\(user)/box\" cannot be entered from \"/"),
        "\(outcome)")
      #expect(
        outcome.err.contains(
          "needed a caller in a cgroup below \"\(user)\", or permission to write to \"\(unified)"),
        "\(outcome)")
      #expect(outcome.err.contains("/cgroup.procs\": permission denied"), "\(outcome)")
      #expect(!fileExists(user + "/box"))
    }
  }
}
