import LinuxSystem
import Testing

@testable import Cgroups

@Suite struct CgroupLayoutTests {
  @Test func threeKindsOfMachinesAreToldApart() {
    #expect(Layouts.v1.mode == .v1)
    #expect(Layouts.hybrid.mode == .hybrid)
    #expect(Layouts.v2.mode == .v2)
  }

  @Test func hierarchiesComeWithTheirControllersAndTheUnifiedOneLast() {
    #expect(
      Layouts.hybrid.hierarchies.map(\.key) == [
        "pids", "freezer", "cpuset", "devices", "memory", "cpu,cpuacct", "name=systemd", "",
      ])
    #expect(Layouts.v1.hierarchies[5].controllers == ["cpu", "cpuacct"])
    #expect(Layouts.v1.hierarchies[6].controllers == [])
    #expect(Layouts.v1.hierarchies[4].ownPath == "/a/b")
  }

  @Test func theMountCountsAndNotItsName() {
    let found = CgroupLayout.parse(
      mounts: "31 30 0:27 / /some\\040where/else rw - cgroup none rw,memory", membership: "2:memory:/")
    #expect(found.map(\.mountPoint) == ["/some where/else"])
  }

  @Test func aMountOfTheWholeHierarchyIsPreferred() {
    let found = CgroupLayout.parse(
      mounts:
        "1 2 0:27 /docker/x /inner rw - cgroup cgroup rw,memory\n1 2 0:27 / /whole rw - cgroup cgroup rw,memory",
      membership: "2:memory:/")
    #expect(found.map(\.mountPoint) == ["/whole"])
  }

  @Test func aCoveredMountDoesNotCount() {
    let found = CgroupLayout.parse(
      mounts: """
        31 30 0:27 / /old rw - cgroup cgroup rw,memory
        32 30 0:28 / /old/unified rw - cgroup2 cgroup2 rw
        34 33 0:27 / /new rw - cgroup cgroup rw,memory
        """,
      membership: "2:memory:/\n0::/", isReached: { !$0.point.hasPrefix("/old") })
    #expect(found.map(\.mountPoint) == ["/new"])
  }

  @Test func anUnmountedHierarchyIsLeftOut() {
    #expect(CgroupLayout.parse(mounts: Layouts.v2Mounts, membership: Layouts.v1Membership).isEmpty)
  }
}
