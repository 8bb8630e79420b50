import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The `process` object, as the process itself sees it.
@Suite(.requiresRoot) struct ProcessTests {
  // conformance: CFG-ARGS-1 CFG-ENV-1
  @Test(arguments: Runtime.available)
  func argumentsAndEnvironmentArriveUnchanged(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let odd = ["", " ", "a b", "ü\"\\", "line\nbreak", "-v"]
      let witness = try f.client(runtime).witness(in: f) {
        $0["process.args"] = .array((["witness"] + odd).map { .string($0) })
        $0["process.env"] = ["PATH=/bin", "EMPTY=", "ODD=a=b c", "ÜMLAUT=é"]
      }
      #expect(witness.texts("args") == ["witness"] + odd)
      // runc adds HOME from the user's passwd entry; others may.
      #expect(
        witness.texts("env").filter { !$0.hasPrefix("HOME=") } == [
          "PATH=/bin", "EMPTY=", "ODD=a=b c", "ÜMLAUT=é",
        ])
    }
  }

  // conformance: CFG-ARGS-2
  @Test(arguments: Runtime.available)
  func theProgramIsFoundOnTheContainersPath(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["here"]) { $0["process.env"] = ["PATH=/nosuch:/opt/tools:/bin"] }
      try bundle.link("../../bin/witness", at: "/opt/tools/here")
      let witness = try Witness(f.client(runtime).run(bundle).succeeded())
      #expect(witness.texts("args") == ["here"])
    }
  }

  // posix_spawn(3), which this test is itself a user of, leaves those ignored that glibc keeps for itself.
  @Test(arguments: Runtime.oursOnly)
  func noSignalIsBlockedOrIgnored(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"])
      let none = "0000000000000000"
      let said = try f.client(runtime).run(bundle).succeeded().out
      #expect(said == "SigBlk:\t\(none)\nSigIgn:\t\(none)\n")
    }
  }

  @Test(arguments: Runtime.available)
  func noArgumentsAreRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle([]))
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.err.contains("args"), "\(outcome)")
    }
  }

  // conformance: CFG-CWD-1
  @Test(arguments: Runtime.available)
  func theWorkingDirectoryIsSetAndMadeWhenMissing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let there = try client.witness(in: f) { $0["process.cwd"] = "/usr/bin" }
      #expect(there.text("cwd") == "/usr/bin")
      let made = try client.witness(in: f) {
        $0["process.cwd"] = "/made/for/it"
        $0["root.readonly"] = false
      }
      #expect(made.text("cwd") == "/made/for/it")
    }
  }

  // conformance: CFG-CWD-2
  @Test(arguments: Runtime.available)
  func aRelativeWorkingDirectoryIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0["process.cwd"] = "relative" })
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.err.lowercased().contains("cwd"), "\(outcome)")
    }
  }

  // conformance: CFG-USER-1
  @Test(arguments: Runtime.available)
  func userGroupAndAdditionalGroupsAreSet(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["read:/etc/passwd", "read:/root"], in: f) {
        $0["process.user"] = ["uid": 1000, "gid": 1001, "additionalGids": [5, 29, 70000]]
      }
      #expect(witness.number("uid") == 1000)
      #expect(witness.number("euid") == 1000)
      #expect(witness.number("gid") == 1001)
      #expect(witness.number("egid") == 1001)
      #expect(witness.facts["groups"] == [5, 29, 70000])
      #expect(witness.answer("read:/etc/passwd") == "ok")
      #expect(witness.answer("read:/root") == "EACCES")
    }
  }

  @Test(arguments: Runtime.available)
  func noGroupOfTheCallerIsInherited(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["witness"])
      let run = "\(client.commandLine) run --bundle \(bundle.path) \(bundle.id)"
      let outcome = try f.shell("exec setpriv --groups 4,27 -- \(run)")
      #expect(try Witness(outcome.succeeded()).facts["groups"] == [])
    }
  }

  // conformance: CFG-UMASK-1
  @Test(arguments: Runtime.available)
  func theUmaskIsSet(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let asked = try client.witness(in: f) { $0["process.user.umask"] = 0o077 }
      #expect(asked.number("umask") == 0o077)
      let other = try client.witness(in: f)
      #expect(other.number("umask") == 0o022)
    }
  }

  // conformance: CFG-CAPS-1
  @Test(arguments: Runtime.available)
  func theFiveCapabilitySetsAreExact(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["call:chown"], in: f) {
        $0["process.capabilities"] = [
          "bounding": ["CAP_CHOWN", "CAP_KILL", "CAP_SETUID"], "permitted": ["CAP_CHOWN", "CAP_KILL"],
          "effective": ["CAP_KILL"], "inheritable": ["CAP_KILL"], "ambient": ["CAP_KILL"],
        ]
        $0["process.user"] = ["uid": 1000, "gid": 1000]
        $0["root.readonly"] = false
      }
      #expect(witness.capabilities("bounding") == 1 << 0 | 1 << 5 | 1 << 7)
      #expect(witness.capabilities("inheritable") == 1 << 5)
      #expect(witness.capabilities("ambient") == 1 << 5)
      // After exec, without file capabilities: permitted and effective are the ambient set (capabilities(7)).
      #expect(witness.capabilities("permitted") == 1 << 5)
      #expect(witness.capabilities("effective") == 1 << 5)
      #expect(witness.answer("call:chown") == "EPERM")
    }
  }

  @Test(arguments: Runtime.available)
  func rootHasTheBoundingSetAndNoMore(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["call:mount", "call:sethostname", "call:chroot"], in: f)
      let bits: UInt64 = 1 << 29 | 1 << 5 | 1 << 10
      for set in ["bounding", "permitted", "effective"] {
        #expect(witness.capabilities(set) == bits, "\(set)")
      }
      #expect(witness.answer("call:mount") == "EPERM")
      #expect(witness.answer("call:sethostname") == "EPERM")
      #expect(witness.answer("call:chroot") == "EPERM")
    }
  }

  @Test(arguments: Runtime.available)
  func withoutCapabilitiesRootHasNone(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["process.capabilities"] = ["bounding": [], "permitted": [], "effective": []]
      }
      for set in ["bounding", "permitted", "effective", "inheritable", "ambient"] {
        #expect(witness.capabilities(set) == 0, "\(set)")
      }
    }
  }

  // conformance: CFG-NNP-1
  @Test(arguments: Runtime.available)
  func noNewPrivilegesIsSetWhenAskedFor(runtime: Runtime) async throws {
    try await Fixture.with { f in
      for (asked, seen) in [(true, "1"), (false, "0"), (nil, "0")] as [(Bool?, String)] {
        let witness = try f.client(runtime).witness(in: f) {
          $0["process.noNewPrivileges"] = asked.map { .bool($0) }
        }
        #expect(witness.text("noNewPrivileges") == seen, "\(String(describing: asked))")
      }
    }
  }

  // conformance: CFG-RLIMIT-1
  @Test(arguments: Runtime.available)
  func resourceLimitsAreExact(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        // Equal for NOFILE, since Go's start-up raises the soft limit behind runc 1.1's back.
        $0["process.rlimits"] = [
          ["type": "RLIMIT_NOFILE", "soft": 128, "hard": 128], ["type": "RLIMIT_CORE", "soft": 0, "hard": 0],
          ["type": "RLIMIT_FSIZE", "soft": 1_000_000, "hard": 2_000_000],
          ["type": "RLIMIT_STACK", "soft": 1_048_576, "hard": 8_388_608],
        ]
      }
      #expect(witness.facts["rlimits.NOFILE"] == [128, 128])
      #expect(witness.facts["rlimits.CORE"] == [0, 0])
      #expect(witness.facts["rlimits.FSIZE"] == [1_000_000, 2_000_000])
      #expect(witness.facts["rlimits.STACK"] == [1_048_576, 8_388_608])
    }
  }

  // conformance: CFG-OOM-1 CFG-OOM-2
  @Test(arguments: Runtime.available)
  func theOOMScoreIsSetOrLeftAlone(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let asked = try client.witness(in: f) { $0["process.oomScoreAdj"] = 321 }
      #expect(asked.text("oomScoreAdj") == "321")
      let other = try client.witness(in: f)
      #expect(try other.text("oomScoreAdj") == readText("/proc/self/oom_score_adj"))
    }
  }

  @Test(arguments: Runtime.available)
  func theContainerIsInASessionAndProcessOfItsOwn(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      #expect(witness.number("pid") == 1)
      #expect(witness.number("ppid") == 0)
      #expect(witness.number("session") == 1)
      #expect(witness.text("threads") == "1")
      #expect(witness.number("terminal.controlling") == 0)
    }
  }

  // conformance: CFG-CAPS-2
  @Test(arguments: Runtime.oursOnly)
  func aCapabilityThatNobodyKnowsIsAWarning(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle { $0["process.capabilities.bounding"] = ["CAP_KILL", "CAP_NOSUCH"] }
      let log = try f.path("log")
      let outcome = try f.client(runtime).call(
        ["run", "--bundle", bundle.path, bundle.id], global: ["--log", log])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(try readText(log).contains("unknown capability \\\"CAP_NOSUCH\\\""))
    }
  }

  // access(2) would say no for whoever is not root.
  @Test(arguments: Runtime.available)
  func aProgramMayBeExecutableByCapabilityAlone(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let all = ["bounding", "effective", "permitted", "inheritable", "ambient"]
      func outcome(_ capabilities: [String]) throws -> Outcome {
        let bundle = try f.bundle(["mine"]) {
          $0["process.user"] = ["uid": 1000, "gid": 1000]
          for name in all { $0["process.capabilities.\(name)"] = .array(capabilities.map { .string($0) }) }
        }
        try f.shell("cd \(bundle.path)/rootfs/bin && cp busybox mine && chmod 744 mine").succeeded()
        return try f.client(runtime).run(bundle)
      }
      let without = try outcome([])
      #expect(without.err.contains("permission denied"), "\(without)")
      let with = try outcome(["CAP_DAC_OVERRIDE"])
      #expect(with.err.contains("applet not found"), "\(with)")
    }
  }
}
