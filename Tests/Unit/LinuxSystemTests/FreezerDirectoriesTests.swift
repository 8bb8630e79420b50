import LinuxSystem
import Testing

/// Plain files in the place of the kernel's.
@Suite struct FreezerDirectoriesTests {
  @Test(arguments: ["freezer/one/freezer.self_freezing", "one/cgroup.freeze", "unified/one/cgroup.freeze"])
  func eachLayoutSaysWhatIsFrozen(_ file: String) throws {
    try withScratch { (scratch: String) throws in
      for (text, isFrozen) in [("0\n", false), ("1\n", true)] {
        let path = "\(scratch)/\(file)"
        try makeDirectories(splitPath(path).directory)
        try write(text, to: path)
        let freezer = try FreezerDirectories(mount: scratch)
        let (answer, ofGone) = (freezer.isFrozen("one"), freezer.isFrozen("gone"))
        #expect(answer == isFrozen)
        #expect(!ofGone)
        #expect(CgroupFiles(path: "/one", mount: scratch).isFrozen() == isFrozen)
      }
    }
  }

  @Test func aHostWithoutCgroupsHasNothingFrozen() throws {
    let answer = try FreezerDirectories(mount: "/tmp/apus-none").isFrozen("one")
    #expect(!answer)
  }
}
