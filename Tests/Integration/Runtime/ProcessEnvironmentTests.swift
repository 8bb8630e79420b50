import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// What the runtime makes of `process.env`: HOME, and variables that are there twice.
@Suite(.requiresRoot) struct ProcessEnvironmentTests {
  private static let passwd = "root:x:0:0::/root:/bin/sh\nann:x:2000:2000::/home/ann:/bin/sh\nbad:x:7\n"

  @Test(arguments: Runtime.available, [(0, "/root"), (2000, "/home/ann"), (2001, "/")])
  func homeIsTheUsersByTheImagesPasswd(runtime: Runtime, given: (user: Int64, home: String)) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["process.user"] = ["uid": .integer(given.user), "gid": 0]
        $0["process.env"] = ["PATH=/bin"]
      }
      try bundle.add(ProcessEnvironmentTests.passwd, at: "/etc/passwd")
      let client = f.client(runtime)
      try client.launch(bundle)
      #expect(
        try client.call("exec", bundle.id, "sh", "-c", "echo $HOME").succeeded().out == given.home + "\n")
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let variables = try readText("/proc/\(pid)/environ").split(separator: "\0")
      #expect(variables.contains("HOME=\(given.home)"), "\(variables)")
    }
  }

  @Test(arguments: Runtime.oursOnly, [(["HOME=/mine"], "/mine"), (["HOME=/mine", "HOME="], "/root")])
  func onlyAHomeThatIsMissingOrEmptyIsLookedUp(
    runtime: Runtime, given: (variables: [String], home: String)
  ) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["process.env"] = .array((["PATH=/bin"] + given.variables).map { .string($0) })
      }
      #expect(witness.texts("env").filter { $0.hasPrefix("HOME=") } == ["HOME=\(given.home)"])
    }
  }

  // The file is the image's. A FIFO would hold whoever opens it to read.
  @Test(
    arguments: Runtime.oursOnly, ["rm $1", "rm $1; mkfifo $1", "ln -sf /proc/self/fd/0 $1", "echo : > $1"])
  func aPasswdThatCannotBeReadIsNoReasonToFail(runtime: Runtime, script: String) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["witness"]) { $0["process.env"] = ["PATH=/bin"] }
      try bundle.add("", at: "/etc/passwd")
      try f.shell("set -- \(bundle.path)/rootfs/etc/passwd; \(script)").succeeded()
      let witness = try Witness(f.client(runtime).run(bundle).succeeded())
      #expect(witness.texts("env") == ["PATH=/bin", "HOME=/"])
    }
  }

  @Test(arguments: Runtime.available)
  func ofAVariableThatIsThereTwiceTheLastCounts(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["process.env"] = ["PATH=/nosuch", "A=1", "PATH=/usr/bin:/bin"]
      }
      try client.launch(bundle)
      let outcome = try client.call("exec", "--env", "A=2", "--env", "A=3", bundle.id, "env").succeeded()
      let variables = outcome.out.split(separator: "\n").filter { !$0.hasPrefix("HOME=") }
      #expect(variables.sorted() == ["A=3", "PATH=/usr/bin:/bin"])
    }
  }

  // As in runc and crun; the others get nothing (HookTests).
  @Test(arguments: Runtime.oursOnly)
  func aStartContainerHookWithoutVariablesHasTheProgramsOnes(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let script = "echo \"$A $HOME\" > /log"
      let bundle = try f.bundle(["cat", "/log"]) {
        $0["process.env"] = ["PATH=/bin", "A=1"]
        $0["root.readonly"] = false
        $0["hooks.startContainer"] = [["path": "/bin/sh", "args": ["sh", "-c", .string(script)]]]
      }
      try bundle.add(ProcessEnvironmentTests.passwd, at: "/etc/passwd")
      #expect(try f.client(runtime).run(bundle).succeeded().out == "1 /root\n")
    }
  }
}
