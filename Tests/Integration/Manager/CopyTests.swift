import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus cp", .serialized, .requiresRoot)
struct CopyTests {
  /// Runs the body with one container that runs and one that does not, each with the same files.
  private func withContainers(
    _ test: String = #function, _ body: (Fixture, String) async throws -> Void
  ) async throws {
    try await Fixture.withBusybox(test) { (f) async throws in
      let script =
        "mkdir -p /d/sub; echo one > /d/one; echo two > /d/sub/two; ln -s one /d/link; chown 7:8 /d/one"
      _ = try f.detached(["--name", "up"], "sh", "-c", "\(script); while :; do sleep 0.1; done")
      try f.apus("run", "--name", "down", "busybox", "sh", "-c", script).succeeded()
      try eventually("the files are there") { try f.apus("exec", "up", "ls", "-l", "/d").out.contains("7") }
      for name in ["up", "down"] { try await body(f, name) }
    }
  }

  @Test func outOfAContainerByDockersRules() async throws {
    try await withContainers { (f, c) async throws in
      let top = try f.path("out-\(c)")
      try makeDirectories("\(top)/there")
      func copy(_ source: String, _ destination: String, _ flags: String...) throws -> Outcome {
        try f.run("apus", ["cp"] + flags + ["\(c):\(source)", destination])
      }
      try copy("/d/one", "\(top)/file").succeeded()
      #expect(try readText("\(top)/file") == "one")
      #expect(try fileStatus("\(top)/file").userID == 0)
      try copy("d/one", "\(top)/there", "-a").succeeded()
      #expect(try fileStatus("\(top)/there/one").userID == 7)
      // A directory that is not there is made of the source, one that is there takes it in.
      try copy("/d", "\(top)/new").succeeded()
      #expect(try readText("\(top)/new/sub/two") == "two")
      try copy("/d", "\(top)/there").succeeded()
      #expect(try readText("\(top)/there/d/sub/two") == "two")
      try copy("/d/.", "\(top)/there").succeeded()
      #expect(try readText("\(top)/there/sub/two") == "two")
      try copy("/d/link", "\(top)/there").succeeded()
      #expect(try readLink("\(top)/there/link") == "one")
      try copy("/d/link", "\(top)/followed", "-L").succeeded()
      #expect(try readText("\(top)/followed") == "one")
      try copy("/d/one", "\(top)/no/where")
        .expectFailure(1, "invalid output path: directory \"\(top)/no\" does not exist")
      try copy("/d/one", "\(top)/absent/").expectFailure(1, "no such directory: \"\(top)/absent/\"")
      try copy("/d", "\(top)/file").expectFailure(1, "cannot copy directory")
      try copy("/nothing", top).expectFailure(1, "Could not find the file /nothing in container \(c)")
      try copy("/d/one/", top).expectFailure(1, "Could not find the file /d/one/ in container \(c)")
    }
  }

