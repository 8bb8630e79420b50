import JSONDocument
import LinuxSystem
import TestSupport
import ManagerSupport
import Testing

@Suite("Limits of run", .serialized, .requiresRoot)
struct LimitTests {
  private static let see = """
    cd /sys/fs/cgroup
    cat memory/memory.limit_in_bytes memory/memory.memsw.limit_in_bytes memory/memory.soft_limit_in_bytes \
      memory/memory.swappiness cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpu/cpu.shares cpuset/cpuset.cpus \
      cpuset/cpuset.mems pids/pids.max
    head -1 memory/memory.oom_control
    """

  @Test(.enabled(if: !(try Host.isUnified), "the names of the files are v1's"))
  func theContainerHasThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus(
        "run", "--rm", "-m", "32m", "--memory-reservation", "16m", "--memory-swappiness", "10", "--cpus",
        "0.5",
        "-c", "512", "--cpuset-cpus", "0", "--cpuset-mems", "0", "--pids-limit", "20", "--oom-kill-disable",
        "busybox", "sh", "-c", Self.see)
      #expect(
        outcome.lines == [
          "\(32 << 20)", "\(64 << 20)", "\(16 << 20)", "10", "50000", "100000", "512", "0", "0", "20",
          "oom_kill_disable 1",
        ], "\(outcome)")
      let other = try f.apus(
        "run", "--rm", "--cpu-period", "50000", "--cpu-quota", "10000", "-m", "1m", "--memory-swap", "-1",
        "busybox",
        "sh", "-c", Self.see)
      try #require(other.lines.count > 5, "\(other)")
      #expect(other.lines.prefix(1) == ["\(1 << 20)"], "\(other)")
      #expect(other.lines[4...5] == ["10000", "50000"], "\(other)")
    }
  }

  @Test func theProcessHasIts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus(
        "run", "--rm", "--ulimit", "nofile=100:200", "--ulimit", "core=0", "--oom-score-adj", "500",
        "--umask", "077",
        "--shm-size", "1m", "busybox", "sh", "-c",
        "ulimit -n; ulimit -Hn; ulimit -c; cat /proc/self/oom_score_adj; umask; df -k /dev/shm | awk 'END { print $2 }'"
      )
      #expect(outcome.lines == ["100", "200", "0", "500", "0077", "1024"], "\(outcome)")
    }
  }

  @Test func whatCannotBeIsToldInOneLineAndLeavesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let faults: [([String], String)] = [
        (["-m", "x"], "--memory \"x\": invalid size"),
        (["--memory-swap", "1g"], "--memory-swap needs --memory"),
        (["-m", "2g", "--memory-swap", "1g"], "Minimum memoryswap limit should be larger than memory limit"),
        (["-m", "10k"], "--memory 10240 is perhaps too little"),
        (["--cpus", "1", "--cpu-quota", "5000"], "Nano CPUs and CPU Quota cannot both be set"),
        (["--cpus", "1000"], "Range of CPUs is from 0.01 to "),
        (["--cpuset-cpus", "999"], "Requested CPUs are not available - requested 999"),
        (["--ulimit", "nofile=2:1"], "soft limit must be less than or equal to hard limit"),
        (["--oom-score-adj", "2000"], "Invalid value 2000, range for oom score adj is [-1000, 1000]"),
        (["--device-read-bps", "/dev/null:1m"], "limit of device \"/dev/null\": it is no block device"),
        (
          ["--device-read-bps", "/dev/nosuch:1m"],
          "limit of device \"/dev/nosuch\": no such file or directory"
        ),
        (["--pids-limit", "x"], "expected a whole number"),
      ]
      for (flags, words) in faults {
        try f.run("apus", ["run", "--rm"] + flags + ["busybox", "true"]).expectFailure(125, words)
      }
      try f.expectNothingLeft()
    }
  }

  @Test func inspectShowsThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.apus(
        "create", "-m", "32m", "--cpus", "0.5", "--ulimit", "nofile=1:2", "--device", "/dev/fuse:r", "--init",
        "--device-read-bps", "/dev/sda:1k", "--pids-limit", "-1", "--group-add", "tty", "--domainname", "d",
        "--annotation", "a=b", "--sysctl", "net.core.somaxconn=7", "--security-opt", "no-new-privileges",
        "--cgroup-parent", "x", "--shm-size", "1m", "busybox", "true"
      ).succeeded().answer
      let text = try f.inspect("json .", of: id)
      let document = try JSON.parse(Array(text.utf8), file: "inspect")
      let host = try #require(document["HostConfig"])
      #expect(host["Memory"] == .integer(32 << 20))
      #expect(host["MemorySwap"] == .integer(64 << 20))
      #expect(host["NanoCpus"] == 500_000_000)
      #expect(host["Ulimits"] == [["Name": "nofile", "Hard": 2, "Soft": 1]])
      #expect(
        host["Devices"] == [
          ["PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse", "CgroupPermissions": "r"]
        ])
      #expect(host["BlkioDeviceReadBps"] == [["Path": "/dev/sda", "Rate": 1024]])
      #expect(host["PidsLimit"] == -1)
      #expect(host["GroupAdd"] == ["tty"])
      #expect(host["Annotations"] == ["a": "b"])
      #expect(host["Sysctls"] == ["net.core.somaxconn": "7"])
      #expect(host["SecurityOpt"] == ["no-new-privileges"])
      #expect(host["CgroupParent"] == "/x")
      #expect(host["ShmSize"] == .integer(1 << 20))
      #expect(host["Init"] == true)
      #expect(document["Config"]?["Domainname"] == "d")
      #expect(document["State"]?["Status"] == "created")
    }
  }
}
