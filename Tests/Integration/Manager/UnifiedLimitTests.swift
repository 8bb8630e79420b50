import LinuxSystem
import TestSupport
import ManagerSupport
import Testing

/// What limits are on cgroup v2 alone. These run in hack/test-v2's machine.
@Suite("Limits of run on cgroup v2", .serialized, .requiresRoot, .requiresUnifiedCgroups)
struct UnifiedLimitTests {
  private static let see =
    "cd /sys/fs/cgroup; cat memory.max memory.swap.max memory.low cpu.max cpuset.cpus pids.max"

  @Test func theContainerHasThemAndUpdateChangesThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper(
        "-m", "64m", "--memory-reservation", "16m", "--cpus", "0.5", "--cpuset-cpus", "0", "--pids-limit",
        "20")
      func seen() throws -> [String] { try f.apus("exec", id, "sh", "-c", Self.see).succeeded().lines }
      #expect(try seen() == ["\(64 << 20)", "\(64 << 20)", "\(16 << 20)", "50000 100000", "0", "20"])
      try f.apus("update", "--memory-swap", "96m", "--cpus", "0.25", id).succeeded()
      #expect(try seen() == ["\(64 << 20)", "\(32 << 20)", "\(16 << 20)", "25000 100000", "0", "20"])
      try f.apus("rm", "-f", id).succeeded()
      // What v2 does not have is named; nothing is ignored.
      try f.apus("run", "--rm", "--memory-swappiness", "5", "busybox", "true").expectFailure(
        125, "linux.resources.memory.swappiness: not supported")
      try f.apus("run", "--rm", "-m", "8m", "--oom-kill-disable", "busybox", "true").expectFailure(
        125, "linux.resources.memory.disableOOMKiller: not supported")
      let writable = try f.apus(
        "run", "--rm", "--security-opt", "writable-cgroups=true", "busybox", "mkdir", "/sys/fs/cgroup/x")
      #expect(writable.status == 0, "\(writable)")
      let readOnly = try f.apus("run", "--rm", "busybox", "mkdir", "/sys/fs/cgroup/x")
      #expect(readOnly.err.contains("Read-only file system"), "\(readOnly)")
      try f.expectNothingLeft()
    }
  }
}
