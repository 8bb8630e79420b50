import LinuxSystem
import ManagerSupport
import Store
import TestSupport
import Testing

/// features.md A.7, and the rows of other sections that speak of volumes. The seeds' command lines with `docker` replaced
/// by `apus` and their images by busybox.
@Suite("Seeds: volumes", .serialized, .requiresRoot)
struct VolumeRows {
  /// An image with files at `/data`: owners, modes, links, an attribute, a hole.
  static func importWithData(_ f: Fixture) throws {
    let tree = try f.path("tree")
    try f.copyRootfs(to: tree)
    try f.shell(
      """
      set -e; cd \(tree); mkdir -p data/sub; echo hello > data/file; chown 1000:1001 data; chmod 2750 data
      ln data/file data/hard; ln -s file data/soft; ln -s data link; mkfifo data/fifo
      dd if=/dev/zero of=data/sparse bs=1 count=1 seek=1048576 2>/dev/null; chmod 4711 data/file
      ln -s /data absolute
      """
    ).succeeded()
    try setExtendedAttribute("user.note", Array("x".utf8), of: Array("\(tree)/data/sub".utf8))
    try f.apus("import", tree, "withdata").succeeded()
  }

  /// Gives busybox volumes, as a Dockerfile's VOLUME would.
  static func importWithVolumes(_ f: Fixture, _ paths: String...) throws {
    let store = try Store.open(StorePaths(root: f.root, runRoot: f.runRoot))
    let image = try store.findImage("busybox")
    let volumes = paths.map { "\"\($0)\":{}" }.joined(separator: ",")
    let config = image.config.replacing("\"config\":{}", with: "\"config\":{\"Volumes\":{\(volumes)}}")
    #expect(config != image.config)
    let record = ImageRecord(
      id: "sha256:" + String(repeating: "e", count: 64), manifest: image.manifest, createdAt: image.createdAt,
      sizeBytes: image.sizeBytes, layers: image.layers, config: config)
    try store.insertImage(record, tag: ImageTag(repository: "withvolumes", tag: "latest"))
  }

  private func names(_ f: Fixture, _ options: String...) throws -> [String] {
    try f.run("apus", ["volume", "ls", "-q"] + options).succeeded().lines
  }

