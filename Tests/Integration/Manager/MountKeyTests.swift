import JSONDocument
import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

/// `--mount` with `volume-subpath`, and of `type=image`.
@Suite("Parts of volumes, and images, as mounts", .serialized, .requiresRoot)
struct MountKeyTests {
  /// A volume with a part, links and a file; beside it on the host something that nobody inside may see.
  private func makeVolume(_ f: Fixture) throws {
    try f.write("secret", to: "secret/file")
    try f.apus("volume", "create", "data").succeeded()
    try f.shell(
      """
      cd root/volumes/data/_data && mkdir -p part/inner links empty && echo inside > part/file && echo one > single
      ln -s ../part links/good; ln -s \(f.directory)/secret links/bad; ln -s bad links/chain; ln -s ../../.. links/up
      """
    ).succeeded()
  }

  /// An image of files: `tool/run`, `note`, and links.
  private func makeImage(_ f: Fixture, _ name: String = "tools") throws {
    try f.shell(
      """
      mkdir -p files/tool files/links && echo ran > files/tool/run && echo words > files/note
      ln -s ../tool files/links/good && ln -s ../../../../etc files/links/bad && apus import files \(name)
      """
    ).succeeded()
  }

  private func part(_ subpath: String, _ more: String = "") -> String {
    "type=volume,src=data,dst=/v,volume-subpath=\(subpath)\(more)"
  }

  /// Nothing mounted, and no place of a container's that has ended.
  private func expectTidy(_ f: Fixture, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(try f.mounts() == [], sourceLocation: sourceLocation)
    for id in try listDirectory(f.root + "/containers") {
      #expect(!fileExists("\(f.root)/containers/\(id)/mounts"), sourceLocation: sourceLocation)
    }
  }

  private func again(_ f: Fixture, _ words: String...) throws {
    try f.run("apus", words, files: [f.path("o"), f.path("e")]).succeeded()
  }

