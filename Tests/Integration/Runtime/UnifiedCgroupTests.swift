import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// What there is on cgroup v2 alone. These run in hack/test-v2's machine.
@Suite(.requiresRoot, .requiresUnifiedCgroups) struct UnifiedCgroupTests {
  private func running(
    _ f: Fixture, _ args: [String] = ["sleep", "60"], edit: (inout ConfigTree) -> Void = { _ in }
  ) throws -> (RuntimeClient, TestBundle, String) {
    let client = f.client(.ours)
    let bundle = try f.bundle(args, edit: edit)
    try client.launch(bundle)
    return (client, bundle, try #require(try Host.cgroup("memory", bundle.cgroup)))
  }

  @Test func valuesForFilesOfV2AreWritten() async throws {
    try await Fixture.with { f in
      let (_, _, directory) = try running(f) {
        $0["linux.resources.unified"] = [
          "memory.oom.group": "1", "memory.high": "33554432", "pids.max": "11",
        ]
      }
      #expect(try readText("\(directory)/memory.oom.group") == "1")
      #expect(try readText("\(directory)/memory.high") == "33554432")
      #expect(try readText("\(directory)/pids.max") == "11")
    }
  }

  @Test func everyControllerReachesTheContainer() async throws {
    try await Fixture.with { f in
      let (_, _, directory) = try running(f)
      let here = try readText("\(directory)/cgroup.controllers").split(separator: " ")
      #expect(try Set(here) == Set(readText("/sys/fs/cgroup/cgroup.controllers").split(separator: " ")))
    }
  }

  /// A cgroup that passes controllers on takes no processes: what joins the container goes where its init is.
  @Test func execJoinsAContainerThatHasDividedItsCgroup() async throws {
    try await Fixture.with { f in
      let script =
        "cd /sys/fs/cgroup && mkdir inner && echo 1 >inner/cgroup.procs && echo +pids >cgroup.subtree_control"
        + " && echo ready; exec sleep 60"
      let (client, bundle, directory) = try running(f, ["sh", "-c", script]) { $0.makeCgroupWritable() }
      try eventually("the cgroup is divided") { try bundle.output() == "ready\n" }
      #expect(try readText("\(directory)/cgroup.subtree_control") == "pids")
      let outcome = try client.call("exec", bundle.id, "cat", "/proc/self/cgroup").succeeded()
      #expect(outcome.answer == "0::/inner", "\(outcome)")
      let named = try client.call("exec", "--cgroup", "inner", bundle.id, "cat", "/proc/self/cgroup")
        .succeeded()
      #expect(named.answer == "0::/inner")
      // Whoever names a cgroup means that one.
      let busy = try client.call("exec", "--cgroup", "/", bundle.id, "true")
      #expect(busy.status != 0 && busy.complaint.contains("device or resource busy"), "\(busy)")
      #expect(try readText("\(directory)/cgroup.procs") == "")
      try client.call("delete", "--force", bundle.id).succeeded()
      #expect(!fileExists(directory))
    }
  }

  @Test func aFrozenContainerIsPausedAndCanBeKilled() async throws {
    try await Fixture.with { f in
      let (client, bundle, directory) = try running(f)
      try writeExistingFile("\(directory)/cgroup.freeze", "1")
      #expect(try client.status(bundle.id) == "paused")
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      try client.call("delete", bundle.id).succeeded()
      #expect(!fileExists(directory))
    }
  }

  /// hack/test-v2 has the kernel count it.
  @Test func pressureIsTold() async throws {
    try await Fixture.with { f in
      let (client, bundle, directory) = try running(
        f, ["sh", "-c", "while :; do :; done & while :; do :; done"]
      ) {
        $0["linux.resources.cpu"] = ["quota": 1000, "period": 10_000, "cpus": "0"]
      }
      func event() throws -> ConfigTree {
        let outcome = try client.call("events", "--stats", bundle.id).succeeded()
        return ConfigTree(try JSON.parse(outcome.stdout, file: "event"))
      }
      guard fileExists("\(directory)/cpu.pressure") else {
        #expect(try event()["data.cpu.psi"] == nil)
        return
      }
      try eventually("somebody has waited") {
        try event()["data.cpu.psi.some.total"]?.integer(as: Int.self) ?? 0 > 0
      }
      let event = try event()
      for group in ["cpu", "memory", "blkio"] {
        for share in ["some", "full"] {
          for member in ["avg10", "avg60", "avg300", "total"] {
            #expect(event["data.\(group).psi.\(share).\(member)"] != nil, "\(group) \(share) \(member)")
          }
        }
      }
    }
  }

  @Test func severalLinesAreWrittenOneByOne() async throws {
    try await Fixture.with { f in
      let disk = try #require(try listDirectory("/sys/block").first)
      let number = try readText("/sys/block/\(disk)/dev")
      let (client, bundle, directory) = try running(f) {
        $0["linux.resources.unified"] = ["io.max": .string("\(number) riops=333\n\(number) wiops=444\n")]
      }
      #expect(try readText("\(directory)/io.max") == "\(number) rbps=max wbps=max riops=333 wiops=444")
      let change = try f.write(
        #"{"unified": {"io.max": "\#(number) riops=5\n\#(number) wiops=max"}}"#, to: "change.json")
      try client.call("update", "--resources", change, bundle.id).succeeded()
      #expect(try readText("\(directory)/io.max") == "\(number) rbps=max wbps=max riops=5 wiops=max")
    }
  }

  /// The kernel does not change an idle cgroup's weight.
  @Test func aWeightEndsIdleness() async throws {
    try await Fixture.with { f in
      let (client, bundle, directory) = try running(f) {
        $0["linux.resources.cpu"] = ["shares": 200, "idle": 1]
      }
      func values() throws -> [String] {
        try ["idle", "weight"].map { try readText("\(directory)/cpu.\($0)") }
      }
      #expect(try values()[0] == "1")
      try client.call("update", "--cpu-share", "400", bundle.id).succeeded()
      #expect(try values() == ["0", "49"])
      try client.call("update", "--cpu-idle", "1", bundle.id).succeeded()
      #expect(try values()[0] == "1")
      try client.call("update", "--cpu-idle", "1", "--cpu-share", "300", bundle.id).succeeded()
      #expect(try values()[0] == "1")
      try client.call("update", "--cpu-idle", "0", bundle.id).succeeded()
      #expect(try values() == ["0", "39"])
    }
  }

  /// A cgroup that was given to the container's root is not the host's root's to a process in the container's user
  /// namespace, and what joins is in that before it is born.
  @Test(arguments: [false, true]) func execJoinsACgroupThatWasGivenToTheContainersRoot(divided: Bool)
    async throws
  {
    try await Fixture.with { f in
      let (client, bundle, directory) = try running(f) {
        $0.addUserNamespace()
        $0.makeCgroupWritable()
      }
      #expect(try fileStatus(directory).userID == 200_000)
      let script =
        "mkdir inner && echo 1 >inner/cgroup.procs && echo $$ >inner/cgroup.procs && echo +pids >cgroup.subtree_control"
      if divided {
        try client.call("exec", "--cwd", "/sys/fs/cgroup", bundle.id, "sh", "-c", script).succeeded()
      }
      let outcome = try client.call(
        "exec", bundle.id, "sh", "-c", "cat /proc/self/cgroup; id -u; sleep 0 & wait"
      ).succeeded()
      #expect(outcome.out == (divided ? "0::/inner\n0\n" : "0::/\n0\n"))
    }
  }

  @Test func aContainerInAnothersUserNamespaceIsGivenItsCgroup() async throws {
    try await Fixture.with { f in
      let (client, first, _) = try running(f) { $0.addUserNamespace() }
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      let (_, second, directory) = try running(f) { config in
        config.addUserNamespace()
        config.makeCgroupWritable()
        for index in config["linux.namespaces"]?.array?.indices ?? 0..<0
        where config["linux.namespaces[\(index)].type"] == "user" {
          config["linux.namespaces[\(index)].path"] = .string("/proc/\(pid)/ns/user")
        }
      }
      #expect(try fileStatus(directory).userID == 200_000)
      let script = "cat /proc/self/cgroup; mkdir /sys/fs/cgroup/inner && echo made"
      #expect(try client.call("exec", second.id, "sh", "-c", script).succeeded().out == "0::/\nmade\n")
    }
  }
}

extension ConfigTree {
  fileprivate mutating func makeCgroupWritable() {
    for index in self["mounts"]?.array?.indices ?? 0..<0 where self["mounts[\(index)].type"] == "cgroup" {
      self["mounts[\(index)].options"] = ["nosuid", "noexec", "nodev", "relatime", "rw"]
    }
  }
}
