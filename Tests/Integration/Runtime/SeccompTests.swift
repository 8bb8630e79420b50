import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `linux.seccomp`.
@Suite(.requiresRoot) struct SeccompTests {
  private func filter(_ rules: JSONValue, defaultAction: JSONValue = "SCMP_ACT_ALLOW") -> JSONValue {
    ["defaultAction": defaultAction, "architectures": ["SCMP_ARCH_X86_64"], "syscalls": rules]
  }

  // conformance: LNX-SECCOMP-1
  @Test(arguments: Runtime.available, [true, false])
  func aDeniedCallFailsWithItsErrno(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["call:personality", "call:sethostname", "call:mkdir"], in: f
      ) {
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["linux.seccomp"] = filter([
          ["names": ["personality"], "action": "SCMP_ACT_ERRNO"],
          ["names": ["sethostname"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95],
        ])
      }
      #expect(witness.text("seccomp") == "2")
      #expect(witness.text("noNewPrivileges") == (noNewPrivileges ? "1" : "0"))
      #expect(witness.answer("call:personality") == "EPERM", "the default errno")
      #expect(witness.answer("call:sethostname") == "EOPNOTSUPP")
      #expect(witness.answer("call:mkdir") == "EROFS", "what no rule names is allowed")
    }
  }

  // The annotation is crun's.
  @Test(arguments: Runtime.oursOnly, [("1", Int32(1)), ("0", 0)])
  func aCallThatNobodyKnowsIsPassedOverOrRefusedAsAsked(
    runtime: Runtime, asked: (value: String, status: Int32)
  ) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["true"]) {
        $0["linux.seccomp"] = filter([["names": ["personality", "nosuchcall"], "action": "SCMP_ACT_ERRNO"]])
        $0["annotations"] = ["run.oci.seccomp_fail_unknown_syscall": .string(asked.value)]
      }
      let outcome = try f.client(runtime).run(bundle)
      #expect(outcome.status == asked.status, "\(outcome)")
      #expect(
        outcome.err.contains("linux.seccomp.syscalls[0].names[1]: unknown system call \"nosuchcall\"")
          == (asked.status == 1), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func aFilterMayLookAtArguments(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["call:unshare", "call:personality"], in: f) {
        $0["linux.seccomp"] = filter([
          [
            "names": ["personality"], "action": "SCMP_ACT_ERRNO", "errnoRet": 22,
            "args": [["index": 0, "value": 4_294_967_295, "op": "SCMP_CMP_EQ"]],
          ],
          [
            "names": ["unshare"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38,
            "args": [
              ["index": 0, "value": 0x0400_0000, "valueTwo": 0x0400_0000, "op": "SCMP_CMP_MASKED_EQ"]
            ],
          ],
        ])
      }
      #expect(witness.answer("call:personality") == "EINVAL")
      #expect(witness.answer("call:unshare") == "ENOSYS")
    }
  }

  @Test(arguments: Runtime.available)
  func theDefaultActionMayKill(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle(["sh", "-c", "echo before; mkdir /tmp/x; echo after"]) {
          $0["linux.seccomp"] = filter([["names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL_PROCESS"]])
        })
      // The shell survives its child.
      #expect(outcome.out == "before\nafter\n", "\(outcome)")
      #expect(outcome.err.contains("Bad system call"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func aCallThatTheLibraryDoesNotKnowIsPassedOver(runtime: Runtime) async throws {
    try await Fixture.with { f in
      // Profiles name the calls of newer kernels; docker relies on older libraries to skip them.
      let witness = try f.client(runtime).witness(["call:getcwd"], in: f) {
        $0["linux.seccomp"] = filter([["names": ["nosuchcall", "getcwd"], "action": "SCMP_ACT_ERRNO"]])
      }
      #expect(witness.answer("call:getcwd") == "EPERM")
    }
  }

  @Test(arguments: Runtime.available)
  func anUnknownActionIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle { $0["linux.seccomp"] = filter([["names": ["getcwd"], "action": "SCMP_ACT_NOSUCH"]]) })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("SCMP_ACT_NOSUCH"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func withoutAFilterThereIsNone(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      #expect(witness.text("seccomp") == "0")
    }
  }

  @Test(arguments: Runtime.available)
  func execRunsUnderTheFilterToo(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["linux.seccomp"] = filter([["names": ["getcwd"], "action": "SCMP_ACT_ERRNO"]])
      }
      try client.launch(bundle)
      let witness = try Witness(client.call("exec", bundle.id, "witness", "call:getcwd").succeeded())
      #expect(witness.text("seccomp") == "2")
      #expect(witness.answer("call:getcwd") == "EPERM")
    }
  }

  // What the runtime itself still calls before exec must not need the profile's leave.
  @Test(arguments: Runtime.available, [true, false])
  func aFilterWithoutSocketsIsNoHindrance(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "echo started"]) {
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["linux.seccomp"] = filter([
          ["names": ["accept4", "accept", "sendto", "recvfrom", "socket"], "action": "SCMP_ACT_ERRNO"]
        ])
      }
      try client.launch(bundle)
      try client.waitUntilStopped(bundle.id)
      #expect(try bundle.output() == "started\n")
    }
  }

  // A failure that comes after the filter is still told.
  @Test(arguments: Runtime.oursOnly, [true, false])
  func aProgramThatCannotBeExecutedUnderAFilterIsTold(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["/broken"]) {
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["linux.seccomp"] = filter([
          ["names": ["sendto", "sendmsg", "recvfrom"], "action": "SCMP_ACT_ERRNO"]
        ])
      }
      try bundle.add("\u{7f}ELF and no more", at: "/broken", mode: 0o755)
      let run = try client.run(bundle)
      #expect(run.err.contains("exec /broken: exec format error"), "\(run)")
      try client.create(bundle).succeeded()
      let start = try client.call("start", bundle.id)
      #expect(start.status == 1)
      #expect(start.err.contains("exec /broken: exec format error"), "\(start)")
    }
  }

  // conformance: LNX-SECCOMP-2 LNX-SECCOMP-3
  @Test(
    arguments: Runtime.oursOnly,
    [
      (["defaultAction": "SCMP_ACT_ALLOW", "defaultErrnoRet": 1], "linux.seccomp.defaultErrnoRet"),
      (
        [
          "defaultAction": "SCMP_ACT_ALLOW",
          "syscalls": [["names": ["getcwd"], "action": "SCMP_ACT_KILL", "errnoRet": 1]],
        ], "linux.seccomp.syscalls[0].errnoRet"
      ),
      (
        ["defaultAction": "SCMP_ACT_ALLOW", "syscalls": [["names": [], "action": "SCMP_ACT_ERRNO"]]],
        "linux.seccomp.syscalls[0].names"
      ),
      (
        ["defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_NOSUCH"]],
        "linux.seccomp.architectures[0]"
      ),
      (
        ["defaultAction": "SCMP_ACT_ALLOW", "flags": ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]],
        "linux.seccomp.flags[0]"
      ),
    ] as [(JSONValue, String)])
  func whatCannotBeHadIsRefusedByItsPath(runtime: Runtime, given: (seccomp: JSONValue, path: String))
    async throws
  {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0["linux.seccomp"] = given.seccomp })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains(given.path), "\(outcome)")
    }
  }
}