  @Test func aPartOfAVolumeIsAllThatIsSeen() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      for subpath in ["part", "./part/", "links/good", "part/inner/.."] {
        #expect(
          try f.apus("run", "--rm", "--mount", part(subpath), "busybox", "ls", "/v").succeeded().lines
            == ["file", "inner"], "\(subpath)")
      }
      #expect(try f.apus("run", "--rm", "--mount", part("single"), "busybox", "cat", "/v").answer == "one")
      try f.apus("run", "--rm", "--mount", part("part"), "busybox", "sh", "-c", "echo 2 > /v/new").succeeded()
      #expect(try readText(f.root + "/volumes/data/_data/part/new") == "2")
      let outcome = try f.apus(
        "run", "--rm", "--mount", part("part", ",ro"), "busybox", "sh", "-c", "cat /v/file; echo 3 > /v/new")
      #expect(outcome.status == 1 && outcome.out == "inside\n" && outcome.err.contains("Read-only"))
      try expectTidy(f)
      try f.expectNothingLeft()
    }
  }

  @Test func whatIsNotThereOrLeadsOutIsRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      for (subpath, problem) in [
        ("none", "cannot access path none of volume data: no such file or directory"),
        ("single/x", "cannot access path single/x of volume data: not a directory"),
        ("links/bad", "path concatenation escapes the base directory: links/bad of volume data"),
        ("links/chain/file", "path concatenation escapes the base directory"),
        ("links/up", "path concatenation escapes the base directory"),
      ] {
        try f.apus("run", "--mount", part(subpath, ",volume-nocopy"), "busybox", "true").expectFailure(
          125, problem)
      }
      try f.expectNothingLeft()
      try f.apus("create", "--name", "web", "--mount", part("links/bad", ",volume-nocopy"), "busybox", "true")
        .succeeded()
      try f.apus("start", "web").expectFailure(1, "path concatenation escapes the base directory")
      try expectTidy(f)
      try f.apus("rm", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// The runtime is held until the part has become a link to elsewhere.
  @Test func aPartThatBecomesALinkStaysWhatItWas() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      let real = try #require(Host.findProgram("apus-runtime"))
      let script = """
        #!/bin/sh
        case " $* " in *" create "*)
          : > \(f.directory)/reached; while ! [ -e \(f.directory)/go ]; do sleep 0.02; done;;
        esac
        exec \(real) "$@"

        """
      let slow = try f.write(script, to: "slow", mode: 0o755)
      let running = try f.start(
        "apus", ["run", "--rm", "--runtime", slow, "--mount", part("part"), "busybox", "cat", "/v/file"])
      try eventually("the runtime is at work") { fileExists("\(f.directory)/reached") }
      try f.shell("cd root/volumes/data/_data && mv part away && ln -s \(f.directory)/secret part")
        .succeeded()
      try f.write("", to: "go")
      let outcome = try running.wait()
      #expect(outcome.status == 0 && outcome.out == "inside\n", "\(outcome)")
      try f.apus("run", "--rm", "--mount", part("part"), "busybox", "cat", "/v/file").expectFailure(
        125, "path concatenation escapes the base directory")
      try f.expectNothingLeft()
    }
  }

  /// A container swaps the part for a link and back, as fast as it can, while others are started with it.
  @Test func aPartThatIsSwappedAllTheTimeNeverLeadsOut() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      let swapper = try f.detached(
        ["-v", "data:/d"], "sh", "-c",
        "cd /d; while :; do mv part away; ln -s \(f.directory)/secret part; rm part; mv away part; done")
      var problems: Set<String> = []
      for _ in 0..<12 {
        let outcome = try f.apus(
          "run", "--rm", "--mount", part("part", ",volume-nocopy"), "busybox", "cat", "/v/file")
        if outcome.status == 0 {
          #expect(outcome.out == "inside\n", "\(outcome)")
        } else {
          #expect(outcome.status == 125 && outcome.out == "", "\(outcome)")
          problems.insert(outcome.complaint)
        }
      }
      for problem in problems {
        #expect(
          problem.contains("cannot access path part") || problem.contains("escapes the base"), "\(problem)")
      }
      try f.apus("rm", "-f", swapper).succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func itIsThereAfterEveryRestart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      try makeImage(f)
      let image = "type=image,src=tools,dst=/i,image-subpath=tool"
      // By the shim, which starts it again without the manager.
      _ = try f.detached(
        ["--restart", "on-failure:2", "--name", "web", "--mount", part("part"), "--mount", image], "sh", "-c",
        "cat /v/file /i/run; exit 3")
      try f.waitForCleanUp()
      let run = ["inside", "ran"]
      #expect(try f.apus("logs", "web").lines == run + run + run)
      try expectTidy(f)
      // By hand, and while it runs.
      try again(f, "start", "web")
      try f.waitForCleanUp()
      #expect(try f.apus("logs", "web").lines.count > 6)
      _ = try f.sleeper("--name", "long", "--mount", part("part"), "--mount", image)
      try again(f, "restart", "-t", "1", "long")
      #expect(try f.apus("exec", "long", "cat", "/v/file", "/i/run").lines == run)
      try f.apus("stop", "-t", "1", "long").succeeded()
      try expectTidy(f)
      // What was made anew in the meantime counts.
      try f.shell("cd root/volumes/data/_data && rm -r part && mkdir part && echo new > part/file")
        .succeeded()
      try again(f, "start", "long")
      #expect(try f.apus("exec", "long", "cat", "/v/file").answer == "new")
      try f.apus("rm", "-f", "web", "long").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func anEmptyPartIsFilledUnlessNobodyWantsIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      let bin = "type=volume,src=data,dst=/bin,volume-subpath=empty"
      try f.apus("run", "--rm", "--mount", part("empty", ",volume-nocopy"), "busybox", "true").succeeded()
      let data = f.root + "/volumes/data/_data"
      #expect(try listDirectory(data + "/empty") == [])
      #expect(try f.apus("run", "--rm", "--mount", bin, "busybox", "ls", "/bin/sh").answer == "/bin/sh")
      #expect(fileExists(data + "/empty/busybox"))
      #expect(try listDirectory(data) == ["empty", "links", "part", "single"])
      // A volume that is empty has no part.
      try f.apus("run", "--mount", "src=other,dst=/bin,volume-subpath=x", "busybox", "true").expectFailure(
        125, "cannot access path x of volume other: no such file or directory")
      #expect(try f.apus("volume", "ls", "-q").lines == ["data"])
      try f.expectNothingLeft()
    }
  }

  @Test func othersInheritIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      try makeImage(f)
      try f.apus(
        "create", "--name", "first", "--mount", part("part"), "--mount", "type=image,src=tools,dst=/i",
        "busybox",
        "true"
      ).succeeded()
      let outcome = try f.apus(
        "run", "--name", "second", "--volumes-from", "first:ro", "busybox", "sh", "-c", "ls /v /i; touch /v/x"
      )
      #expect(outcome.out.contains("file\ninner") && outcome.out.contains("note"), "\(outcome)")
      #expect(outcome.status == 1 && outcome.err.contains("Read-only"))
      // Also of the image, by the heir alone.
      try f.apus("rm", "first").succeeded()
      let second = try f.inspect(".Id", of: "second")
      try f.apus("rmi", "tools").expectFailure(1, "container \(second.prefix(12)) is using")
      // A file of the volume is copied from one that does not run, and nothing beside the part.
      #expect(try f.shell("apus cp second:/v/file - | tar xO").answer == "inside")
      try f.shell("echo copied > new && apus cp new second:/tmp/ && apus cp second:/i/note -").succeeded()
      try f.apus("cp", f.directory + "/new", "second:/i/").expectFailure(1, "read-only")
      try f.apus("cp", "second:/v/single", f.directory + "/x").expectFailure(1, "Could not find the file")
      try expectTidy(f)
      try f.apus("rm", "second").succeeded()
      try f.apus("rmi", "tools").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func anImageIsMountedReadOnly() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeImage(f)
      let whole = "type=image,source=tools,target=/i"
      #expect(
        try f.apus("run", "--rm", "--mount", whole, "busybox", "sh", "-c", "ls /i; cat /i/tool/run").lines
          == ["links", "note", "tool", "ran"])
      let outcome = try f.apus(
        "run", "--rm", "--privileged", "--mount", whole, "busybox", "sh", "-c", "touch /i/x; rm /i/note")
      #expect(outcome.status == 1 && outcome.err.contains("Read-only"), "\(outcome)")
      for subpath in ["tool", "links/good"] {
        #expect(
          try f.apus("run", "--rm", "--mount", "\(whole),image-subpath=\(subpath)", "busybox", "ls", "/i")
            .lines
            == ["run"])
      }
      let one = "\(whole),image-subpath=note"
      #expect(try f.apus("run", "--rm", "--mount", one, "busybox", "cat", "/i").answer == "words")
      // Twice in one container, and its own image.
      #expect(
        try f.apus(
          "run", "--rm", "--mount", whole, "--mount", "type=image,src=tools,dst=/j", "--mount",
          "type=image,src=busybox,dst=/k", "busybox", "sh", "-c", "cat /i/note /j/note; ls /k/bin/sh"
        ).lines == ["words", "words", "/k/bin/sh"])
      for (subpath, problem) in [
        ("none", "cannot access path none of image tools: no such file or directory"),
        ("links/bad", "path concatenation escapes the base directory: links/bad of image tools"),
      ] {
        try f.apus("run", "--mount", "\(whole),image-subpath=\(subpath)", "busybox", "true").expectFailure(
          125, problem)
      }
      try f.apus("run", "--mount", "type=image,src=nobody,dst=/i", "busybox", "true").expectFailure(
        125, "Unable to find image 'nobody:latest' locally")
      try expectTidy(f)
      try f.expectNothingLeft()
    }
  }

  /// What the upper layer of an image takes away is not to be seen, nor is what takes it away.
  @Test func layersAreSeenAsOneTree() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeImage(f, "base")
      try f.apus(
        "run", "--name", "box", "--mount", "type=image,src=base,dst=/i", "busybox", "sh", "-c",
        "rm /bin/cat; echo new > /new"
      ).succeeded()
      try f.apus("commit", "box", "changed").succeeded()
      let listed = try f.apus(
        "run", "--rm", "--mount", "type=image,src=changed,dst=/i", "busybox", "sh", "-c",
        "ls /i/bin/cat /i/new; ls /i/i")
      #expect(listed.out == "/i/new\n" && listed.err.contains("/i/bin/cat: No such file"), "\(listed)")
      // A lone layer may hold a whiteout, too: of nothing.
      try f.shell("mkdir lone && echo a > lone/a && apus import lone lone >id").succeeded()
      let layer = try #require(
        try JSON.parse(
          Array(try f.apus("image", "inspect", "lone").out.utf8), file: "inspect"
        ).array?.first?.object?["RootFS"]?.object?["Layers"]?.array?.first?.string)
      try f.shell("mknod root/layers/\(layer.dropFirst(7))/diff/gone c 0 0").succeeded()
      let lone = "type=image,src=lone,dst=/i"
      #expect(try f.apus("run", "--rm", "--mount", lone, "busybox", "ls", "/i").lines == ["a"])
      try f.apus("run", "--name", "still", "--mount", lone, "busybox", "true").succeeded()
      #expect(try f.shell("apus cp still:/i - | tar t").lines == ["i/", "i/a"])
      try f.apus("rm", "box", "still").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func anImageThatIsMountedCannotGo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeImage(f)
      let id = try f.sleeper("--name", "web", "--mount", "type=image,src=tools,dst=/i")
      let image = try f.apus("images", "-q", "tools").answer
      try f.apus("rmi", "tools").expectFailure(
        1, "container \(id.prefix(12)) is using its referenced image \(image)")
      try f.apus("rmi", "-f", image).expectFailure(1, "image is being used by running container")
      #expect(try f.apus("image", "prune", "-a", "-f").succeeded().out == "Total reclaimed space: 0B\n")
      #expect(try f.apus("rmi", "-f", "tools").succeeded().lines == ["Untagged: tools:latest"])
      // It has lost its name and no layer.
      try again(f, "restart", "-t", "1", "web")
      #expect(try f.apus("exec", "web", "cat", "/i/note").answer == "words")
      try f.apus("stop", "-t", "1", "web").succeeded()
      try f.apus("rmi", image).expectFailure(1, "image is being used by stopped container")
      try f.apus("rm", "web").succeeded()
      #expect(try f.apus("image", "prune", "-f").out.contains("deleted: sha256:\(image)"))
      try f.expectNothingLeft()
    }
  }

  @Test func inspectSaysWhatWasAskedForAndWhereItIs() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      try makeImage(f)
      let id = try f.sleeper(
        "--name", "web", "--mount", part("part", ",volume-nocopy"), "--mount",
        "type=image,src=tools,dst=/i,image-subpath=tool")
      #expect(
        try f.inspect("json .HostConfig.Mounts", of: "web")
          == #"[{"Type":"volume","Source":"data","Target":"/v","VolumeOptions":{"NoCopy":true,"Subpath":"part"}},"#
          + #"{"Type":"image","Source":"tools","Target":"/i","ImageOptions":{"Subpath":"tool"}}]"#)
      let mounts = try #require(
        try JSON.parse(Array(try f.inspect("json .Mounts", of: "web").utf8), file: "x").array)
      #expect(mounts.map { $0.object?["Type"]?.string } == ["volume", "image"])
      #expect(mounts.map { $0.object?["Name"]?.string } == ["data", "tools"])
      #expect(mounts.map { $0.object?["RW"] } == [true, false])
      let sources = try mounts.map { try #require($0.object?["Source"]?.string) }
      #expect(sources[0] == f.root + "/volumes/data/_data")
      #expect(sources[1] == "\(f.root)/containers/\(id)/mounts/1")
      #expect(try listDirectory(sources[1]) == ["run"])
      #expect(try f.apus("ps", "-q", "-f", "volume=data").answer == String(id.prefix(12)))
      let plan = try f.apus("run", "--dry-run", "--mount", part("part"), "busybox", "true").succeeded().out
      #expect(plan.contains("/mounts/0"), "\(plan)")
      try f.apus("rm", "-f", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func volumesWithOptionsHavePartsToo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("deep", to: "host/part/file")
      try f.apus(
        "volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=\(f.directory)/host", "data"
      ).succeeded()
      let id = try f.sleeper("--mount", part("part"))
      #expect(try f.apus("exec", id, "cat", "/v/file").answer == "deep")
      try f.apus("stop", "-t", "1", id).succeeded()
      try expectTidy(f)
      try f.apus("rm", id).succeeded()
      try f.apus("volume", "rm", "data").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func killedAtManyInstantsNothingStaysMounted() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      try makeImage(f)
      let mounts = [
        "--mount", part("part"), "--mount", "type=image,src=tools,dst=/i", "--mount",
        "type=image,src=tools,dst=/j,image-subpath=note",
      ]
      for step in 0..<20 {
        let words = step % 2 == 0 ? ["run", "--rm"] : ["run", "--name", "kill\(step)"]
        let running = try f.start("apus", words + mounts + ["busybox", "true"])
        // Not waiting for anything: the moments at which the kill falls are what is tried.
        LinuxSystem.sleep(milliseconds: step * 2)
        try running.kill()
      }
      try eventually("no shim lives") { try f.processes().isEmpty }
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      try expectTidy(f)
      for name in try f.apus("ps", "-a", "--format", "{{.Names}}").lines {
        try f.apus("rm", name).succeeded()
      }
      #expect(try readText(f.root + "/volumes/data/_data/part/file") == "inside")
      #expect(
        try f.apus("run", "--rm", "--mount", "type=image,src=tools,dst=/i", "busybox", "cat", "/i/note")
          .answer == "words")
      try f.expectNothingLeft()
    }
  }

  /// One that lost its shim and was removed with what it had mounted.
  @Test func aLostContainersPlacesGoWithIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try makeVolume(f)
      try makeImage(f)
      let id = try f.sleeper("--mount", part("part"), "--mount", "type=image,src=tools,dst=/i")
      #expect(try f.mounts().filter { $0.contains("/mounts/") }.count == 2)
      let shim = try #require(Int32(try readText("\(f.runRoot)/shims/\(id)/shim.pid")))
      try sendSignal(Signal.kill, toPID: shim)
      try eventually("the shim is gone") { try !isLocked("\(f.runRoot)/shims/\(id)/lock") }
      try f.apus("rm", "-f", id).succeeded()
      #expect(try readText(f.root + "/volumes/data/_data/part/file") == "inside")
      try f.expectNothingLeft()
    }
  }
}
