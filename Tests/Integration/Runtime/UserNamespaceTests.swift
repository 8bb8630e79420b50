import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `linux.namespaces` of type user, `uidMappings`, `gidMappings`: new ones and joined ones, and what changes inside.
@Suite(.requiresRoot) struct UserNamespaceTests {
  /// Who owns the namespace's ids on the host.
  static let base = 200_000

  // conformance: LNX-USERNS-1 LNX-USERNS-2
  @Test(arguments: Runtime.available)
  func theMappingsAreThoseOfTheConfiguration(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["text:/proc/self/uid_map", "text:/proc/self/gid_map"], in: f
      ) {
        $0.addUserNamespace()
        $0["linux.uidMappings"] = [
          ["containerID": 0, "hostID": 200_000, "size": 1000],
          ["containerID": 1000, "hostID": 300_000, "size": 10],
        ]
      }
      #expect(witness.text("namespaces.user") != (try readLink("/proc/self/ns/user")))
      #expect(words(witness, "uid_map") == ["0", "200000", "1000", "1000", "300000", "10"])
      #expect(words(witness, "gid_map") == ["0", "200000", "65536"])
      #expect(witness.number("uid") == 0)
      #expect(witness.number("gid") == 0)
      #expect(witness.texts("groups").isEmpty)
    }
  }

  private func words(_ witness: Witness, _ file: String) -> [Substring] {
    (witness.answer("text:/proc/self/\(file)") ?? "").split { $0 == " " || $0 == "\n" }
  }

  @Test(arguments: Runtime.available)
  func theOtherNamespacesBelongToIt(runtime: Runtime) async throws {
    try await Fixture.with { f in
      // Each of these needs a privilege over the namespace in question.
      let witness = try f.client(runtime).witness(
        ["call:sethostname", "call:mount", "stat:/dev/null", "stat:/dev/pts/ptmx"], in: f
      ) {
        $0.addUserNamespace()
        $0.grant("CAP_SYS_ADMIN")
      }
      #expect(witness.answer("call:sethostname") == "ok")
      #expect(witness.answer("call:mount") == "ok")
      #expect(witness.number("loopbackUp") == 1)
    }
  }

  // runc leaves the group to nobody.
  @Test(arguments: Runtime.available)
  func theMessageQueuesBelongToRootInside(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle(["sh", "-c", "stat -c '%u %a' /dev/mqueue && chmod 700 /dev/mqueue"]) {
          $0.addUserNamespace()
        })
      #expect(outcome.out == "0 1777\n", "\(outcome)")
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func aFileMadeInsideIsTheMappedUsersOutside(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let shared = try f.path("shared")
      try makeDirectory(shared)
      try setPermissions(shared, 0o777)
      let bundle = try f.bundle(["sh", "-c", "id -u; id -g; id -G; umask 0; echo x > /mnt/file"]) {
        $0.addUserNamespace()
        $0["process.user"] = ["uid": 1000, "gid": 100, "additionalGids": [10, 20]]
        $0.append(
          ["destination": "/mnt", "type": "bind", "source": .string(shared), "options": ["bind"]],
          to: "mounts")
      }
      try bundle.addMountPoint()
      let outcome = try f.client(runtime).run(bundle).succeeded()
      #expect(outcome.lines == ["1000", "100", "100 10 20"])
      let status = try fileStatus(shared + "/file")
      #expect(status.userID == 201_000)
      #expect(status.groupID == 200_100)
    }
  }

  // A user namespace's root may not make device nodes, so the host's are there.
  @Test(arguments: Runtime.available)
  func devicesAreThereAndCanBeUsed(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["write:/dev/null", "read:/dev/zero", "read:/dev/urandom", "write:/dev/full", "stat:/dev/net/tun"],
        in: f
      ) {
        $0.addUserNamespace()
        $0["linux.devices"] = [
          ["path": "/dev/net/tun", "type": "c", "major": 10, "minor": 200, "fileMode": 438]
        ]
      }
      for probe in ["write:/dev/null", "read:/dev/zero", "read:/dev/urandom", "write:/dev/full"] {
        #expect(witness.answer(probe) == "ok", "\(probe)")
      }
      #expect(witness.probe("stat:/dev/net/tun")?["minor"]?.integer() == 200)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aDeviceThatTheHostHasNotByThatNameIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.addUserNamespace()
          $0["linux.devices"] = [["path": "/dev/zero", "type": "c", "major": 1, "minor": 3]]
        })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("bind the host's device \"/dev/zero\": no such device"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func withoutANetworkOfItsOwnTheHostsSysIsReadOnly(runtime: Runtime) async throws {
    try await Fixture.with { f in
      guard runtime == .ours else { return }
      let witness = try f.client(runtime).witness(in: f) {
        $0.addUserNamespace()
        $0.shareNamespace("network")
      }
      let line = try #require(witness.mount(at: "/sys"))
      #expect(line.type == "sysfs")
      #expect(line.options.contains("ro"))
      for line in witness.texts("mounts").compactMap(MountLine.init) where line.point.hasPrefix("/sys") {
        #expect(line.options.contains("ro"), "\(line.point)")
      }
    }
  }

  // What is bound is opened as the one who started the runtime.
  @Test(arguments: Runtime.available)
  func aSourceThatOnlyRootReachesIsBound(runtime: Runtime) async throws {
    try await Fixture.with { f in
      try f.write("found", to: "secret/open/file")
      try setPermissions(f.directory + "/secret", 0o700)
      let bundle = try f.bundle(["cat", "/mnt/file"]) {
        $0.addUserNamespace()
        $0.append(
          [
            "destination": "/mnt", "type": "bind", "source": .string(f.directory + "/secret/open"),
            "options": ["rbind", "ro"],
          ], to: "mounts")
      }
      try bundle.addMountPoint()
      #expect(try f.client(runtime).run(bundle).succeeded().out == "found")
    }
  }

  // Engines keep root file systems in directories that only the host's root, or only the container's, can pass.
  @Test(arguments: Runtime.oursOnly, [0, 200_000])
  func theRootMayLieBehindAClosedDirectory(runtime: Runtime, owner: Int) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["true"]) {
        $0.addUserNamespace()
        $0["root.path"] = "closed/rootfs"
      }
      try makeDirectory(bundle.path + "/closed", mode: 0o700)
      try renameFile(bundle.rootfs, to: bundle.path + "/closed/rootfs")
      try f.run("chown", ["\(owner):\(owner)", bundle.path + "/closed"]).succeeded()
      try f.client(runtime).run(bundle).succeeded()
    }
  }

  @Test(arguments: Runtime.available)
  func theProcessCanReopenItsPipes(runtime: Runtime) async throws {
    try await Fixture.with { f in
      for user in [0, 1000] {
        let bundle = try f.bundle(["sh", "-c", "echo out > /dev/stdout; echo err > /proc/self/fd/2"]) {
          $0.addUserNamespace()
          $0["process.user"] = ["uid": .integer(Int64(user)), "gid": 0]
        }
        let outcome = try f.client(runtime).run(bundle).succeeded()
        #expect(outcome.out == "out\n" && outcome.err == "err\n", "user \(user): \(outcome)")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func theOOMScoreIsSetFromOutside(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) {
        $0.addUserNamespace()
        $0["process.oomScoreAdj"] = 321
      }
      #expect(witness.text("oomScoreAdj") == "321")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aTerminalBelongsToTheProcessesUser(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let socket = try f.consoleSocket()
      let bundle = try f.bundle([
        "sh", "-c", "tty; stat -c %u /dev/pts/0; stat -c %u /dev/console; read line",
      ]) {
        $0.addUserNamespace()
        $0["process.user"] = ["uid": 1000, "gid": 100]
        $0["process.terminal"] = true
      }
      try client.create(bundle, "--console-socket", socket.path).succeeded()
      let terminal = try socket.receive()
      try client.call("start", bundle.id).succeeded()
      try terminal.waitFor("/dev/pts/0\r\n1000\r\n1000\r\n")
      try terminal.type("\r")
      try client.waitUntilStopped(bundle.id)
    }
  }

  // conformance: LNX-USERNS-4
  @Test(arguments: Runtime.available)
  func aUserNamespaceIsJoinedWithOthers(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let first = try f.bundle(["sleep", "60"]) { $0.addUserNamespace() }
      try client.launch(first)
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      let kinds = [("user", "user"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("pid", "pid")]
      let witness = try client.witness(["text:/proc/self/uid_map", "call:mount"], in: f) { config in
        config.addUserNamespace()
        for (kind, name) in kinds {
          config.shareNamespace(kind)
          config.append(
            ["type": .string(kind), "path": .string("/proc/\(pid)/ns/\(name)")], to: "linux.namespaces")
        }
        config["hostname"] = nil
        config["process.user"] = ["uid": 7, "gid": 8]
        config.grant("CAP_SYS_ADMIN")
      }
      for (kind, name) in kinds {
        #expect(try witness.text("namespaces.\(name)") == readLink("/proc/\(pid)/ns/\(name)"), "\(kind)")
      }
      #expect(words(witness, "uid_map") == ["0", "200000", "65536"])
      #expect(witness.number("uid") == 7)
      #expect(witness.number("gid") == 8)
      #expect(witness.number("pid") != 1)
    }
  }

  @Test(arguments: Runtime.available)
  func aNewUserNamespaceInAJoinedNetwork(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let first = try f.bundle(["sleep", "60"])
      try client.launch(first)
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      let path = "/proc/\(pid)/ns/net"
      let witness = try client.witness(in: f) {
        $0.addUserNamespace()
        $0.shareNamespace("network")
        $0.append(["type": "network", "path": .string(path)], to: "linux.namespaces")
        // runc asks for sysfs all the same, which the kernel refuses.
        if runtime != .ours {
          $0.remove(from: "mounts") { $0["destination"]?.string?.hasPrefix("/sys") == true }
        }
      }
      #expect(try witness.text("namespaces.net") == readLink(path))
      #expect(try witness.text("namespaces.user") != readLink("/proc/\(pid)/ns/user"))
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func whatAForerunnerCannotJoinIsNamed(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.addUserNamespace()
          $0.shareNamespace("network")
          $0.append(["type": "network", "path": "/proc/self/ns/uts"], to: "linux.namespaces")
        })
      #expect(outcome.status == 1)
      #expect(
        outcome.err.contains("join network namespace \"/proc/self/ns/uts\": invalid argument"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func execJoinsTheUserNamespace(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) { $0.addUserNamespace() }
      try client.launch(bundle)
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let witness = try Witness(
        client.call(
          "exec", "--user", "1000:100", bundle.id, "witness", "text:/proc/self/uid_map"
        ).succeeded())
      for (_, name) in NamespaceTests.kinds + [("user", "user")] {
        #expect(try witness.text("namespaces.\(name)") == readLink("/proc/\(pid)/ns/\(name)"), "\(name)")
      }
      #expect(witness.number("uid") == 1000)
      #expect(witness.number("gid") == 100)
      #expect(witness.texts("cgroup").allSatisfy { $0.hasSuffix(":/") })
      let piped = try client.call("exec", bundle.id, "sh", "-c", "echo x > /dev/stdout").succeeded()
      #expect(piped.out == "x\n")
      let unmapped = try client.call("exec", "--user", "70000", bundle.id, "true")
      #expect(unmapped.status != 0)
      if runtime == .ours {
        #expect(unmapped.err.contains("process.user.uid: user 70000 is not mapped"), "\(unmapped)")
      }
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      try client.call("delete", bundle.id).succeeded()
    }
  }

  // runc refuses it.
  @Test(arguments: Runtime.available.filter { $0 != .runc }, [true, false])
  func rootNeedNotBeMapped(runtime: Runtime, terminal: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let script = "id -u; id -g; touch /mnt/file; mkdir /dev/shm/x; echo x > /dev/null; sleep 60"
      let shared = try f.path("shared")
      try makeDirectory(shared)
      try setPermissions(shared, 0o777)
      let bundle = try f.bundle(["sh", "-c", script]) {
        $0.addUserNamespace()
        $0["linux.uidMappings"] = [["containerID": 1000, "hostID": 201_000, "size": 10]]
        $0["linux.gidMappings"] = [["containerID": 100, "hostID": 200_100, "size": 10]]
        $0["process.user"] = ["uid": 1000, "gid": 100]
        $0.append(
          ["destination": "/mnt", "type": "bind", "source": .string(shared), "options": ["bind"]],
          to: "mounts")
        for (index, mount) in ($0["mounts"]?.array ?? []).enumerated() {
          let options = (mount["options"]?.array ?? []).filter { $0.string?.hasPrefix("gid=") != true }
          $0["mounts[\(index)].options"] = .array(options)
        }
      }
      try bundle.addMountPoint()
      try client.launch(bundle)
      try eventually("the file is there") { fileExists(shared + "/file") }
      #expect(try bundle.output() == "1000\n100\n")
      let status = try fileStatus(shared + "/file")
      #expect(status.userID == 201_000)
      #expect(status.groupID == 200_100)
      let joined = try client.call("exec", "--user", "1002:103", bundle.id, "sh", "-c", "id -u; id -g")
        .succeeded()
      #expect(joined.lines == ["1002", "103"])
    }
  }

  // conformance: LNX-USERNS-3
  // runc 1.1 passes over them.
  @Test(arguments: Runtime.oursOnly)
  func mappingsWithoutANamespaceAreRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.addUserNamespace()
          $0.shareNamespace("user")
        })
      #expect(outcome.status == 1, "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func aNewNamespaceWithoutMappingsIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle { $0.append(["type": "user"], to: "linux.namespaces") })
      #expect(outcome.status == 1, "\(outcome)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func mappingsThatAreNotTheJoinedNamespacesAreRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let first = try f.bundle(["sleep", "60"]) { $0.addUserNamespace() }
      try client.launch(first)
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      let outcome = try client.run(
        f.bundle {
          $0.addUserNamespace()
          $0.shareNamespace("user")
          $0.append(["type": "user", "path": .string("/proc/\(pid)/ns/user")], to: "linux.namespaces")
          $0["linux.uidMappings[0].size"] = 10
        })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("are not those of the user namespace that is joined"), "\(outcome)")
    }
  }
}

extension TestBundle {
  /// The root file system is the host's root's, so nobody inside could make it.
  func addMountPoint() throws(SystemError) { try makeDirectories(rootfs + "/mnt") }
}

extension ConfigTree {
  /// A new user namespace of 65536 ids from 200000 on.
  mutating func addUserNamespace() {
    append(["type": "user"], to: "linux.namespaces")
    for kind in ["uid", "gid"] {
      self["linux.\(kind)Mappings"] = [["containerID": 0, "hostID": 200_000, "size": 65536]]
    }
  }

  /// One more capability for the process.
  mutating func grant(_ capability: JSONValue) {
    for set in ["bounding", "effective", "permitted"] {
      append(capability, to: "process.capabilities.\(set)")
    }
  }
}
