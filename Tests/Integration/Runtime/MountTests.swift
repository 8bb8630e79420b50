import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `mounts`, `root`, masked and read-only paths.
@Suite(.requiresRoot) struct MountTests {
  // conformance: CFG-MOUNT-1
  @Test(arguments: Runtime.available)
  func theStandardMountsHaveTheirOptions(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      let types = [
        "/proc": "proc", "/dev": "tmpfs", "/dev/pts": "devpts", "/dev/shm": "tmpfs", "/dev/mqueue": "mqueue",
      ]
      for (point, type) in types { #expect(witness.mount(at: point)?.type == type, "\(point)") }
      let shm = try #require(witness.mount(at: "/dev/shm"))
      #expect(Set(shm.options).isSuperset(of: ["rw", "nosuid", "nodev", "noexec"]))
      #expect(shm.superOptions.contains("size=65536k"))
      let sys = try #require(witness.mount(at: "/sys"))
      #expect(Set(sys.options).isSuperset(of: ["ro", "nosuid", "nodev", "noexec"]))
      let pts = try #require(witness.mount(at: "/dev/pts"))
      #expect(Set(pts.superOptions).isSuperset(of: ["gid=5", "mode=620", "ptmxmode=666"]))
    }
  }

  @Test(
    arguments: Runtime.available,
    ["ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "relatime", "strictatime"])
  func anOptionShowsOnATemporaryFileSystem(runtime: Runtime, option: String) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["write:/scratch/file"], in: f) {
        $0["root.readonly"] = false
        $0.append(
          ["destination": "/scratch", "type": "tmpfs", "source": "tmpfs", "options": [.string(option)]],
          to: "mounts")
      }
      let mount = try #require(witness.mount(at: "/scratch"))
      // mountinfo shows a strict access time by the absence of the other words.
      let shown = option == "strictatime" ? "rw" : option
      #expect(mount.options.contains(shown), "\(mount)")
      if option == "strictatime" { #expect(!mount.options.contains("relatime"), "\(mount)") }
      #expect(witness.answer("write:/scratch/file") == (option == "ro" ? "EROFS" : "ok"))
    }
  }

