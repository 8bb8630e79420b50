import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Mounts with `idmap`, `ridmap` and mappings of their own, `tmpcopyup`, `remount`. The reference knows none of the first
/// three.
@Suite(.requiresRoot) struct IDMappedMountTests {
  private func source(_ f: Fixture) throws -> String {
    try f.write("x", to: "source/file")
    try makeDirectories(f.directory + "/source/below")
    return f.directory + "/source"
  }

  private func mount(_ source: String, _ options: [String]) -> JSONValue {
    [
      "destination": "/mnt", "type": "bind", "source": .string(source),
      "options": .array(options.map { .string($0) }),
    ]
  }

  // conformance: CFG-IDMAP-1
  @Test(arguments: Runtime.oursOnly)
  func theMountsOwnMappingsApply(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let source = try source(f)
      let witness = try f.client(runtime).witness(["stat:/mnt/file", "write:/mnt/new"], in: f) {
        var mount = ConfigTree(mount(source, ["rbind", "idmap"]))
        mount["uidMappings"] = [["containerID": 0, "hostID": 4000, "size": 10]]
        mount["gidMappings"] = [["containerID": 0, "hostID": 5000, "size": 10]]
        $0.append(mount.value, to: "mounts")
        $0["process.user"] = ["uid": 4000, "gid": 5001]
      }
      #expect(witness.probe("stat:/mnt/file")?["uid"]?.integer() == 4000)
      #expect(witness.probe("stat:/mnt/file")?["gid"]?.integer() == 5000)
      #expect(witness.answer("write:/mnt/new") == "ok")
      let made = try fileStatus(source + "/new")
      #expect(made.userID == 0 && made.groupID == 1)
    }
  }

  // conformance: CFG-IDMAP-2
  @Test(arguments: Runtime.oursOnly)
  func withoutMappingsThoseOfTheUserNamespaceApply(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let source = try source(f)
      let client = f.client(runtime)
      let first = try f.bundle(["sleep", "60"]) { $0.addUserNamespace() }
      try client.launch(first)
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      for path in [nil, "/proc/\(pid)/ns/user"] {
        let bundle = try f.bundle(["witness", "stat:/mnt/file", "write:/mnt/new"]) {
          $0.addUserNamespace()
          if let path {
            $0.shareNamespace("user")
            $0.append(["type": "user", "path": .string(path)], to: "linux.namespaces")
          }
          $0.append(mount(source, ["bind", "idmap"]), to: "mounts")
        }
        try bundle.addMountPoint()
        let witness = try Witness(try client.run(bundle).succeeded())
        #expect(witness.probe("stat:/mnt/file")?["uid"]?.integer() == 0)
        #expect(witness.answer("write:/mnt/new") == "ok")
        #expect(try fileStatus(source + "/new").userID == 0)
        try removeFile(source + "/new")
      }
    }
  }

  // conformance: CFG-IDMAP-3
  @Test(arguments: Runtime.oursOnly, ["idmap", "ridmap"])
  func ridmapMapsWhatIsMountedBelowToo(runtime: Runtime, option: String) async throws {
    try await Fixture.with { f in
      let source = try source(f)
      let below = source + "/below"
      try mountTemporary(below, f)
      let witness = try f.client(runtime).witness(["stat:/mnt/file", "stat:/mnt/below"], in: f) {
        var mount = ConfigTree(mount(source, ["rbind", .init(option), "ro"]))
        for kind in ["uid", "gid"] {
          mount["\(kind)Mappings"] = [["containerID": 0, "hostID": 4000, "size": 1]]
        }
        $0.append(mount.value, to: "mounts")
      }
      #expect(witness.probe("stat:/mnt/file")?["uid"]?.integer() == 4000)
      #expect(witness.probe("stat:/mnt/below")?["uid"]?.integer() == (option == "ridmap" ? 4000 : 0))
      #expect(try #require(witness.mount(at: "/mnt")).options.contains("ro"))
      #expect(try #require(witness.mount(at: "/mnt")).propagation.allSatisfy { !$0.hasPrefix("shared") })
    }
  }

  /// What the host has mounted read-only stays so, and what lies below a mount of the host's stays hidden, as in an
  /// ordinary bind: the flags and mounts are locked (mount_namespaces(7)).
  @Test(
    arguments: Runtime.oursOnly,
    [("rbind", false), ("idmap", false), ("ridmap", false), ("ridmap", true)] as [(String, Bool)])
  func whatTheHostHasMountedIsLocked(runtime: Runtime, given: (option: String, isJoined: Bool)) async throws {
    let (option, isJoined) = given
    try await Fixture.with { f in
      let (source, client) = (try source(f), f.client(runtime))
      try f.write("hidden", to: "source/below/secret")
      try f.shell("mount --bind \(source) \(source) && mount -o remount,bind,ro,nosuid \(source)").succeeded()
      f.atEnd("unmount \(source)") { try unmount(source) }
      try mountTemporary(source + "/below", f)
      var namespace: String?
      if isJoined {
        let first = try f.bundle(["sleep", "60"]) { $0.addUserNamespace() }
        try client.launch(first)
        namespace =
          "/proc/\(try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self)))/ns/user"
      }
      let script = """
        mount -o remount,bind,rw,nosuid /mnt && echo writable
        umount /mnt/below && echo bare
        umount -l /mnt/below && echo bare
        touch /mnt/new && echo written
        ls /mnt/below; echo done
        """
      let bundle = try f.bundle(["sh", "-c", script]) {
        $0.addUserNamespace()
        if let namespace {
          $0.shareNamespace("user")
          $0.append(["type": "user", "path": .string(namespace)], to: "linux.namespaces")
        }
        for set in ["bounding", "effective", "permitted"] {
          $0.append("CAP_SYS_ADMIN", to: "process.capabilities.\(set)")
        }
        $0.append(mount(source, ["rbind"] + (option == "rbind" ? [] : [option])), to: "mounts")
      }
      try bundle.addMountPoint()
      let outcome = try client.run(bundle).succeeded()
      #expect(outcome.lines.last == "done")
      let gained = Set(outcome.lines).intersection(["writable", "bare", "written", "secret"])
      #expect(gained.isEmpty, "\(outcome)")
    }
  }

  private func mountTemporary(_ path: String, _ f: Fixture) throws {
    try mountFileSystem(path)
    f.atEnd("unmount \(path)") { try unmount(path) }
  }

  private func mountFileSystem(_ path: String) throws {
    try LinuxSystem.mount("below", on: path, type: "tmpfs")
  }

  // conformance: CFG-IDMAP-4
  @Test(arguments: Runtime.oursOnly)
  func withoutMappingsAndUserNamespaceItIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let source = try source(f)
      let outcome = try f.client(runtime).run(
        f.bundle { $0.append(mount(source, ["bind", "idmap"]), to: "mounts") })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("mounts[7].options: an id-mapped mount needs"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aTmpfsBeginsWithWhatTheImageHas(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle([
        "sh", "-c",
        "cd /data && cat a sub/b && stat -c '%n %a %u' a sub dir && readlink l && rm a && touch new",
      ]) {
        $0.append(
          [
            "destination": "/data", "type": "tmpfs", "source": "tmpfs", "options": ["tmpcopyup", "mode=755"],
          ],
          to: "mounts")
      }
      try bundle.add("one\n", at: "/data/a", mode: 0o640)
      try bundle.add("two\n", at: "/data/sub/b")
      try makeDirectory(bundle.rootfs + "/data/dir", mode: 0o700)
      try bundle.link("/etc/passwd", at: "/data/l")
      let outcome = try f.client(runtime).run(bundle).succeeded()
      #expect(
        outcome.lines == ["one", "two", "a 640 0", "sub 755 0", "dir 700 0", "/etc/passwd"], "\(outcome)")
      #expect(try listDirectory(bundle.rootfs + "/data") == ["a", "dir", "l", "sub"])
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aCopiedTmpfsCanBeReadOnly(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["read:/etc/passwd", "write:/etc/new"], in: f) {
        $0.append(
          ["destination": "/etc", "type": "tmpfs", "source": "tmpfs", "options": ["ro", "tmpcopyup"]],
          to: "mounts")
      }
      #expect(witness.answer("read:/etc/passwd") == "ok")
      #expect(witness.answer("write:/etc/new") == "EROFS")
    }
  }

  @Test(arguments: Runtime.available)
  func aRemountChangesWhatIsMounted(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["write:/dev/shm/x"], in: f) {
        $0.append(
          [
            "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
            "options": ["remount", "ro", "nosuid", "noexec", "nodev"],
          ], to: "mounts")
      }
      #expect(witness.answer("write:/dev/shm/x") == "EROFS")
    }
  }
}
