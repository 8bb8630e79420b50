import LinuxSystem
import TestSupport
import ManagerSupport
import Testing

@Suite("apus update of limits", .serialized, .requiresRoot)
struct UpdateLimitTests {
  private static let see =
    "cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max cpu/cpu.shares"

  @Test(
    .enabled(if: !(try Host.isUnified), "the names of the files are v1's"),
    arguments: Runtime.available)
  func aRunningContainerGetsThemAtOnceOrNone(_ runtime: Runtime) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper(
        "--runtime", try #require(Host.findProgram(runtime.program)), "-m", "64m", "-c", "512")
      func seen() throws -> [String] { try f.apus("exec", id, "sh", "-c", Self.see).succeeded().lines }
      #expect(
        try f.apus("update", "-m", "32m", "--cpus", "0.5", "--pids-limit", "30", id).succeeded().answer == id)
      #expect(try seen() == ["\(32 << 20)", "50000", "30", "512"])
      #expect(try f.inspect(".HostConfig.Memory", of: id) == "\(32 << 20)")
      // The kernel refuses less than is in use; nothing of it stays.
      try f.apus("update", "--pids-limit", "40", "-c", "700", "-m", "4k", id).expectFailure(
        1, "cannot update container \(id): ")
      #expect(try seen() == ["\(32 << 20)", "50000", "30", "512"])
      #expect(try f.inspect(".HostConfig.PidsLimit", of: id) == "30")
      try f.apus("update", "--cpu-quota", "5000", id).expectFailure(
        1, "CPU Quota cannot be updated as NanoCPUs has already been set")
      try f.apus("update", "-m", "1g", id).expectFailure(
        1, "Memory limit should be smaller than already set memoryswap limit")
      // They hold for the next run.
      try f.apus("restart", "-t", "1", id).succeeded()
      #expect(try seen() == ["\(32 << 20)", "50000", "30", "512"])
    }
  }

  @Test(.enabled(if: !(try Host.isUnified), "the names of the files are v1's"))
  func aStoppedContainerHasThemWhenItIsStarted() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.apus("create", "busybox", "cat", "/sys/fs/cgroup/pids/pids.max").succeeded().answer
      try f.apus("update", "--pids-limit", "7", "--restart", "on-failure:2", id).succeeded()
      #expect(try f.apus("start", "-a", id).answer == "7")
      #expect(try f.inspect(".HostConfig.RestartPolicy.Name", of: id) == "on-failure")
      try f.apus("update", id).expectFailure(125, "you must provide one or more flags")
      try f.apus("update", "--cpuset-cpus", "999", id).expectFailure(1, "Requested CPUs are not available")
      try f.apus("update", "--cpus", "1", "nosuch").expectFailure(1, "No such container: nosuch")
    }
  }
}