  // Docker's users count on it: a tmpfs on /run is nobody else's to write to.
  @Test(
    arguments: Runtime.oursOnly,
    [([], "710"), (["mode=0500"], "500"), (["tmpcopyup"], "710")] as [([String], String)])
  func aTemporaryFileSystemTakesOverTheModeOfWhatItCovers(
    runtime: Runtime, given: (options: [String], mode: String)
  ) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["stat", "-c", "%a", "/covered", "/covered/new"]) {
        $0["root.readonly"] = false
        for (path, options) in [("/covered", given.options), ("/covered/new", [])] {
          $0.append(
            [
              "destination": .string(path), "type": "tmpfs", "source": "tmpfs",
              "options": .array(options.map { .string($0) }),
            ], to: "mounts")
        }
      }
      try makeDirectories("\(bundle.path)/rootfs/covered")
      try f.shell("chmod 710 \(bundle.path)/rootfs/covered").succeeded()
      // Where nothing was, the kernel's default stays.
      #expect(try f.client(runtime).run(bundle).succeeded().out == "\(given.mode)\n1777\n")
    }
  }

  @Test(arguments: Runtime.available)
  func aLaterOptionUndoesAnEarlierOne(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["root.readonly"] = false
        $0.append(
          [
            "destination": "/scratch", "type": "tmpfs", "source": "tmpfs",
            "options": ["ro", "nosuid", "noexec", "rw", "suid", "exec"],
          ], to: "mounts")
      }
      let mount = try #require(witness.mount(at: "/scratch"))
      #expect(mount.options.contains("rw"))
      #expect(!mount.options.contains("nosuid"))
      #expect(!mount.options.contains("noexec"))
    }
  }

  @Test(arguments: Runtime.available)
  func theSizeAndModeOfATemporaryFileSystem(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["stat:/scratch"], in: f) {
        $0["root.readonly"] = false
        $0.append(
          [
            "destination": "/scratch", "type": "tmpfs", "source": "tmpfs",
            "options": ["size=1m", "mode=1750", "uid=7", "gid=8"],
          ], to: "mounts")
      }
      #expect(witness.mount(at: "/scratch")?.superOptions.contains("size=1024k") == true)
      #expect(witness.probe("stat:/scratch")?["mode"] == 0o1750)
      #expect(witness.probe("stat:/scratch")?["uid"] == 7)
      #expect(witness.probe("stat:/scratch")?["gid"] == 8)
    }
  }

  // conformance: CFG-MOUNT-2
  @Test(
    arguments: Runtime.available,
    // The last as `buildah run -v DIR:/data:ro,z,U` has it, and podman's `nocopy`.
    [([], "ok"), (["ro"], "EROFS"), (["rro"], "EROFS"), (["ro", "z", "U", "nocopy"], "EROFS")]
      as [([String], String)])
  func aDirectoryOfTheHostIsBound(runtime: Runtime, given: (options: [String], answer: String)) async throws {
    // runc 1.1 knows no recursive attributes.
    if runtime == .runc, given.options == ["rro"] { return }
    try await Fixture.with { f in
      let file = try f.write("from the host\n", to: "shared/file")
      let directory = splitPath(file).directory
      let witness = try f.client(runtime).witness(
        ["text:/data/file", "write:/data/file", "write:/data/new"], in: f
      ) {
        $0["root.readonly"] = false
        $0.append(
          [
            "destination": "/data", "type": "none", "source": .string(directory),
            "options": .array((["rbind"] + given.options).map { .string($0) }),
          ], to: "mounts")
      }
      #expect(witness.answer("text:/data/file") == "from the host\n")
      #expect(witness.answer("write:/data/file") == given.answer)
      #expect(witness.answer("write:/data/new") == given.answer)
      #expect(fileExists(directory + "/new") == (given.answer == "ok"))
    }
  }

  // runc clears them where it may.
  @Test(arguments: Runtime.oursOnly)
  func aReadOnlyBindKeepsTheOptionsOfItsSource(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let source = try f.path("source")
      try makeDirectories(source)
      try f.shell("mount -t tmpfs -o nosuid,nodev,noexec tmpfs \(source)").succeeded()
      f.atEnd("unmount the source") { try unmount(source) }
      let witness = try f.client(runtime).witness(in: f) {
        $0["root.readonly"] = false
        $0.append(
          ["destination": "/data", "type": "bind", "source": .string(source), "options": ["bind", "ro"]],
          to: "mounts")
      }
      let mount = try #require(witness.mount(at: "/data"))
      #expect(Set(mount.options).isSuperset(of: ["ro", "nosuid", "nodev", "noexec"]), "\(mount)")
    }
  }

  @Test(arguments: Runtime.available)
  func aFileOfTheHostIsBoundAndItsMountPointMade(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let file = try f.write("nameserver 192.0.2.1\n", to: "resolv.conf")
      let witness = try f.client(runtime).witness(["text:/etc/deep/resolv.conf"], in: f) {
        $0["root.readonly"] = false
        $0.append(
          ["destination": "/etc/deep/resolv.conf", "source": .string(file), "options": ["bind", "ro"]],
          to: "mounts")
      }
      #expect(witness.answer("text:/etc/deep/resolv.conf") == "nameserver 192.0.2.1\n")
      #expect(witness.mount(at: "/etc/deep/resolv.conf")?.options.contains("ro") == true)
    }
  }

  @Test(arguments: Runtime.available)
  func aSourceThatIsNotThereIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.append(["destination": "/data", "source": "/nosuch/source", "options": ["bind"]], to: "mounts")
        })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("/nosuch/source"), "\(outcome)")
    }
  }

  // conformance: CFG-MOUNT-3
  @Test(arguments: Runtime.available)
  func mountsAreMadeInTheirOrder(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (lower, upper) = (try f.write("lower", to: "lower/file"), try f.write("upper", to: "upper/file"))
      let witness = try f.client(runtime).witness(["text:/data/file"], in: f) { config in
        config["root.readonly"] = false
        for source in [lower, upper] {
          config.append(
            ["destination": "/data", "source": .string(splitPath(source).directory), "options": ["bind"]],
            to: "mounts")
        }
      }
      #expect(witness.answer("text:/data/file") == "upper")
    }
  }

  // conformance: CFG-MOUNT-4
  @Test(arguments: Runtime.available)
  func aRelativeDestinationIsTakenFromTheRoot(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["root.readonly"] = false
        // Neither the working directory nor the bundle counts.
        $0["process.cwd"] = "/tmp"
        $0.append(["destination": "data", "type": "tmpfs", "source": "tmpfs"], to: "mounts")
        $0.append(["destination": "../['/dots',", "type": "tmpfs", "source": "tmpfs"], to: "mounts")
      }
      #expect(witness.mount(at: "/data")?.type == "tmpfs")
      #expect(witness.mount(at: "/['/dots',")?.type == "tmpfs")
    }
  }

  @Test(arguments: Runtime.available)
  func anEmptyOptionMeansNothing(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let source = try f.path("source")
      try makeDirectory(source)
      let witness = try f.client(runtime).witness(["write:/bound/made"], in: f) {
        $0.append(
          ["destination": "/bound", "type": "bind", "source": .string(source), "options": ["", "rbind"]],
          to: "mounts")
        $0.append(
          ["destination": "/data", "type": "tmpfs", "source": "tmpfs", "options": ["", "size=8k", ""]],
          to: "mounts")
      }
      #expect(witness.answer("write:/bound/made") == "ok")
      #expect(witness.mount(at: "/data")?.type == "tmpfs")
    }
  }

  // crun runs the program in what is mounted; neither way is the configuration's root what is asked for.
  @Test(
    arguments: Runtime.oursOnly,
    [
      ("/", "mounts[7].destination: \"/\" is the root itself"), ("/.././", "is the root itself"),
      ("/link", "bind \"/etc\" to \"/link\": device or resource busy"),
    ])
  func aMountOnTheRootIsRefused(runtime: Runtime, given: (destination: String, words: String)) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle {
        $0.append(
          [
            "destination": .string(given.destination), "type": "bind", "source": "/etc",
            "options": ["rbind", "rprivate"],
          ],
          to: "mounts")
      }
      try makeSymbolicLink("..", at: "link", in: try openFile(bundle.path + "/rootfs", [.path, .directory]))
      let outcome = try f.client(runtime).run(bundle)
      #expect(outcome.status == 1)
      #expect(outcome.err.contains(given.words), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func anEmptyDestinationIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle { $0.append(["destination": "", "type": "tmpfs", "source": "tmpfs"], to: "mounts") })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("mounts[7].destination"), "\(outcome)")
    }
  }

  // With the host's procfs and sysfs in the mount namespace the kernel would mount new ones, without the masks; runc's
  // tests/integration/no_pivot.bats. 1.1.5 has that too.
  @Test(arguments: ["proc", "sysfs"])
  func withoutPivotAUserNamespaceInsideGetsNoBareKernelFileSystem(type: String) async throws {
    try await Fixture.with { f in
      let client = f.client(.ours)
      for option in [[], ["--no-pivot"]] {
        let bundle = try f.bundle([
          "unshare", "-Urmpnf", "sh", "-c", "echo inside; mount -t \(type) none /proc 2>&1",
        ]) {
          for set in ["bounding", "permitted", "effective"] {
            $0.append("CAP_SETFCAP", to: "process.capabilities.\(set)")
          }
        }
        let outcome = try client.call(["run", "--bundle", bundle.path] + option + [bundle.id])
        #expect(outcome.status != 0, "\(outcome)")
        #expect(outcome.out.contains("inside") && outcome.out.contains("denied"), "\(outcome)")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func aMountPointThatIsALinkStaysInside(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let target = "\(f.directory)/outside"
      try makeDirectories(target)
      let bundle = try f.bundle(["witness", "stat:/link"]) {
        $0["root.readonly"] = false
        $0.append(["destination": "/link/inner", "type": "tmpfs", "source": "tmpfs"], to: "mounts")
      }
      try bundle.link(target, at: "/link")
      let outcome = try f.client(runtime).run(bundle)
      #expect(try listDirectory(target) == [], "a link of the image led out of it")
      if outcome.status == 0 {
        #expect(try Witness(outcome).mount(at: target + "/inner") != nil)
      }
    }
  }

  @Test(arguments: Runtime.available)
  func procMayNotBeReplacedByALink(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle { $0["root.readonly"] = false }
      try removeEmptyDirectory(bundle.rootfs + "/proc")
      try bundle.link("/tmp", at: "/proc")
      // CVE-2019-19921: the file system behind /proc decides which process the labels are written to.
      let outcome = try f.client(runtime).run(bundle)
      #expect(outcome.status == 1, "\(outcome)")
      // runc's words since 1.1.5.
      if runtime == .ours {
        #expect(outcome.err.contains("must be mounted on ordinary directory"), "\(outcome)")
      }
    }
  }

  /// dockerd's `--tmpfs /etc:ro`: its own files are mounted in it afterwards.
  @Test(arguments: Runtime.available)
  func aReadOnlyTemporaryFileSystemHoldsMounts(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let hosts = "\(f.directory)/hosts"
      try writeAtomically(hosts, Array("here".utf8), durable: false)
      let witness = try f.client(runtime).witness(["read:/held/hosts", "write:/held/new"], in: f) {
        $0["root.readonly"] = false
        $0.append(
          ["destination": "/held", "type": "tmpfs", "source": "tmpfs", "options": ["ro"]], to: "mounts")
        $0.append(
          ["destination": "/held/hosts", "type": "bind", "source": .string(hosts), "options": ["bind"]],
          to: "mounts")
      }
      #expect(witness.answer("write:/held/new") == "EROFS")
      #expect(witness.answer("read:/held/hosts") == "ok")
      #expect(witness.mount(at: "/held")?.options.contains("ro") == true)
      #expect(witness.mount(at: "/held/hosts")?.options.contains("rw") == true)
    }
  }

  /// dockerd has a hint for these words (its daemon/errors.go).
  @Test(arguments: Runtime.available)
  func aFileIsNotMountedOnADirectoryNorTheOtherWayRound(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let file = "\(f.directory)/file"
      try writeAtomically(file, [], durable: false)
      for (source, destination) in [(file, "/etc"), (f.directory, "/etc/passwd")] {
        let outcome = try f.client(runtime).run(
          f.bundle {
            $0["root.readonly"] = false
            $0.append(
              [
                "destination": .string(destination), "type": "bind", "source": .string(source),
                "options": ["bind"],
              ], to: "mounts")
          })
        #expect(outcome.status == 1)
        #expect(outcome.err.lowercased().contains("not a directory"), "\(outcome)")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func anUnknownFileSystemIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0["root.readonly"] = false
          $0.append(["destination": "/data", "type": "nosuchfs", "source": "none"], to: "mounts")
        })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("/data"), "\(outcome)")
    }
  }

  @Test(
    arguments: Runtime.available,
    [("private", ""), ("shared", "shared:"), ("slave", ""), ("unbindable", "")] as [(String, String)])
  func propagationOfAMountIsSet(runtime: Runtime, given: (word: String, mark: String)) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0["root.readonly"] = false
        $0.append(
          ["destination": "/data", "type": "tmpfs", "source": "tmpfs", "options": [.string(given.word)]],
          to: "mounts")
      }
      let fields = try #require(witness.mount(at: "/data")).propagation
      #expect(fields.contains { $0.hasPrefix("shared:") } == (given.word == "shared"), "\(fields)")
      #expect(fields.contains("unbindable") == (given.word == "unbindable"), "\(fields)")
    }
  }

  @Test(arguments: Runtime.available)
  func noMountOfTheContainerReachesTheHost(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      #expect(try f.mounts() == [])
      // Nor as the root of a mount elsewhere. Other mounts come and go with whoever else uses the machine.
      let lines = try readText("/proc/self/mountinfo").split(separator: "\n")
      #expect(lines.filter { $0.contains(f.directory) } == [])
    }
  }

  // conformance: CFG-ROOT-1
  @Test(arguments: Runtime.available, [true, false])
  func theRootIsReadOnlyWhenAskedFor(runtime: Runtime, readOnly: Bool) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["write:/made", "write:/dev/made"], in: f) {
        $0["root.readonly"] = .bool(readOnly)
      }
      #expect(witness.answer("write:/made") == (readOnly ? "EROFS" : "ok"))
      #expect(witness.answer("write:/dev/made") == "ok", "mounts above the root stay as they are")
    }
  }

  // conformance: CFG-ROOT-2
  @Test(arguments: Runtime.available)
  func aRootThatIsNotThereIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0["root.path"] = "nosuchrootfs" })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("nosuchrootfs"), "\(outcome)")
    }
  }

  // conformance: CFG-ROOT-3
  @Test(arguments: Runtime.available)
  func theRootMayBeAnAbsolutePath(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let other = try f.path("elsewhere")
      try f.copyRootfs(to: other)
      let witness = try f.client(runtime).witness(["list:/"], in: f) { $0["root.path"] = .string(other) }
      #expect(witness.probe("list:/")?.array?.contains("bin") == true)
    }
  }

  @Test(arguments: Runtime.available)
  func theOldRootIsOutOfReach(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["list:/", "stat:/..", "stat:/", "stat:/proc/1/root"], in: f)
      let names = witness.probe("list:/")?.array?.compactMap(\.string) ?? []
      #expect(!names.contains { $0.contains("pivot") || $0.contains("old") }, "\(names)")
      let lines = witness.texts("mounts").compactMap { MountLine($0) }
      #expect(lines.allSatisfy { !$0.point.hasPrefix(f.directory) }, "a mount of the host is in sight")
      #expect(lines.first { $0.point == "/" } != nil)
      // The container's root is the root of its mount namespace: nothing is stacked below it.
      #expect(lines.filter { $0.point == "/" }.count == 1)
    }
  }

  // conformance: LNX-PROP-1
  @Test(
    arguments: Runtime.available,
    [
      ("", ""), ("private", ""), ("rslave", "master"), ("shared", "shared"), ("unbindable", "unbindable"),
      ("runbindable", "unbindable"),
    ] as [(String, String)])
  func propagationOfTheRootIsSet(runtime: Runtime, given: (word: String, mark: String)) async throws {
    // runc makes no shared root of one that was not a mount of its own, and binds what it has made unbindable; 1.1
    // leaves one a slave that is. crun makes no slave.
    if runtime == .runc && given.word != "private" && given.word != "rslave" { return }
    if runtime == .crun && given.word == "rslave" { return }
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["witness"]) {
        if !given.word.isEmpty { $0["linux.rootfsPropagation"] = .string(given.word) }
      }
      // Below a mount of our own that is shared, whatever the host's root is.
      let script = """
        mount --bind \(f.directory) \(f.directory) && mount --make-shared \(f.directory) &&
        exec \(client.commandLine) run --bundle \(bundle.path) \(bundle.id)
        """
      let outcome = try f.run("unshare", ["-m", "--propagation", "private", "sh", "-c", script])
      let fields = try #require(try Witness(outcome.succeeded()).mount(at: "/")).propagation
      let marks = fields.map { String($0.prefix { $0 != ":" }) }
      #expect(marks == (given.mark.isEmpty ? [] : [given.mark]), "\(fields)")
    }
  }

  // conformance: LNX-MASK-1
  @Test(arguments: Runtime.available)
  func maskedPathsCannotBeRead(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["text:/etc/passwd", "list:/usr", "stat:/nosuch", "text:/proc/kcore"], in: f
      ) {
        $0["linux.maskedPaths"] = ["/etc/passwd", "/usr", "/nosuch", "/proc/kcore"]
      }
      #expect(witness.answer("text:/etc/passwd") == "")
      #expect(witness.probe("list:/usr") == [])
      #expect(witness.probe("stat:/nosuch")?["error"] == "ENOENT", "what is not there is passed over")
      #expect(witness.answer("text:/proc/kcore") == "")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func maskedDirectoriesAreOneEmptyFileSystem(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let script = "stat -c %d /usr /home /var | sort -u | wc -l; find /usr /home /var | wc -l; touch /var/x"
      let bundle = try f.bundle(["sh", "-c", script]) {
        $0["root.readonly"] = false
        $0["linux.maskedPaths"] = ["/usr", "/home", "/nosuch", "/var"]
      }
      let outcome = try f.client(runtime).run(bundle)
      #expect(outcome.out == "1\n3\n", "\(outcome)")
      #expect(outcome.err.contains("Read-only file system"), "\(outcome)")
    }
  }

  // conformance: LNX-RO-1
  @Test(arguments: Runtime.available)
  func readOnlyPathsCannotBeWritten(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["write:/proc/sys/kernel/domainname", "write:/etc/passwd", "write:/home/x", "read:/etc/passwd"], in: f
      ) {
        $0["root.readonly"] = false
        $0["linux.readonlyPaths"] = ["/proc/sys", "/home", "/nosuch", "/etc/passwd"]
      }
      for path in ["/proc/sys/kernel/domainname", "/etc/passwd", "/home/x"] {
        #expect(witness.answer("write:\(path)") == "EROFS", "\(path)")
      }
      #expect(witness.answer("read:/etc/passwd") == "ok")
    }
  }
}