  @Test func theWorkingDirectoryIsThereBeforeTheFirstStart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("content", to: "file")
      let file = f.directory + "/file"
      try f.apus("create", "--name", "web", "-w", "/srv/app", "busybox", "sh", "-c", "pwd; cat file")
        .succeeded()
      try f.apus("cp", file, "web:/srv/app").succeeded()
      #expect(try f.apus("start", "-a", "web").succeeded().out == "/srv/app\ncontent")
      // Who looks for it, or for a directory above it, finds it as well.
      try f.apus("create", "--name", "new", "-w", "/srv/new/app", "busybox", "true").succeeded()
      let top = try f.path("top")
      try f.apus("cp", "new:/srv/new", top).succeeded()
      #expect(try fileStatus("\(top)/app").kind == .directory)
      try f.apus("cp", "new:/srv/other", top).expectFailure(1, "Could not find the file /srv/other")
      // What stands in its place is the start's to refuse.
      try f.apus("create", "--name", "odd", "-w", "/bin/cat/x", "busybox", "true").succeeded()
      try f.apus("cp", file, "odd:/tmp").succeeded()
    }
  }

  /// docker mounts them for a copy, too; the files that they are mounted on are empty.
  @Test func theFilesBelowEtcAreTheContainersOwn() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "-h", "there", "--add-host", "db:10.9.8.7", "busybox", "true")
        .succeeded()
      let top = try f.path("etc")
      try f.apus("cp", "web:/etc", top).succeeded()
      #expect(try readText("\(top)/hostname") == "there")
      #expect(try readText("\(top)/hosts").contains("10.9.8.7\tdb"))
      #expect(try fileStatus("\(top)/resolv.conf").kind == .regular)
      // What was copied there would be gone at the next start.
      try f.apus("cp", "\(top)/hostname", "web:/etc/hosts").expectFailure(1, "device or resource busy")
      #expect(try f.apus("diff", "web").succeeded().out == "")
      let own = try f.path("own")
      try f.shell("echo mine > \(own)").succeeded()
      try f.apus("run", "--name", "own", "-v", "\(own):/etc/hosts", "busybox", "true").succeeded()
      try f.apus("cp", "own:/etc/hosts", "\(top)/its").succeeded()
      #expect(try readText("\(top)/its") == "mine")
    }
  }

  @Test func namesThatCannotBeAreRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("create", "--name", "web", "busybox", "true").succeeded()
      let file = try f.path("file")
      try f.shell("echo a > \(file)").succeeded()
      try f.apus("cp", "", "web:/x").expectFailure(125, "source can not be empty")
      try f.apus("cp", "web:/bin", "").expectFailure(125, "destination can not be empty")
      for end in ["/", "/."] {
        try f.apus("cp", file + end, "web:/x").expectFailure(1, "lstat \(file)\(end): not a directory")
      }
      try f.apus("cp", file, "web:/x/").expectFailure(1, "no such directory: \"/x/\"")
      try f.apus("cp", "web:/etc/passwd", "\(file)s/").expectFailure(1, "no such directory: \"\(file)s/\"")
      try f.apus("cp", "\(file)s/", "web:/x").expectFailure(1, "lstat \(file)s/: no such file or directory")
    }
  }

  @Test func intoAContainerByDockersRules() async throws {
    try await withContainers { (f, c) async throws in
      let top = try f.path("in-\(c)")
      try makeDirectories("\(top)/tree/sub")
      _ = try f.shell("echo host > \(top)/tree/file; ln -s file \(top)/tree/link; chown 9:9 \(top)/tree/file")
      func copy(_ source: String, _ destination: String, _ flags: String...) throws -> Outcome {
        try f.run("apus", ["cp"] + flags + [source, "\(c):\(destination)"])
      }
      func see(_ path: String) throws -> String {
        let outcome = try f.apus("cp", "\(c):\(path)", try f.path("seen")).succeeded()
        _ = outcome
        return try readText(try f.path("seen"))
      }
      try copy("\(top)/tree/file", "/new").succeeded()
      #expect(try see("/new") == "host")
      try copy("\(top)/tree", "/made").succeeded()
      #expect(try see("/made/file") == "host")
      try copy("\(top)/tree", "/d").succeeded()
      #expect(try see("/d/tree/file") == "host")
      try copy("\(top)/tree/.", "/d/sub", "-a").succeeded()
      #expect(try see("/d/sub/file") == "host")
      let owners = try f.shell(
        "apus cp \(c):/made/file - | tar -tvf - --numeric-owner; apus cp \(c):/d/sub/file - | tar -tvf - --numeric-owner"
      ).lines
      #expect(owners.count == 2 && owners[0].contains(" 0/0 ") && owners[1].contains(" 9/9 "), "\(owners)")
      try copy("\(top)/tree", "/d/one").expectFailure(1, "cannot copy directory")
      // What is no file stays what it is, also behind a link.
      try f.shell(
        "mkdir \(top)/nodes; mkfifo \(top)/nodes/fifo; mknod \(top)/nodes/null c 1 3; ln -s null \(top)/nodes/link"
      )
      .succeeded()
      try copy("\(top)/nodes/.", "/nodes").succeeded()
      for place in ["/nodes/fifo", "/nodes/null", "/nodes/link"] {
        try copy("\(top)/tree/file", place)
          .expectFailure(1, "destination \"\(c):\(place)\" must be a directory or a regular file")
      }
      let kinds = try f.shell("apus cp \(c):/nodes - | tar -tvf - | cut -c1 | sort | tr -d '\\n'")
      #expect(kinds.answer == "cdlp", "\(kinds)")
      try copy("\(top)/tree/file", "/no/where")
        .expectFailure(1, "Could not find the file /no in container \(c)")
      try copy("\(top)/absent", "/x").expectFailure(1, "lstat \(top)/absent: no such file or directory")
      try copy("\(top)/tree", "/d/sub/two/x").expectFailure(1, "Could not find the file")
    }
  }

  @Test func aTarComesAndGoes() async throws {
    try await withContainers { (f, c) async throws in
      let names = try f.shell("apus cp \(c):/d - | tar -tf - | sort").succeeded().lines
      #expect(names == ["d/", "d/link", "d/one", "d/sub/", "d/sub/two"], "\(names)")
      let content = try f.shell("apus cp \(c):/d/. - | tar -tf - | sort").succeeded().lines
      #expect(content == ["./", "link", "one", "sub/", "sub/two"], "\(content)")
      try f.shell("apus cp \(c):/d - | apus cp - \(c):/tmp").succeeded()
      #expect(try f.shell("apus cp \(c):/tmp/d/sub/two - | tar -xOf -").answer == "two")
      try f.shell("apus cp \(c):/d - 2>/dev/null | apus cp - \(c):/d/one")
        .expectFailure(1, "destination \"\(c):/d/one\" must be a directory")
      // A device of the host stays one.
      try f.shell("mknod null-\(c) c 1 3").succeeded()
      try f.apus("cp", "\(c):/d/one", f.directory + "/null-\(c)")
        .expectFailure(1, "must be a directory or a regular file")
      try f.apus("cp", "-", "\(c):/d", stdin: "this is no tar, however long it may be")
        .expectFailure(1, "not a tar archive")
    }
  }

  @Test func noLinkLeadsOut() async throws {
    try await withContainers { (f, c) async throws in
      let victim = try f.path("victim-\(c)")
      try makeDirectories(victim)
      let secret = try f.write("secret\n", to: "secret-\(c)")
      let script =
        "mkdir -p /evil; ln -sfn \(victim) /evil/out; ln -sfn ../../../../../..\(secret) /evil/secret; echo own > /evil/x"
      if c == "up" {
        try f.apus("exec", c, "sh", "-c", script).succeeded()
      } else {
        try f.apus("rm", c).succeeded()
        try f.apus("run", "--name", c, "busybox", "sh", "-c", script).succeeded()
      }
      // A path through a link, and a link that is followed, stay in the container.
      try f.apus("cp", "-L", "\(c):/evil/secret", try f.path("stolen"))
        .expectFailure(1, "Could not find the file /evil/secret in container \(c)")
      let planted = try f.write("planted", to: "planted-\(c)")
      _ = try f.apus("cp", planted, "\(c):/evil/out/planted")
      #expect(try listDirectory(victim) == [])
      // A tar whose link would be written through.
      let tar = try f.path("evil-\(c).tar")
      try f.shell(
        "cd \(try f.path("w-\(c)")) 2>/dev/null || mkdir \(try f.path("w-\(c)")) && cd \(try f.path("w-\(c)")) && "
          + "ln -sfn \(victim) l && tar -cf \(tar) l && rm l && mkdir l && echo x > l/f && tar -rf \(tar) l/f"
      ).succeeded()
      _ = try f.shell("apus cp - \(c):/tmp < \(tar)")
      #expect(try listDirectory(victim) == [])
      try f.shell("tar -cPf \(tar) --transform 's,.*,../../escaped,' \(planted)").succeeded()
      try f.shell("apus cp - \(c):/tmp < \(tar)").expectFailure(1, "leads out of the directory")
    }
  }

  @Test func volumesBigAndSparseFilesAndReadOnlyRootsAreSeen() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let volume = try f.path("volume")
      try makeDirectories(volume)
      let big = try f.path("big")
      try f.shell("head -c 3000000 /dev/urandom > \(big); truncate -s 200M \(big).sparse").succeeded()
      _ = try f.detached(
        ["--name", "up", "-v", "\(volume):/data", "--read-only"], "sh", "-c", "while :; do sleep 0.1; done")
      for name in ["up", "down"] {
        if name == "down" {
          try f.apus("stop", "-t", "0", "up").succeeded()
          try f.apus("rename", "up", "down").succeeded()
        }
        try f.apus("cp", big, "\(name):/data/big").succeeded()
        try f.shell("cmp \(big) \(volume)/big").succeeded()
        try f.apus("cp", "\(name):/data/big", "\(big).back").succeeded()
        try f.shell("cmp \(big) \(big).back").succeeded()
        try f.apus("cp", big, "\(name):/etc/big").expectFailure(1, "ead-only file system")
        try f.apus("cp", "\(big).sparse", "\(name):/data").succeeded()
        let blocks = try f.shell("du -k \(volume)/big.sparse | cut -f1").answer
        #expect((Int(blocks) ?? .max) < 1000, "\(blocks)")
      }
      #expect(try f.mounts() == [])
      try f.apus("cp", "a:/x", "b:/y").expectFailure(125, "copying between containers is not supported")
      try f.apus("cp", "/x", "/y").expectFailure(125, "must specify at least one container source")
    }
  }

  @Test func namesAreBytesAndGNUTarHasNothingToSayOfThem() async throws {
    try await Fixture.withBusybox { (f) async throws in
      // Composed and not, no UTF-8, long, of links and of directories.
      try f.write(
        """
        set -e
        mkdir names && cd names
        for name in 'e\\314\\201' '\\303\\251' '\\377\\376' 'd\\314\\201' plain; do echo "$name" > "$(printf "$name")"; done
        echo long > "$(printf '%0150d\\377' 1)"
        mkdir "$(printf 'directory\\377')" && echo in > "$(printf 'directory\\377/in')"
        ln -s "$(printf '\\377\\376')" "$(printf 'soft\\377')"
        ln plain "$(printf 'hard\\377')"
        """, to: "make.sh")
      try f.shell("sh make.sh").succeeded()
      try f.apus("volume", "create", "names").succeeded()
      try f.apus("volume", "import", "names", "names").succeeded()
      try f.apus("create", "--name", "box", "busybox", "true").succeeded()
      try f.apus("cp", "names", "box:/").succeeded()
      try f.apus("commit", "box", "made").succeeded()
      try f.apus("save", "-o", "\(f.directory)/made.tar", "made").succeeded()
      try f.apus("rmi", "made").succeeded()
      try f.apus("load", "-i", "\(f.directory)/made.tar").succeeded()
      try f.apus("create", "--name", "loaded", "made", "true").succeeded()
      // A layer, and what other tars than ours make of one.
      try f.shell(
        "tar -C names --format=pax -cf gnu.tar . && apus volume create gnu && apus volume import gnu gnu.tar"
      )
      .succeeded()
      for (writing, below) in [
        ("volume export names", "."), ("volume export gnu", "."), ("cp box:/names -", "names"),
        ("export box", "names"), ("export loaded", "names"),
      ] {
        let read = try f.shell("rm -rf out; mkdir out; apus \(writing) | tar -C out -xf -").succeeded()
        #expect(read.err == "", "\(writing): \(read)")
        let same = try f.shell("diff -r --no-dereference names out/\(below)")
        #expect(same.status == 0 && same.out == "", "\(writing): \(same)")
      }
    }
  }
}