  private func expectNoVolumes(_ f: Fixture, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try names(f) == [], sourceLocation: sourceLocation)
    #expect(try listDirectory(f.root + "/volumes") == [], sourceLocation: sourceLocation)
    #expect(try listDirectory(f.root + "/tmp") == [], sourceLocation: sourceLocation)
  }

  @Test func row006VolumesLieBelowTheRootInData() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-v", "data:/d", "-v", "/anonymous", "--name", "web", "busybox", "touch", "/d/x")
        .succeeded()
      #expect(fileExists(f.root + "/volumes/data/_data/x"))
      let names = try names(f)
      #expect(names.count == 2 && names.contains("data"))
      let hex = try #require(names.first { $0 != "data" })
      #expect(hex.utf8.count == 64 && hex.allSatisfy { $0.isHexDigit })
      #expect(fileExists("\(f.root)/volumes/\(hex)/_data"))
      try f.apus("rm", "web").succeeded()
    }
  }

  @Test func row044TheImagesVolumesAreNewForEveryContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try Self.importWithVolumes(f, "/v1", "/v2")
      try f.apus("run", "--name", "va", "withvolumes", "touch", "/v1/x").succeeded()
      #expect(try f.apus("run", "--name", "vb", "withvolumes", "ls", "/v1").succeeded().out == "")
      #expect(try names(f).count == 4)
      #expect(try f.inspect("json .Config.Volumes", of: "va") == "{\"/v1\":{},\"/v2\":{}}")
      // What a flag puts there takes the volume's place.
      try f.apus("run", "--rm", "-v", "named:/v1", "--tmpfs", "/v2", "withvolumes", "true").succeeded()
      #expect(try names(f).count == 5)
      try f.apus("rm", "-v", "va", "vb").succeeded()
      #expect(try names(f) == ["named"])
    }
  }

  @Test func row067RemovalTakesTheVolumesOfTheLastUser() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-v", "/data", "-v", "named:/n", "--name", "db", "busybox", "true").succeeded()
      try f.apus("run", "--volumes-from", "db", "--name", "db1", "busybox", "true").succeeded()
      #expect(try names(f).count == 2)
      try f.apus("rm", "-v", "db").succeeded()
      #expect(try names(f).count == 2)
      try f.apus("rm", "-v", "db1").succeeded()
      #expect(try names(f) == ["named"])
      try f.apus("run", "--rm", "-v", "/data", "-v", "named:/n", "busybox", "touch", "/n/x").succeeded()
      #expect(try names(f) == ["named"])
      #expect(fileExists(f.root + "/volumes/named/_data/x"))
      try f.apus("volume", "rm", "named").succeeded()
      try expectNoVolumes(f)
      try f.expectNothingLeft()
    }
  }

  @Test func row068VolumesStayWithoutTheOption() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-v", "/data", "--name", "db", "busybox", "touch", "/data/x").succeeded()
      try f.apus("rm", "db").succeeded()
      let name = try #require(try names(f, "-f", "dangling=true").first)
      #expect(fileExists("\(f.root)/volumes/\(name)/_data/x"))
      // A container that its shim removes, and one whose shim was killed.
      let id = try f.sleeper("-v", "/data", "--rm", "--name", "gone")
      let inner = try #require(Int32(try f.inspect(".State.Pid", of: "gone")))
      try f.killShim(of: id)
      try sendSignal(Signal.kill, toPID: inner)
      try eventually("it has ended") { try ProcessFacts(pid: inner)?.hasEnded ?? true }
      try eventually("its volume is gone") {
        _ = try f.apus("ps", "-a")
        return try names(f) == [name]
      }
      let detached = try f.detached(["--rm", "-v", "/data"], "true")
      try eventually("its volume is gone") {
        try !fileExists("\(f.root)/containers/\(detached)") && names(f) == [name]
      }
      let pruned = try f.apus("volume", "prune", "-f").succeeded()
      #expect(pruned.out == "Deleted Volumes:\n\(name)\n\nTotal reclaimed space: 0B\n")
      try expectNoVolumes(f)
    }
  }

  @Test func row083InspectHasTheOldKeys() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-d", "-v", "/webapp", "--name", "web", "busybox", "true").succeeded()
      let name = try #require(try names(f).first)
      #expect(
        try f.inspect("json .Volumes", of: "web") == "{\"/webapp\":\"\(f.root)/volumes/\(name)/_data\"}")
      #expect(try f.inspect("json .VolumesRW", of: "web") == "{\"/webapp\":true}")
    }
  }

  @Test func row084InspectHasTheMounts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let host = try f.path("host/x")
      try f.apus(
        "run", "-v", "/webapp", "-v", "\(splitPath(host).directory):/h:ro,rprivate", "--tmpfs", "/t:size=1m",
        "--mount", "type=volume,src=data,dst=/m,readonly", "--name", "web", "busybox", "true"
      ).succeeded()
      let name = try #require(try names(f).first { $0 != "data" })
      let mounts = try f.inspect("json .Mounts", of: "web")
      #expect(
        mounts == """
          [{"Type":"volume","Name":"\(name)","Source":"\(f.root)/volumes/\(name)/_data","Destination":"/webapp",\
          "Driver":"local","Mode":"","RW":true,"Propagation":""},{"Type":"bind","Source":"\(f.directory)/host",\
          "Destination":"/h","Mode":"ro,rprivate","RW":false,"Propagation":"rprivate"},{"Type":"volume","Name":"data",\
          "Source":"\(f.root)/volumes/data/_data","Destination":"/m","Driver":"local","Mode":"","RW":false,\
          "Propagation":""}]
          """)
      #expect(
        try f.inspect("json .HostConfig.Binds", of: "web") == "[\"\(f.directory)/host:/h:ro,rprivate\"]")
      #expect(try f.inspect("json .HostConfig.Tmpfs", of: "web") == "{\"/t\":\"size=1m\"}")
    }
  }

  @Test func row104AnAnonymousVolumeHasTheImagesFiles() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try Self.importWithData(f)
      let look =
        "cd $0; stat -c '%n %a %u:%g %h %s' . file soft sparse; readlink soft; cat file; stat -c %F fifo"
      let expected = try f.apus("run", "--rm", "withdata", "sh", "-c", look, "/data").succeeded().out
      for options in [["-v", "/data"], ["-v", "named:/data"], ["--mount", "type=volume,dst=/data"]] {
        let outcome = try f.run(
          "apus", ["run", "--name", "web"] + options + ["withdata", "sh", "-c", look, "/data"])
        #expect(outcome.out == expected, "\(options) \(outcome)")
        let name = try #require(try names(f).first)
        let data = "\(f.root)/volumes/\(name)/_data"
        #expect(try extendedAttribute("user.note", of: Array("\(data)/sub".utf8)) == Array("x".utf8))
        #expect(try f.shell("du -k \(data)/sparse | cut -f1").answer != "1028")
        #expect(!fileExists("\(f.root)/volumes/\(name)/unrecorded"))
        try f.apus("rm", "-v", "web").succeeded()
        _ = try f.apus("volume", "rm", "-f", "named")
      }
      // Not when it was asked not to, not over what is there; through a link of the image.
      #expect(
        try f.apus("run", "--rm", "-v", "empty:/data:nocopy", "withdata", "ls", "-A", "/data").out == "")
      try f.apus("run", "--rm", "-v", "full:/x", "busybox", "touch", "/x/mine").succeeded()
      #expect(try f.apus("run", "--rm", "-v", "full:/data", "withdata", "ls", "-A", "/data").answer == "mine")
      #expect(try f.apus("run", "--rm", "-v", "/link", "withdata", "cat", "/data/file").answer == "hello")
      #expect(try f.apus("run", "--rm", "-v", "/absolute", "withdata", "cat", "/data/file").answer == "hello")
      try f.apus("run", "--rm", "-v", "/etc/passwd", "busybox", "true")
        .expectFailure(125, "cannot mount volume over existing file, file exists /etc/passwd")
      #expect(try names(f) == ["empty", "full"])
      try f.expectNothingLeft()
    }
  }

  @Test func row105SeveralVolumesInOneRun() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus(
        "run", "--rm", "-v", "/a/b/c", "-v", "/a", "-v", "/a/b", "-v", "/z", "busybox", "sh", "-c",
        "for d in /a /a/b /a/b/c /z; do touch $d/x && grep -c \" $d \" /proc/self/mountinfo; done")
      #expect(outcome.lines == ["1", "1", "1", "1"], "\(outcome)")
      try f.apus("run", "-v", "/a", "-v", "two:/a/", "busybox", "true")
        .expectFailure(125, "Duplicate mount point: /a")
      try expectNoVolumes(f)
    }
  }

  @Test func row106To110HostPaths() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let host = f.directory + "/srv"
      // 108: made when it is missing; 106: read and written; 107: relative to where we are, and names are no paths.
      try f.apus("run", "--rm", "-v", "\(host)/app:/app", "busybox", "touch", "/app/x").succeeded()
      #expect(fileExists(host + "/app/x"))
      #expect(try fileStatus(host + "/app").userID == 0)
      let relative = try f.run(
        "apus", ["run", "--rm", "-v", "./app:/app", "busybox", "ls", "/app"], directory: host)
      #expect(relative.answer == "x", "\(relative)")
      try f.apus("run", "--rm", "-v", "src/webapp:/app", "busybox", "true").expectFailure(
        125, "includes invalid characters for a local volume name")
      try f.apus("run", "--rm", "--mount", "type=bind,src=\(host)/no,dst=/x", "busybox", "true")
        .expectFailure(
          125, "invalid mount config for type \"bind\": bind source path does not exist: \(host)/no")
      // Not where a file was meant.
      try f.apus("run", "--rm", "-v", "\(host)/conf:/etc/passwd", "busybox", "true").expectFailure(
        125, "is a file in the image: make the file first")
      #expect(!fileExists(host + "/conf"))
      // 109: read-only all the way down.
      try makeDirectories(host + "/app/below")
      try mount("x", on: host + "/app/below", type: "tmpfs")
      f.atEnd("unmount") { try unmountLazily(host + "/app/below") }
      let readOnly = try f.apus(
        "run", "--rm", "-v", "\(host)/app:/opt/webapp:ro", "busybox", "sh", "-c",
        "touch /opt/webapp/y; touch /opt/webapp/below/y")
      #expect(
        readOnly.err.split(separator: "\n").count == 2 && readOnly.err.contains("Read-only file system"))
      for (option, works) in [("bind-recursive=writable", true), ("bind-recursive=disabled", false)] {
        let outcome = try f.apus(
          "run", "--rm", "--mount", "type=bind,src=\(host)/app,dst=/a,readonly,\(option)", "busybox", "touch",
          "/a/below/z")
        #expect((outcome.status == 0) == works, "\(option) \(outcome)")
      }
      // 110, 111: a single file; a rename over it is EBUSY.
      let history = try f.write("ls\n", to: "home/.bash_history")
      let edit = try f.apus(
        "run", "--rm", "-v", "\(history):/.bash_history", "busybox", "sh", "-c",
        "cat /.bash_history; echo new >> /.bash_history; echo x > /y; mv /y /.bash_history")
      #expect(edit.out == "ls\n" && edit.err.contains("busy"), "\(edit)")
      #expect(try readText(history) == "ls\nnew")
    }
  }

  @Test func row106PropagationIsTheHosts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let host = f.directory + "/prop"
      try makeDirectories(host + "/in")
      try mount("x", on: host, type: "tmpfs")
      f.atEnd("unmount") { try unmountLazily(host) }
      try mount("none", on: host, .private)
      try makeDirectories(host + "/in")
      try f.apus("run", "--rm", "-v", "\(host):/p:rshared", "busybox", "true").expectFailure(
        125, "path \(host) is mounted on \(host) but it is not a shared mount")
      try mount("none", on: host, .shared)
      let id = try f.sleeper("-v", "\(host):/p:rslave", "--name", "web")
      try mount("y", on: host + "/in", type: "tmpfs")
      try writeAtomically(host + "/in/new", [])
      #expect(try f.apus("exec", "web", "ls", "/p/in").answer == "new")
      try unmountLazily(host + "/in")
      try f.apus("rm", "-f", id).succeeded()
      for runtime in ["runc"] where Host.findProgram(runtime) != nil {
        let outcome = try f.apus(
          "run", "--rm", "--runtime", runtime, "-v", "\(host):/p:rshared", "-v", "vol:/v:ro", "-v",
          "\(host):/r:ro", "--tmpfs", "/t:size=1m", "busybox", "sh", "-c",
          "touch /t/x; touch /v/x 2>&1; touch /r/x 2>&1; grep -c ' /p .*shared:' /proc/self/mountinfo")
        #expect(outcome.lines.count == 3 && outcome.lines.last == "1", "\(runtime) \(outcome)")
      }
    }
  }

  // F.3: files of a host's user are the container's user's, and the other way round.
  @Test func row106OwnersAreMapped() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let host = try f.path("host")
      try f.shell("mkdir \(host); echo x > \(host)/file; chown -R 1234:1235 \(host); touch \(host)/roots")
        .succeeded()
      let see = "stat -c '%n %u %g' file roots; touch new; stat -c '%n %u %g' new"
      #expect(
        try f.apus("run", "--rm", "-v", "\(host):/d:uid=0,gid=0", "-w", "/d", "busybox", "sh", "-c", see)
          .succeeded().lines
          == ["file 0 0", "roots 1234 1235", "new 0 0"])
      #expect(try f.shell("stat -c '%u %g' \(host)/new \(host)/roots").lines == ["1234 1235", "0 0"])
      #expect(
        try f.apus(
          "run", "--name", "cc", "-u", "77", "-v", "\(host):/d:ro,uid=77", "busybox", "stat", "-c", "%u %g",
          "/d/file"
        )
        .succeeded().answer == "77 1235")
      #expect(try f.inspect("json .HostConfig.Binds", of: "cc") == "[\"\(host):/d:ro,uid=77\"]")
      try f.apus("cp", "cc:/d/file", f.directory + "/copy").expectFailure(
        1, "has users mapped at /d: start it to copy")
      try f.apus("run", "--rm", "-v", "data:/d:uid=77,gid=78", "-u", "77:78", "busybox", "touch", "/d/x")
        .succeeded()
      #expect(try fileStatus(f.root + "/volumes/data/_data/x").userID == 0)
      for (mode, words) in [
        ("uid=", "expected a number of a user"), ("gid=-1", "expected a number of a group"),
        ("uid=1,uid=2", "two words for one thing"),
      ] {
        try f.apus("run", "-v", "\(host):/d:\(mode)", "busybox", "true").expectFailure(125, words)
      }
      try f.apus("--runtime", "crun", "run", "--rm", "-v", "\(host):/d:uid=7", "busybox", "true")
        .expectFailure(125, "are mapped by apus-runtime, not by")
    }
  }

  // A mount point behind a link that leads to nothing yet is made where it leads.
  @Test func row106LinksToNothingAreMadeInside() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let tree = try f.path("linked")
      try f.copyRootfs(to: tree)
      try f.shell("cd \(tree) && ln -s /not/there link && ln -s ../../../up file && ln -s loop loop")
        .succeeded()
      try f.apus("import", tree, "linked").succeeded()
      try f.shell("mkdir host; echo x > host/f").succeeded()
      let host = f.directory + "/host"
      #expect(
        try f.apus(
          "run", "--name", "cc", "-v", "\(host):/link/d", "-v", "\(host)/f:/file", "linked", "cat",
          "/not/there/d/f", "/up"
        )
        .succeeded().lines == ["x", "x"])
      #expect(try f.apus("cp", "cc:/link/d/f", "-").succeeded().out.contains("x"))
      try f.apus("run", "--rm", "-v", "\(host):/loop", "linked", "true").expectFailure(
        125, "too many levels of symbolic links")
      #expect(!fileExists("/not") && !fileExists("/up"))
    }
  }

  @Test func row112VolumesAreNoPartOfTheContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("-v", "shared:/s", "--name", "one")
      _ = try f.sleeper("-v", "shared:/other", "--name", "two")
      try f.apus("exec", "one", "touch", "/s/now").succeeded()
      #expect(try f.apus("exec", "two", "ls", "/other").answer == "now")
      #expect(!fileExists("\(f.root)/containers/\(id)/upper/s/now"))
      try f.apus("volume", "rm", "shared").expectFailure(1, "remove shared: volume is in use - [")
      try f.apus("rm", "-f", "one", "two").succeeded()
      #expect(try names(f) == ["shared"])
    }
  }

  @Test func row113To118DataContainers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let database = ["run", "-d", "-v", "/data", "--name", "database", "busybox", "echo"]
      try f.run("apus", database + ["Data-only container for postgres"]).succeeded()
      try f.waitForEnd(of: "database")
      // 114: unquoted words.
      try f.run(
        "apus",
        ["run", "-d", "-v", "/dbdata", "--name", "dbdata", "busybox", "echo", "Data-only", "container"]
      ).succeeded()
      try f.waitForEnd(of: "dbdata")
      // 115, 118: from a container that does not run, to several.
      try f.apus("run", "--volumes-from", "dbdata", "--name", "db1", "busybox", "touch", "/dbdata/one")
        .succeeded()
      try f.apus("run", "--volumes-from", "dbdata", "--name", "db2", "busybox", "touch", "/dbdata/two")
        .succeeded()
      // 117: chained; 116: several, a union, the later winning.
      let union = try f.apus(
        "run", "--rm", "--volumes-from", "database", "--volumes-from", "db1", "--name", "db3", "busybox",
        "sh", "-c",
        "ls /dbdata; touch /data/three")
      #expect(union.lines == ["one", "two"], "\(union)")
      #expect(try names(f).count == 2)
      try f.apus("run", "--name", "late", "-v", "late:/dbdata", "busybox", "touch", "/dbdata/late")
        .succeeded()
      #expect(
        try f.apus(
          "run", "--rm", "--volumes-from", "db1", "--volumes-from", "late", "busybox", "ls", "/dbdata"
        )
        .answer == "late")
      #expect(
        try f.apus(
          "run", "--rm", "--volumes-from", "late", "--volumes-from", "db1", "busybox", "ls", "/dbdata"
        )
        .lines == ["one", "two"])
      #expect(
        try f.apus("run", "--rm", "--volumes-from", "db1", "-v", "late:/dbdata", "busybox", "ls", "/dbdata")
          .answer == "late")
      // 119.
      let readOnly = try f.apus("run", "--rm", "--volumes-from", "db1:ro", "busybox", "touch", "/dbdata/x")
      #expect(readOnly.status == 1 && readOnly.err.contains("Read-only file system"), "\(readOnly)")
      try f.apus("run", "--rm", "--volumes-from", "db1:rw", "busybox", "touch", "/dbdata/x").succeeded()
      try f.apus("run", "--volumes-from", "nobody", "busybox", "true").expectFailure(
        125, "No such container: nobody")
      // 120: it outlives who made it, until the last goes.
      try f.apus("rm", "-v", "dbdata", "db1").succeeded()
      #expect(try f.apus("run", "--rm", "--volumes-from", "db2", "busybox", "ls", "/dbdata").lines.count == 3)
      try f.apus("rm", "-v", "db2", "database", "late").succeeded()
      #expect(try names(f) == ["late"])
    }
  }

  @Test func row121To124BackupRestoreAndMigration() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "-v", "/dbdata", "--name", "dbdata", "busybox", "sh", "-c", "echo row > /dbdata/table"
      )
      .succeeded()
      let backup = try f.shell(
        "apus run --volumes-from dbdata -v $(pwd):/backup busybox tar cvf /backup/backup.tar /dbdata")
      #expect(try backup.succeeded().lines == ["dbdata/", "dbdata/table"])
      #expect(fileExists(f.directory + "/backup.tar"))
      // No -i: the shell sees the end of its input and exits.
      try f.shell("apus run -v /dbdata --name dbdata2 busybox /bin/sh").succeeded()
      let restore = try f.shell(
        "apus run --volumes-from dbdata2 -v $(pwd):/backup busybox tar xvf /backup/backup.tar")
      #expect(try restore.succeeded().lines == ["dbdata/", "dbdata/table"])
      #expect(
        try f.shell("apus run --volumes-from dbdata2 busybox /bin/ls /dbdata").succeeded().answer == "table")
      // Without containers.
      try f.shell(
        """
        set -e; first=$(apus inspect -f '{{json .Mounts}}' dbdata | sed 's/.*"Name":"\\([^"]*\\)".*/\\1/')
        apus volume create moved; apus volume export $first | apus volume import moved
        apus volume export -o $(pwd)/native.tar $first; gzip -k native.tar
        apus volume create again; apus volume import again native.tar.gz
        """
      ).succeeded()
      for name in ["moved", "again"] {
        #expect(
          try f.apus("run", "--rm", "-v", "\(name):/x", "busybox", "cat", "/x/table").answer == "row")
      }
      try f.shell("apus rm -v $(apus ps -aq)").succeeded()
      #expect(try names(f) == ["again", "moved"])
    }
  }
}
