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
      let (client, bundle, directory) = try running(f, ["sh", "-c", script]) { config in
        for index in config["mounts"]?.array?.indices ?? 0..<0
        where config["mounts[\(index)].type"] == "cgroup" {
          config["mounts[\(index)].options"] = ["nosuid", "noexec", "nodev", "relatime", "rw"]
        }
      }
      try eventually("the cgroup is divided") { try bundle.output() == "ready\n" }
      #expect(try readText("\(directory)/cgroup.subtree_control") == "pids")
      let outcome = try client.call("exec", bundle.id, "cat", "/proc/self/cgroup").succeeded()
      #expect(outcome.answer == "0::/inner", "\(outcome)")
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
}
