import LinuxSystem
import OCIRuntimeSpec
import Testing

@testable import Cgroups

/// Updating and reading, on plain files in the place of the kernel's. A plain file keeps what a shorter value does not
/// cover, so values here are of one length.
@Suite struct CgroupFilesTests {
  private func withCgroup(
    _ files: [String: String], _ body: (CgroupDirectory, String) throws -> Void
  ) throws {
    let path = "/tmp/apus-cgroup-\(hexadecimal(try randomBytes(8)))"
    try makeDirectory(path, mode: 0o700)
    defer { try? removeTree(path) }
    for (name, text) in files {
      try writeAtomically("\(path)/\(name)", Array("\(text)\n".utf8), durable: false)
    }
    try body(CgroupDirectory(entries: [CgroupDirectory.Entry(key: "", path: path)]), path)
  }

  @Test func anUpdateWritesWhatIsAskedForWithWhatBelongsToIt() throws {
    try withCgroup([
      "memory.max": "100", "memory.swap.max": "50", "cpu.max": "500 1000", "pids.max": "20",
      "cpu.weight": "10",
    ]) { (cgroup: CgroupDirectory, path: String) throws -> Void in
      let new = Resources(memory: .init(limit: 120), cpu: .init(period: 2000))
      let merged = Resources(memory: .init(limit: 120, swap: 150), cpu: .init(quota: 500, period: 2000))
      try CgroupUpdate(new, merged: merged, layout: Layouts.v2, directory: cgroup).perform()
      #expect(try readText("\(path)/memory.max") == "120")
      #expect(try readText("\(path)/memory.swap.max") == "30")
      #expect(try readText("\(path)/cpu.max") == "500 2000")
      #expect(try readText("\(path)/pids.max") == "20")
      #expect(try readText("\(path)/cpu.weight") == "10")
    }
  }

  @Test func anUpdateThatFailsHalfWayGivesBackWhatWasThere() throws {
    // There is no pids.max.
    try withCgroup(["memory.max": "100", "cpu.weight": "10", "io.max": "8:0 rbps=100"]) {
      (cgroup: CgroupDirectory, path: String) throws -> Void in
      let new = Resources(memory: .init(limit: 120), cpu: .init(shares: 500), pids: .init(limit: 7))
      let error = #expect(throws: CgroupError.self) {
        try CgroupUpdate(new, merged: new, layout: Layouts.v2, directory: cgroup).perform()
      }
      #expect(error.map { "\($0)".hasPrefix("linux.resources.pids.limit: ") } == true)
      #expect(try readText("\(path)/memory.max") == "100")
      #expect(try readText("\(path)/cpu.weight") == "10")
    }
  }

  @Test func anUpdateIsRefusedAsAWhole() throws {
    try withCgroup(["pids.max": "20"]) { (cgroup: CgroupDirectory, path: String) throws -> Void in
      let new = Resources(pids: .init(limit: 30), network: .init(classID: 1))
      let error = #expect(throws: CgroupError.self) {
        try CgroupUpdate(new, merged: new, layout: Layouts.v2, directory: cgroup)
      }
      #expect(error.map { "\($0)".hasPrefix("linux.resources.network.classID: ") } == true)
      #expect(try readText("\(path)/pids.max") == "20")
    }
  }

  @Test func statisticsAreReadFromTheFilesThatAreThere() throws {
    try withCgroup([
      "cpu.stat": "usage_usec 7\nuser_usec 4\nsystem_usec 3\nnr_periods 2\nnr_throttled 1\nthrottled_usec 9",
      "memory.current": "100", "memory.max": "max", "memory.swap.current": "5", "memory.swap.max": "max",
      "memory.stat": "anon 60\nfile 40", "memory.events": "low 0\nmax 6\noom_kill 1", "pids.current": "3",
      "pids.max": "max", "io.stat": "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=0 dios=0",
      "cpu.pressure": "some avg10=1.50 avg60=0.25 avg300=0.00 total=70",
      "io.pressure":
        "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=2.00 total=4",
      "hugetlb.2MB.current": "8", "hugetlb.2MB.rsvd.current": "9", "hugetlb.2MB.events": "max 5",
    ]) { cgroup, _ in
      let all = try cgroup.statistics()
      #expect((all.cpu.total, all.cpu.user, all.cpu.kernel) == (7000, 4000, 3000))
      #expect((all.cpu.periods, all.cpu.throttledPeriods, all.cpu.throttledTime) == (2, 1, 9000))
      #expect(all.memory.usage == .init(usage: 100, limit: UInt64.max, maximum: 0, failures: 6))
      #expect(all.memory.swap == .init(usage: 105, limit: UInt64.max))
      #expect(all.memory.cache == 40 && all.memory.raw == ["anon": 60, "file": 40])
      #expect(all.pids == .init(current: 3, limit: 0))
      #expect(
        all.block.bytes.map { "\($0.major):\($0.minor) \($0.operation) \($0.value)" }.prefix(2) == [
          "8:0 Read 1", "8:0 Write 2",
        ])
      #expect(all.block.operations.map(\.value).prefix(2) == [3, 4])
      #expect(all.hugepages == ["2MB": .init(usage: 8, failures: 5)])
      #expect(
        all.cpu.pressure
          == .init(some: .init(average10: 1.5, average60: 0.25, average300: 0, total: 70), full: .init()))
      #expect(all.block.pressure == .init(some: .init(total: 5), full: .init(average300: 2, total: 4)))
      #expect(all.memory.pressure == nil)
    }
  }

  @Test func noControllerIsNoUse() throws {
    try withCgroup([:]) { (cgroup: CgroupDirectory, _: String) throws -> Void in
      #expect(try cgroup.statistics() == CgroupStatistics())
    }
  }

  @Test func aCgroupBelowIsWhereItIsAskedForAndNeverOutside() throws {
    try withCgroup([:]) { (cgroup: CgroupDirectory, path: String) throws -> Void in
      try makeDirectories("\(path)/a/b")
      #expect(try cgroup.below([]) == cgroup)
      #expect(try cgroup.below(["/a/b/"]).unifiedPath == "\(path)/a/b")
      for text in ["..", "a/../..", "nosuch", "pids:a"] {
        #expect(throws: CgroupError.self) { try cgroup.below([text]) }
      }
    }
  }
}
