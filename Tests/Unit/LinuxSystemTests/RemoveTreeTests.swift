import LinuxSystem
import Testing

@Suite struct RemoveTreeTests {
  @Test func everythingBelowGoes() throws {
    try withScratch { (scratch: String) throws in
      try makeDirectories("\(scratch)/t/a/b/c")
      try makeDirectories("\(scratch)/t/d")
      for name in ["t/f", "t/a/f", "t/a/b/c/f"] { try write("x", to: "\(scratch)/\(name)") }
      try makeFIFO("\(scratch)/t/pipe", mode: 0o600)
      try removeTree("\(scratch)/t")
      #expect(try listDirectory(scratch) == [])
    }
  }

  @Test func nothingThereIsNoError() throws {
    try withScratch { (scratch: String) throws in
      try removeTree("\(scratch)/none")
      try removeTree("\(scratch)/none/none")
    }
  }

  @Test func linksAreRemovedNotFollowed() throws {
    try withScratch { (scratch: String) throws in
      try makeDirectories("\(scratch)/outside")
      try write("x", to: "\(scratch)/outside/file")
      try makeDirectories("\(scratch)/t/a")
      try link("\(scratch)/outside", at: "\(scratch)/t/a/link")
      try link("\(scratch)/outside/file", at: "\(scratch)/t/file")
      try link("t", at: "\(scratch)/top")
      try removeTree("\(scratch)/top")
      #expect(fileExists("\(scratch)/t/a"))
      try removeTree("\(scratch)/t")
      #expect(try listDirectory(scratch) == ["outside"])
      #expect(try text("\(scratch)/outside/file") == "x")
    }
  }

  // Deeper than a path may be long.
  @Test func depthIsNoLimit() throws {
    try withScratch { (scratch: String) throws in
      try makeDirectory("\(scratch)/t")
      let name = String(repeating: "d", count: 200)
      var current = try openFile("\(scratch)/t", [.path, .directory])
      for _ in 0..<60 {
        try makeDirectory(name, in: current)
        current = try openFile(name, in: current, [.path, .directory])
      }
      try removeTree("\(scratch)/t")
      #expect(try listDirectory(scratch) == [])
    }
  }

  // The runtime of a container whose supervisor was killed still writes into the directory that `rm -f` removes.
  @Test func whatIsMadeMeanwhileGoesToo() throws {
    try withScratch { (scratch: String) throws in
      for round in 0..<20 {
        try makeDirectories("\(scratch)/t")
        let script = "i=0; while [ $i -lt 60 ] && : > \(scratch)/t/$i; do i=$((i+1)); done 2>/dev/null"
        let writer = try spawn(SpawnPlan("/bin/sh", ["-c", script]))
        while try listDirectory("\(scratch)/t").isEmpty {}
        try removeTree("\(scratch)/t")
        _ = try writer.wait()
        #expect(try listDirectory(scratch) == [], "\(round)")
      }
    }
  }

  // A bind mount of the same file system has its device number; what it shows is the host's all the same.
  @Test(.enabled(if: isRoot, "mounting needs root"), arguments: [true, false])
  func aMountIsRefusedAndWhatItShowsStays(_ isBind: Bool) throws {
    try withScratch { (scratch: String) throws in
      try makeDirectories("\(scratch)/outside")
      try makeDirectories("\(scratch)/t/a/mnt")
      let target = "\(scratch)/t/a/mnt"
      if isBind {
        try mount("\(scratch)/outside", on: target, .bind)
      } else {
        try mount("tmpfs", on: target, type: "tmpfs")
      }
      defer { try? unmountLazily(target) }
      try write("x", to: "\(target)/file")
      expectFailure(ErrorCode.busy, naming: "mnt below it is a mount") { try removeTree("\(scratch)/t") }
      #expect(try text("\(target)/file") == "x")
    }
  }
}
