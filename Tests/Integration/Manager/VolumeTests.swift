import JSONDocument
import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("apus volume", .serialized, .requiresRoot)
struct VolumeTests {
  private func names(_ f: Fixture, _ options: String...) throws -> [String] {
    try f.run("apus", ["volume", "ls", "-q"] + options).succeeded().lines
  }

  /// Nothing that no row names, nothing begun, nothing mounted.
  private func expectTidy(_ f: Fixture, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let names = try names(f)
    #expect(try listDirectory(f.root + "/volumes") == names.sorted(), sourceLocation: sourceLocation)
    for name in names {
      let files = try listDirectory("\(f.root)/volumes/\(name)").filter { $0 != "mount" }
      #expect(files == ["_data"], sourceLocation: sourceLocation)
    }
    #expect(try listDirectory(f.root + "/tmp") == [], sourceLocation: sourceLocation)
    #expect(try f.mounts() == [], sourceLocation: sourceLocation)
  }

  @Test func volumesAreMadeListedLookedAtAndRemoved() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(
        try f.apus("volume", "create", "data", "--label", "a=1", "--label", "b").succeeded().out == "data\n")
      #expect(try f.apus("volume", "create", "data").succeeded().out == "data\n")
      try f.apus("volume", "create", "data", "--label", "a=2").expectFailure(
        1, "volume \"data\" exists already, with other options or labels")
      let anonymous = try f.apus("volume", "create").succeeded().answer
      #expect(anonymous.utf8.count == 64)
      #expect(
        try f.apus("volume", "ls").lines
          == [
            "DRIVER    VOLUME NAME", "local     \(anonymous)", "local     data",
          ].sorted { $0.hasPrefix("D") || ($0 < $1 && !$1.hasPrefix("D")) })
      #expect(try names(f, "-f", "label=a=1") == ["data"])
      #expect(try names(f, "-f", "label=b") == ["data"])
      #expect(try names(f, "-f", "label=a=1", "-f", "label=c") == [])
      #expect(try names(f, "-f", "name=dat") == ["data"])
      #expect(try names(f, "-f", "driver=nfs") == [])
      #expect(
        try f.apus("volume", "ls", "--format", "{{.Name}} {{.Driver}}", "-f", "name=data").answer
          == "data local")
      #expect(
        try f.apus("volume", "inspect", "-f", "{{.Mountpoint}}", "data").answer == f.root
          + "/volumes/data/_data")
      let text = try f.apus("volume", "inspect", "data", "none")
      #expect(text.status == 1 && text.err.contains("get none: no such volume"), "\(text)")
      let volume = try #require(
        try JSON.parse(Array(text.out.utf8), file: "inspect").array?.first?.object)
      #expect(
        volume.members.map(\.key) == [
          "CreatedAt", "Driver", "Labels", "Mountpoint", "Name", "Options", "Scope",
        ])
      try f.apus("volume", "create", "../x").expectFailure(125, "includes invalid characters")
      try f.apus("volume", "create", "-d", "nfs", "x1").expectFailure(
        125, "error looking up volume plugin nfs")
      try f.apus("volume", "create", "-o", "foo=1", "x1").expectFailure(125, "invalid option: \"foo\"")
      try f.apus("volume", "create", "-o", "type=tmpfs", "x1").expectFailure(
        1, "missing device in volume options")
      let removed = try f.apus("volume", "rm", "none", anonymous)
      #expect(removed.status == 1 && removed.answer == anonymous && removed.err.contains("no such volume"))
      #expect(try f.apus("volume", "rm", "-f", "none").succeeded().answer == "none")
      try expectTidy(f)
    }
  }

  @Test func pruneTakesTheAnonymousOnesOrAll() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-v", "/a", "-v", "used:/u", "--name", "web", "busybox", "true").succeeded()
      let kept = Set(try names(f))
      let anonymous = try f.apus("volume", "create").succeeded().answer
      try f.apus("volume", "create", "named", "--label", "keep").succeeded()
      try f.apus("volume", "create", "other").succeeded()
      try f.write("12345", to: "x")
      try f.shell("cp x \(f.root)/volumes/other/_data/; ln x \(f.root)/volumes/other/_data/y").succeeded()
      let asked = try f.apus("volume", "prune", stdin: .bytes(Array("n\n".utf8))).succeeded()
      #expect(asked.out.contains("WARNING! This will remove anonymous local volumes not used by"), "\(asked)")
      #expect(
        try f.apus("volume", "prune", "-f").out
          == "Deleted Volumes:\n\(anonymous)\n\nTotal reclaimed space: 0B\n")
      #expect(
        try f.apus("volume", "prune", "-a", "-f", "--filter", "label!=keep").out
          == "Deleted Volumes:\nother\n\nTotal reclaimed space: 10B\n")
      #expect(try f.apus("volume", "prune", "-f").out == "Total reclaimed space: 0B\n")
      #expect(Set(try names(f)) == kept.union(["named"]))
      try expectTidy(f)
      try f.apus("rm", "web").succeeded()
    }
  }

  @Test func aVolumeGetsAnotherName() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("-v", "old:/x", "-v", "old:/y:ro", "--name", "web")
      try f.apus("exec", "web", "touch", "/x/file").succeeded()
      try f.apus("volume", "rename", "old", "new").expectFailure(
        1, "volume is in use by the running container \(id.prefix(12)); stop it first")
      try f.apus("stop", "-t", "1", "web").succeeded()
      try f.apus("volume", "create", "taken").succeeded()
      try f.apus("volume", "rename", "old", "taken").expectFailure(
        1, "a volume with the name \"taken\" exists already")
      try f.apus("volume", "rename", "none", "new").expectFailure(1, "get none: no such volume")
      try f.apus("volume", "rename", "old", "new").succeeded()
      #expect(try names(f) == ["new", "taken"])
      #expect(try f.inspect("json .HostConfig.Binds", of: "web") == "[\"new:/x\",\"new:/y:ro\"]")
      try f.run("apus", ["start", "web"], files: [f.path("o"), f.path("e")]).succeeded()
      #expect(try f.apus("exec", "web", "ls", "/y").answer == "file")
      try f.apus("rm", "-f", "web").succeeded()
      try expectTidy(f)
      // A kill between row and directory: the next command that needs it ends what was begun.
      try f.apus("run", "--name", "web", "-v", "new:/x", "busybox", "true").succeeded()
      try renameFile(f.root + "/volumes/new", to: f.root + "/volumes/before")
      try writeAtomically(f.root + "/volumes/before/renamed", Array("new".utf8))
      #expect(try f.apus("start", "web").succeeded().answer == "web")
      #expect(fileExists(f.root + "/volumes/new/_data/file"))
      try f.waitForEnd(of: "web")
      try f.apus("rm", "web").succeeded()
      try expectTidy(f)
    }
  }

  @Test func whatHasOptionsIsMountedForItsUsers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m,noexec,uid=7", "memory"
      ).succeeded()
      #expect(try f.mounts() == [])
      let one = try f.sleeper("-v", "memory:/m", "--name", "one")
      #expect(try f.mounts().contains(f.root + "/volumes/memory/_data"))
      _ = try f.sleeper("-v", "memory:/m", "--name", "two")
      let facts = try f.apus("exec", "two", "sh", "-c", "stat -c %u /m; grep ' /m ' /proc/mounts; touch /m/x")
      #expect(facts.lines.first == "7" && facts.out.contains("noexec") && facts.out.contains("size=1024k"))
      try f.apus("rm", "-f", one).succeeded()
      #expect(try f.apus("exec", "two", "ls", "/m").answer == "x")
      try f.apus("stop", "-t", "1", "two").succeeded()
      #expect(try f.mounts() == [])
      // A bind that is told by options; what the image has there is copied into it; a device that is not there.
      let host = try f.path("host/x")
      try makeDirectories(splitPath(host).directory)
      try f.apus(
        "run", "--rm", "--mount",
        "type=volume,src=bound,dst=/etc,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=\(f.directory)/host",
        "busybox", "touch", "/etc/new"
      ).succeeded()
      #expect(fileExists(f.directory + "/host/new") && fileExists(f.directory + "/host/passwd"))
      #expect(try f.mounts() == [])
      try f.apus("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/no/such", "wrong")
        .succeeded()
      try f.apus("run", "--rm", "-v", "wrong:/x", "busybox", "true").expectFailure(
        125, "failed to mount local volume: mount /no/such:")
      try f.apus("rm", "two").succeeded()
      try f.apus("volume", "rm", "memory", "bound", "wrong").succeeded()
      #expect(fileExists(f.directory + "/host/new"))
      try expectTidy(f)
      try f.expectNothingLeft()
    }
  }

  @Test func archivesAreWholeOrNotThere() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--rm", "-v", "data:/d", "busybox", "sh", "-c", "echo 1 > /d/a; echo 2 > /d/.wh.b")
        .succeeded()
      #expect(
        try f.shell("apus volume export data | tar t 2>/dev/null | LC_ALL=C sort").lines == [
          "./", ".wh.b", "a",
        ])
      try f.shell("mknod null c 1 3; apus volume export -o null data").succeeded()
      #expect(try fileStatus(f.directory + "/null").kind == .characterDevice)
      let terminal = try f.shell("script -qec 'apus volume export data' /dev/null")
      #expect(terminal.out.contains("cowardly refusing to save to a terminal"), "\(terminal)")
      try f.apus("volume", "export", "-o", f.directory + "/none/x", "data").expectFailure(1, "no such file")
      try f.apus("volume", "export", "none").expectFailure(1, "get none: no such volume")
      try f.apus("volume", "create", "copy").succeeded()
      try f.shell("apus volume export data | apus volume import copy -").succeeded()
      #expect(try listDirectory(f.root + "/volumes/copy/_data") == [".wh.b", "a"])
      // Who reads waits for who writes, and does not keep it from beginning.
      try f.shell(
        "(sleep 0.3; apus run --rm -v data:/d busybox tar cC /d .) | timeout 20 apus volume import data"
      ).succeeded()
      // A volume may be put into itself, also where the pipe cannot hold all of it.
      try f.apus(
        "run", "--rm", "-v", "large:/d", "busybox", "sh", "-c", "head -c 4000000 /dev/urandom > /d/a"
      )
      .succeeded()
      let sum = try f.shell("md5sum < root/volumes/large/_data/a").succeeded().answer
      try f.shell("timeout 60 apus volume export large | timeout 60 apus volume import large").succeeded()
      try f.shell("timeout 60 apus volume export large | gzip | timeout 60 apus volume import large")
        .succeeded()
      #expect(try f.shell("md5sum < root/volumes/large/_data/a").succeeded().answer == sum)
      #expect(try listDirectory(f.root + "/tmp") == [])
      try f.apus("volume", "import", "copy", stdin: .bytes(Array("no tar".utf8))).expectFailure(
        1, "import \"-\"")
      #expect(try listDirectory(f.root + "/volumes/copy/_data") == [".wh.b", "a"])
      try expectTidy(f)
    }
  }

  @Test func oneOfManyMakesTheVolumeAndFillsIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.shell(
        """
        for i in 1 2 3 4 5 6; do apus run --rm -v shared:/etc busybox sh -c 'wc -l < /etc/passwd' & done; wait
        """)
      #expect(Set(outcome.lines).count == 1 && outcome.lines.count == 6, "\(outcome)")
      #expect(try names(f) == ["shared"])
      // Made and removed at the same time: in use, or gone, never half.
      let race = try f.shell(
        """
        for i in 1 2 3 4; do apus run --rm -v race:/etc busybox cat /etc/passwd > $TMPDIR/$i & done
        for i in 1 2 3 4 5 6; do apus volume rm race 2>/dev/null; done; wait; sort -u $TMPDIR/* | wc -l; wc -l < $TMPDIR/1
        """)
      let counts = race.lines.filter { $0 != "race" }.compactMap { Int($0.filter(\.isNumber)) }
      #expect(counts.count == 2 && counts[0] == counts[1], "\(race)")
      try f.apus("volume", "rm", "-f", "race", "shared").succeeded()
      try expectTidy(f)
      try f.expectNothingLeft()
    }
  }

  @Test func whatIsKilledLeavesNothingUnnamed() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for step in 1...25 {
        let name = "kill\(step)"
        let running = try f.start(
          "apus", ["run", "--rm", "-v", "\(name):/bin", "-v", "/etc", "busybox", "true"])
        sleep(milliseconds: step * 3)
        try running.kill()
      }
      try eventually("no shim lives") { try f.processes().isEmpty }
      // One that was killed between row and shim is a container that is there; what it has used is nobody's.
      try f.apus("volume", "prune", "-a", "-f").succeeded()
      #expect(try names(f) == [])
      try f.apus("run", "--rm", "-v", "/etc", "busybox", "true").succeeded()
      #expect(try names(f) == [])
      try expectTidy(f)
      try f.expectNothingLeft()
      // What nobody has marked is nobody's to remove.
      try makeDirectories(f.root + "/volumes/lost+found/_data")
      try f.apus("volume", "prune", "-a", "-f").succeeded()
      #expect(fileExists(f.root + "/volumes/lost+found/_data"))
      try removeTree(f.root + "/volumes/lost+found")
    }
  }

  @Test func aRunThatCannotBeginLeavesNoVolume() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-v", "/a", "-v", "new:/etc", "busybox", "/no/such").expectFailure(
        127, "no such file")
      try f.apus("run", "-v", "new:/etc", "-v", "/x:/y:rro,q", "busybox", "true").expectFailure(
        125, "invalid mode")
      try f.apus("run", "-v", "new:/etc", "-u", "nobodyatall", "busybox", "true").expectFailure(
        125, "unable to find user")
      try f.apus("volume", "create", "there").succeeded()
      try f.apus("run", "-v", "there:/x", "busybox", "/no/such").expectFailure(127, "no such file")
      #expect(try names(f) == ["there"])
      try expectTidy(f)
      try f.expectNothingLeft()
    }
  }
}
