import LinuxSystem
import Testing

@testable import Lifecycle

@Suite struct MountOptionsTests {
  /// runtime-spec config.md, "Linux mount options": option, flag of a new file system, attribute of a bind to set and
  /// to clear.
  static let plain: [(String, MountFlags, MountAttributes, MountAttributes)] = [
    ("defaults", [], [], []), ("silent", .silent, [], []), ("loud", [], [], []),
    ("ro", .readOnly, .readOnly, []), ("rw", [], [], .readOnly),
    ("nosuid", .noSetUID, .noSetUID, []), ("suid", [], [], .noSetUID),
    ("nodev", .noDevices, .noDevices, []), ("dev", [], [], .noDevices),
    ("noexec", .noExecution, .noExecution, []), ("exec", [], [], .noExecution),
    ("nosymfollow", .noSymbolicLinks, .noSymbolicLinks, []), ("symfollow", [], [], .noSymbolicLinks),
    ("nodiratime", .noDirectoryAccessTime, .noDirectoryAccessTime, []),
    ("diratime", [], [], .noDirectoryAccessTime),
    ("sync", .synchronous, [], []), ("async", [], [], []), ("dirsync", .directorySynchronous, [], []),
    ("mand", .mandatoryLocks, [], []), ("nomand", [], [], []), ("iversion", .inodeVersion, [], []),
    ("noiversion", [], [], []), ("lazytime", .lazyTime, [], []), ("nolazytime", [], [], []),
    // Access time is one field: whatever is set, the old value goes.
    ("noatime", .noAccessTime, .noAccessTime, .accessTimeMask), ("atime", [], [], .accessTimeMask),
    ("strictatime", .strictAccessTime, .strictAccessTime, .accessTimeMask),
    ("nostrictatime", [], [], .accessTimeMask), ("relatime", .relativeAccessTime, [], .accessTimeMask),
    ("norelatime", [], [], []),
  ]

  @Test(arguments: plain.indices) func aPlainOption(_ index: Int) throws {
    let (option, flags, set, clear) = MountOptionsTests.plain[index]
    let sorted = MountOptions([option])
    #expect(sorted.flags == flags, "\(option)")
    #expect(sorted.set == set, "\(option)")
    #expect(sorted.clear == clear, "\(option)")
    #expect(sorted.recursiveSet.isEmpty && sorted.recursiveClear.isEmpty)
    #expect(sorted.data.isEmpty && sorted.propagation.isEmpty && !sorted.isBind)
  }

  static let recursive: [(String, MountAttributes, MountAttributes)] = [
    ("rro", .readOnly, []), ("rrw", [], .readOnly), ("rnosuid", .noSetUID, []), ("rsuid", [], .noSetUID),
    ("rnodev", .noDevices, []), ("rdev", [], .noDevices), ("rnoexec", .noExecution, []),
    ("rexec", [], .noExecution),
    ("rnosymfollow", .noSymbolicLinks, []), ("rsymfollow", [], .noSymbolicLinks),
    ("rnodiratime", .noDirectoryAccessTime, []), ("rdiratime", [], .noDirectoryAccessTime),
    ("rnoatime", .noAccessTime, .accessTimeMask), ("ratime", [], .accessTimeMask),
    ("rrelatime", [], .accessTimeMask), ("rnorelatime", [], .accessTimeMask),
    ("rstrictatime", .strictAccessTime, .accessTimeMask), ("rnostrictatime", [], .accessTimeMask),
  ]

  @Test(arguments: recursive.indices) func aRecursiveOption(_ index: Int) throws {
    let (option, set, clear) = MountOptionsTests.recursive[index]
    let sorted = MountOptions([option])
    #expect(sorted.recursiveSet == set, "\(option)")
    #expect(sorted.recursiveClear == clear, "\(option)")
    #expect(
      sorted.flags.isEmpty && sorted.set.isEmpty && sorted.clear.isEmpty,
      "\(option) is not for one mount alone")
  }

  @Test(
    arguments: [
      ("private", .private), ("rprivate", [.private, .recursive]), ("slave", .slave),
      ("rslave", [.slave, .recursive]),
      ("shared", .shared), ("rshared", [.shared, .recursive]), ("unbindable", .unbindable),
      ("runbindable", [.unbindable, .recursive]),
    ] as [(String, MountFlags)])
  func propagation(_ option: String, _ flags: MountFlags) throws {
    #expect(MountOptions([option]).propagation == [flags])
  }

  @Test func bindAndRbind() throws {
    #expect(MountOptions(["bind"]).isBind)
    #expect(!MountOptions(["bind"]).isRecursiveBind)
    #expect(MountOptions(["rbind"]).isBind)
    #expect(MountOptions(["rbind", "bind"]).isRecursiveBind)
  }

  @Test func theLaterOptionWins() throws {
    let writable = MountOptions(["ro", "rw"])
    #expect(writable.flags.isEmpty && writable.set.isEmpty && writable.clear == .readOnly)
    let readOnly = MountOptions(["rw", "ro"])
    #expect(readOnly.flags == .readOnly && readOnly.set == .readOnly && readOnly.clear.isEmpty)
    let recursive = MountOptions(["rro", "rrw", "rnoexec"])
    #expect(recursive.recursiveSet == .noExecution && recursive.recursiveClear == .readOnly)
  }

  // Two values of the access-time field at once are EINVAL (mount_setattr(2)).
  @Test func onlyOneAccessTimeIsSet() throws {
    #expect(MountOptions(["noatime", "strictatime"]).set == .strictAccessTime)
    #expect(MountOptions(["strictatime", "noatime"]).set == .noAccessTime)
    #expect(MountOptions(["noatime", "relatime"]).set == [])
    #expect(MountOptions(["rnoatime", "rstrictatime"]).recursiveSet == .strictAccessTime)
    #expect(
      MountOptions(["noatime", "nodiratime"]).set == [.noAccessTime, .noDirectoryAccessTime])
  }

  @Test func whatIsNotKnownBelongsToTheFileSystem() throws {
    let sorted = MountOptions(["mode=755", "ro", "size=64k", "RO"])
    #expect(sorted.data == ["mode=755", "size=64k", "RO"])
    #expect(sorted.flags == .readOnly)
  }

  @Test func whatIsNoFlagOfTheKernels() throws {
    #expect(MountOptions(["bind", "idmap"]).idMap == .topmost)
    #expect(MountOptions(["rbind", "ridmap"]).idMap == .recursive)
    #expect(MountOptions(["ro"]).idMap == nil)
    #expect(MountOptions(["tmpcopyup"]).copiesUp)
    #expect(MountOptions(["remount", "ro"]).flags == [.remount, .readOnly])
    #expect(MountOptions(["idmap", "tmpcopyup"]).data.isEmpty)
  }

  @Test func featuresNamesExactlyWhatIsTaken() throws {
    let taken = MountOptionsTests.plain.map(\.0) + MountOptionsTests.recursive.map(\.0)
    let others = [
      "bind", "rbind", "private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable",
      "runbindable", "remount", "idmap", "ridmap", "tmpcopyup",
    ]
    #expect(MountOptions.supported == (taken + others).sorted())
  }
}
