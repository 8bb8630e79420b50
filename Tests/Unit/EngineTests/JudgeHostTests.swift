import Testing

@testable import Engine

@Suite("What a fact of the host means")
struct JudgeHostTests {
  @Test(
    arguments: [
      ("6.1.0-18-amd64", HostFinding.Verdict.ok), ("5.10.0", .warn), ("5.4.0-generic", .fail),
      ("4.19", .fail),
      ("unknown", .warn),
    ])
  func aKernel(release: String, verdict: HostFinding.Verdict) {
    #expect(HostFinding.kernel(release).verdict == verdict)
  }

  @Test func controllers() {
    let all: Set = ["memory", "cpu", "cpuset", "pids", "io", "hugetlb"]
    #expect(HostFinding.cgroups(layout: "v2", controllers: all).verdict == .ok)
    let some = HostFinding.cgroups(layout: "v1", controllers: ["cpu", "cpuset", "pids", "blkio"])
    #expect(some.verdict == .warn)
    #expect(some.advice.contains("memory"))
    #expect(HostFinding.cgroups(layout: "v2", controllers: []).verdict == .fail)
  }

  @Test(
    arguments: [
      (Int64(0xef53), true as Bool?, HostFinding.Verdict.ok), (0x5846_5342, false, .fail),
      (0x5846_5342, true, .ok),
      (0x6969, true, .fail), (0x794c_7630, true, .fail), (0x0102_1994, nil, .warn), (0x1234, nil, .ok),
    ])
  func aFileSystem(magic: Int64, tellsKinds: Bool?, verdict: HostFinding.Verdict) {
    #expect(HostFinding.fileSystem("/x", magic: magic, tellsKinds: tellsKinds).verdict == verdict)
  }

  @Test func roomAndLimits() {
    #expect(HostFinding.space("/", freeBytes: 50_000_000, allBytes: 1 << 40).verdict == .fail)
    #expect(HostFinding.space("/", freeBytes: 2_000_000_000, allBytes: 1 << 40).verdict == .warn)
    #expect(HostFinding.space("/", freeBytes: 1 << 39, allBytes: 1 << 40).verdict == .ok)
    #expect(HostFinding.limit("x", .max, atLeast: 10, advice: "a").found == "unlimited")
    #expect(HostFinding.limit("x", 9, atLeast: 10, advice: "a").verdict == .warn)
  }

  @Test func theBootUnit() {
    #expect(HostFinding.bootUnit(nil, program: nil, waiting: 0).verdict == .ok)
    #expect(HostFinding.bootUnit(nil, program: nil, waiting: 2).verdict == .warn)
    #expect(
      HostFinding.bootUnit("/u", program: ("/gone/apus", false), waiting: 0).found.contains("/gone/apus"))
    #expect(HostFinding.bootUnit("/u", program: ("apus", true), waiting: 2).verdict == .ok)
  }
}
