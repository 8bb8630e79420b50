import LinuxSystem
import Testing

@Suite struct AtomicFileTests {
  @Test(arguments: [true, false]) func theContentIsReplaced(_ durable: Bool) throws {
    try withScratch { (scratch: String) throws in
      try writeAtomically("\(scratch)/f", Array("old".utf8), mode: 0o600, durable: durable)
      #expect(try fileStatus("\(scratch)/f").permissions == 0o600)
      try writeAtomically("\(scratch)/f", Array("new".utf8), mode: 0o600, durable: durable)
      #expect(try text("\(scratch)/f") == "new")
      #expect(try listDirectory(scratch) == ["f"])
    }
  }

  @Test func aFailureKeepsTheOldAndLeavesNothing() throws {
    try withScratch { (scratch: String) throws in
      // A directory that is not empty cannot be replaced by a file.
      try makeDirectories("\(scratch)/f")
      try write("old", to: "\(scratch)/f/inside")
      expectFailure(ErrorCode.isDirectory, naming: "\(scratch)/f") { try write("new", to: "\(scratch)/f") }
      #expect(try text("\(scratch)/f/inside") == "old")
      #expect(try listDirectory(scratch) == ["f"])
    }
  }

  /// A process with the same pid was killed before it had finished; nothing is written through what lies there.
  @Test func whatAKilledOneLeftIsReplaced() throws {
    try withScratch { (scratch: String) throws in
      try write("other", to: "\(scratch)/other")
      try link("other", at: "\(scratch)/.f.\(ownPID()).tmp")
      try write("new", to: "\(scratch)/f")
      #expect(try text("\(scratch)/f") == "new")
      #expect(try text("\(scratch)/other") == "other")
      #expect(try Set(listDirectory(scratch)) == ["f", "other"])
    }
  }

  @Test func withoutItsDirectoryThereIsNoFile() {
    expectFailure(ErrorCode.noEntry, naming: "/tmp/apus-none") { try write("x", to: "/tmp/apus-none/f") }
  }

  @Test func aLinkAtItsNameIsReplaced() throws {
    try withScratch { (scratch: String) throws in
      try write("host", to: "\(scratch)/target")
      try link("target", at: "\(scratch)/f")
      try write("new", to: "\(scratch)/f")
      #expect(try text("\(scratch)/target") == "host")
      #expect(try fileStatus("\(scratch)/f", follow: false).kind == .regular)
    }
  }
}

@Suite struct DirectoryLockTests {
  @Test func oneHolderAtATime() throws {
    try withScratch { (scratch: String) throws in
      #expect(try !isLocked(scratch))
      do {
        let lock = try DirectoryLock(scratch)
        #expect(try isLocked(scratch))
        #expect(try DirectoryLock.attempt(scratch) == nil)
        _ = consume lock
      }
      #expect(try !isLocked(scratch))
      #expect(try DirectoryLock.attempt(scratch) != nil)
    }
  }

  @Test func nothingThere() throws {
    #expect(try !isLocked("/tmp/apus-none"))
    expectFailure(ErrorCode.noEntry, naming: "/tmp/apus-none") { _ = try DirectoryLock("/tmp/apus-none") }
  }
}

@Suite struct FileCallTests {
  @Test func eachSaysWhatItWasDoneTo() throws {
    let none = "/tmp/apus-none/x"
    expectFailure(ErrorCode.noEntry, naming: "open \(none)") { _ = try openFile(none, .readOnly) }
    expectFailure(ErrorCode.noEntry, naming: none) { _ = try readFile(none) }
    expectFailure(ErrorCode.noEntry, naming: "stat \(none)") { _ = try fileStatus(none) }
    expectFailure(ErrorCode.noEntry, naming: "mkdir \(none)") { try makeDirectory(none) }
    expectFailure(ErrorCode.noEntry, naming: "unlink \(none)") { try removeFile(none) }
    expectFailure(ErrorCode.noEntry, naming: "rmdir \(none)") { try removeEmptyDirectory(none) }
    expectFailure(ErrorCode.noEntry, naming: "\(none) to /tmp/y") { try renameFile(none, to: "/tmp/y") }
    expectFailure(ErrorCode.noEntry, naming: "readlink \(none)") { _ = try readLink(none) }
    expectFailure(ErrorCode.noEntry, naming: "realpath \(none)") { _ = try realPath(none) }
    expectFailure(ErrorCode.noEntry, naming: "chmod \(none)") { try setPermissions(none, 0o600) }
    expectFailure(ErrorCode.noEntry, naming: "mkfifo \(none)") { try makeFIFO(none, mode: 0o600) }
    expectFailure(ErrorCode.noEntry, naming: "open_tree \(none)") {
      _ = try cloneMountTree(none, recursive: false)
    }
    expectFailure(ErrorCode.noEntry, naming: "statvfs \(none)") { _ = try mountFlags(at: none) }
    expectFailure(ErrorCode.noEntry, naming: none) { try writeExistingFile(none, "x") }
  }

  @Test func aFileOverItsLimitIsRefused() throws {
    try withScratch { (scratch: String) throws in
      try writeAtomically("\(scratch)/f", [UInt8](repeating: 0, count: 10_000), durable: false)
      #expect(try readFile("\(scratch)/f", limit: 10_000).count == 10_000)
      do {
        _ = try readFile("\(scratch)/f", limit: 9_999)
        Issue.record("read it all")
      } catch { #expect(failure(error).description.contains("\(scratch)/f")) }
    }
  }

  @Test func textLosesOneNewline() throws {
    try withScratch { (scratch: String) throws in
      try write("a\n\n", to: "\(scratch)/f")
      #expect(try readText("\(scratch)/f") == "a\n")
    }
  }

  @Test func parentsAreMadeAndMayBeThere() throws {
    try withScratch { (scratch: String) throws in
      try makeDirectories("\(scratch)/a/b", mode: 0o700)
      try makeDirectories("\(scratch)/a/b", mode: 0o700)
      #expect(try fileStatus("\(scratch)/a/b").permissions == 0o700)
      try write("x", to: "\(scratch)/f")
      expectFailure(ErrorCode.notDirectory, naming: "\(scratch)/f") { try makeDirectories("\(scratch)/f") }
    }
  }

  @Test func kindsAreTold() throws {
    try withScratch { (scratch: String) throws in
      try write("abc", to: "\(scratch)/f")
      try link("f", at: "\(scratch)/l")
      try makeFIFO("\(scratch)/p", mode: 0o600)
      #expect(try fileStatus("\(scratch)/f").sizeBytes == 3)
      #expect(try fileStatus("\(scratch)/l").kind == .regular)
      #expect(try fileStatus("\(scratch)/l", follow: false).kind == .symbolicLink)
      #expect(try fileStatus("\(scratch)/p").kind == .fifo)
      #expect(try fileStatus("/dev/null").kind == .characterDevice)
      #expect(try (fileStatus("/dev/null").major, fileStatus("/dev/null").minor) == (1, 3))
      #expect(try fileSystemType(of: try openFile("/proc", [.path, .directory])) == FileSystemMagic.proc)
      #expect(try readLink("\(scratch)/l") == "f")
    }
  }

  @Test func memoryFilesAreReadFromTheirStart() throws {
    let file = try makeMemoryFile("test")
    try file.writeAll("hello")
    try rewind(file)
    #expect(try file.readAll() == Array("hello".utf8))
  }
}
