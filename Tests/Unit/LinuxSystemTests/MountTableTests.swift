import LinuxSystem
import Testing

@Suite struct MountTableTests {
  private let table = """
    21 1 254:0 / / rw,relatime - ext4 /dev/vda rw
    30 21 0:25 /sub /srv/my\\040dir ro shared:7 master:2 - tmpfs none rw,size=4k
    31 21 0:26 / /sys/fs/cgroup/cpu,cpuacct rw unbindable - cgroup cgroup rw,cpu,cpuacct
    32 21 0:27 / /dash-\\134040 rw - 9p a\\040b rw
    """

  @Test func linesAreTakenApart() {
    let mounts = mountEntries(in: table)
    #expect(mounts.map(\.point) == ["/", "/srv/my dir", "/sys/fs/cgroup/cpu,cpuacct", "/dash-\\040"])
    #expect(mounts.map(\.root) == ["/", "/sub", "/", "/"])
    #expect(mounts.map(\.type) == ["ext4", "tmpfs", "cgroup", "9p"])
    #expect(mounts.map(\.tags) == [[], ["shared:7", "master:2"], ["unbindable"], []])
    #expect(mounts[2].hasSuperOptions("cpuacct,rw"[...].utf8))
    #expect(!mounts[2].hasSuperOptions("cpu,memory"[...].utf8))
  }

  @Test(arguments: [
    "", "21 1 254:0 / / rw", "21 1 254:0 / / rw -", "a - b", "21 1 254:0 - / rw shared:1 ext4",
  ])
  func whatIsNoLineIsPassedOver(_ line: String) { #expect(mountEntries(in: line).isEmpty) }

  @Test func onlyWantedLinesAreTakenApart() {
    #expect(mountEntries(in: table) { $0.starts(with: "3".utf8) }.count == 3)
  }

  // proc_pid_mountinfo(5): blank, tab, newline and backslash are octal there.
  @Test(arguments: [
    ("/srv", "/srv"), ("/my\\040dir", "/my dir"), ("/a\\011b\\012c", "/a\tb\nc"), ("/a\\134040", "/a\\040"),
    ("/end\\04", "/end\\04"), ("/\\xyz", "/\\xyz"), ("/gr\u{fc}n", "/gr\u{fc}n"), ("", ""),
  ])
  func pathsAreUnescaped(_ text: String, _ path: String) {
    #expect(mountEntries(in: "30 21 0:25 / \(text) rw - tmpfs none rw").map(\.point) == [path])
  }

  @Test func aPlaceHoldsWhatLiesBelowIt() {
    let mounts = mountEntries(in: table)
    #expect(mounts[0].holds("/srv"))
    #expect(mounts[1].holds("/srv/my dir"))
    #expect(mounts[1].holds("/srv/my dir/a"))
    #expect(!mounts[1].holds("/srv/my directory"))
  }

  @Test func aMountIsReachedUnlessSomethingElseLiesAtItsPlace() throws {
    let proc = try #require(try readMountTable().last { $0.point == "/proc" && $0.type == "proc" })
    #expect(proc.isReached)
    func entry(_ device: String, _ point: String) throws -> MountEntry {
      try #require(mountEntries(in: "30 21 \(device) / \(point) rw - tmpfs none rw").first)
    }
    #expect(try !entry("4095:1", "/proc").isReached)
    #expect(try !entry("0:25", "/proc/nobody").isReached)
    #expect(try !entry("0:25", "/proc/version/below").isReached)
  }

  @Test func ownTableHasTheRoot() throws {
    #expect(try readMountTable().contains { $0.point == "/" })
    let error = #expect(throws: SystemError.self) { try readMountTable("0") }
    #expect(error?.code == ErrorCode.noEntry)
  }
}
