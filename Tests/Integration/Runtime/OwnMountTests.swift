import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Binds whose source lies in the container's own root: what its earlier mounts show there is bound (runc's integration
/// tests, "mount order").
@Suite(.requiresRoot) struct OwnMountTests {
  private func bind(_ source: String, _ destination: String, _ options: [String] = ["rbind"]) -> JSONValue {
    [
      "destination": .string(destination), "type": "bind", "source": .string(source),
      "options": .array(options.map { .string($0) }),
    ]
  }

  /// A bundle with a directory of the host's on /mnt, which only root reaches by its path, and a tmpfs below.
  private func bundle(
    _ f: Fixture, _ arguments: [String], edit: (inout ConfigTree) throws -> Void
  ) throws -> TestBundle {
    let source = f.directory + "/secret/source"
    try f.write("from the host", to: "secret/source/file")
    try makeDirectories(source + "/below")
    try setPermissions(f.directory + "/secret", 0o700)
    let bundle = try f.bundle(arguments) {
      $0.append(bind(source, "/mnt"), to: "mounts")
      $0.append(
        ["destination": "/mnt/below", "type": "tmpfs", "source": "tmpfs", "options": ["mode=751"]],
        to: "mounts")
      try edit(&$0)
    }
    try addMountPoints(bundle)
    return bundle
  }

  /// The root of a user namespace may not make them in an image that is not its own.
  private func addMountPoints(_ bundle: TestBundle) throws {
    for name in ["mnt", "final", "part", "again"] { try makeDirectories("\(bundle.rootfs)/\(name)") }
  }

  @Test(arguments: Runtime.oursOnly, [false, true])
  func aBindShowsWhatTheContainerHasMountedBefore(runtime: Runtime, inUserNamespace: Bool) async throws {
    try await Fixture.with { f in
      let script = "cat /final/file; stat -c ' %a' /final/below; stat -c %a /part"
      let bundle = try bundle(f, ["sh", "-c", script]) {
        if inUserNamespace { $0.addUserNamespace() }
        $0.append(bind("rootfs/mnt", "/final"), to: "mounts")
        $0.append(bind("./rootfs//mnt/below/", "/part", ["bind"]), to: "mounts")
      }
      #expect(try f.client(runtime).run(bundle).succeeded().lines == ["from the host 751", "751"])
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func theWholePathOfTheSourceMayBeGiven(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try bundle(f, ["cat", "/final/file"]) { $0.addUserNamespace() }
      var config = bundle.config
      config.append(bind(bundle.rootfs + "/mnt", "/final"), to: "mounts")
      try f.write(config, to: bundle)
      #expect(try f.client(runtime).run(bundle).succeeded().out == "from the host")
    }
  }

  @Test(arguments: Runtime.oursOnly, [false, true])
  func itsIDsCanBeMapped(runtime: Runtime, inUserNamespace: Bool) async throws {
    try await Fixture.with { f in
      let script = "stat -c %u /mnt/file /final/file; echo x > /final/new; stat -c %u /final/new /again/new"
      let bundle = try bundle(f, ["sh", "-c", script]) {
        if inUserNamespace { $0.addUserNamespace() }
        var mount = ConfigTree(bind("rootfs/mnt", "/final", ["rbind", "idmap"]))
        if !inUserNamespace {
          for kind in ["uid", "gid"] {
            mount["\(kind)Mappings"] = [["containerID": 0, "hostID": 4000, "size": 1]]
          }
          $0["process.user"] = ["uid": 4000, "gid": 4000]
        }
        $0.append(mount.value, to: "mounts")
        // In between init waits for its cgroups.
        $0.append(
          ["destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro"]],
          to: "mounts")
        mount["destination"] = "/again"
        $0.append(mount.value, to: "mounts")
      }
      let owner = inUserNamespace ? "0" : "4000"
      let outcome = try f.client(runtime).run(bundle).succeeded()
      #expect(outcome.lines == [inUserNamespace ? "65534" : "0", owner, owner, owner], "\(outcome)")
      #expect(try fileStatus(f.directory + "/secret/source/new").userID == 0)
    }
  }

  /// What the host has mounted read-only cannot be made writable by way of a second bind.
  @Test(arguments: Runtime.oursOnly, ["rbind", "idmap"])
  func whatTheHostHasLockedStaysSo(runtime: Runtime, option: String) async throws {
    try await Fixture.with { f in
      let script = """
        mount -o remount,bind,rw /final && echo writable
        touch /final/new && echo written
        echo done
        """
      let bundle = try bundle(f, ["sh", "-c", script]) {
        $0.addUserNamespace()
        for set in ["bounding", "effective", "permitted"] {
          $0.append("CAP_SYS_ADMIN", to: "process.capabilities.\(set)")
        }
        $0.append(bind("rootfs/mnt", "/final", ["rbind", option]), to: "mounts")
      }
      let source = f.directory + "/secret/source"
      try f.shell("mount --bind \(source) \(source) && mount -o remount,bind,ro \(source)").succeeded()
      f.atEnd("unmount \(source)") { try unmount(source) }
      #expect(try f.client(runtime).run(bundle).succeeded().lines == ["done"])
    }
  }

  /// The image has a link in the place of the mount point: where the mount came to lie is where the source is.
  @Test(arguments: Runtime.oursOnly, [false, true])
  func aLinkInTheSourceStaysInside(runtime: Runtime, inUserNamespace: Bool) async throws {
    try await Fixture.with { f in
      try f.write("of the host", to: "outside/file")
      try f.write("mounted", to: "source/file")
      let bundle = try f.bundle(["cat", "/final/file"]) {
        if inUserNamespace { $0.addUserNamespace() }
        $0.append(bind(f.directory + "/source", "/link"), to: "mounts")
        $0.append(bind("rootfs/link", "/final"), to: "mounts")
      }
      try addMountPoints(bundle)
      try bundle.link(f.directory + "/outside", at: "/link")
      try makeDirectories(bundle.rootfs + f.directory + "/outside")
      #expect(try f.client(runtime).run(bundle).succeeded().out == "mounted")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func whatIsNotThereIsNamed(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle {
        $0.addUserNamespace()
        $0.append(bind("rootfs/nowhere", "/mnt", ["bind", "idmap"]), to: "mounts")
      }
      try addMountPoints(bundle)
      let outcome = try f.client(runtime).run(bundle)
      #expect(outcome.status == 1)
      #expect(
        outcome.err.contains("bind the container's own \"/nowhere\" to \"/mnt\": no such file or directory"),
        "\(outcome)")
    }
  }
}
