import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Images, and whoever shares a directory with a container, that put links where the runtime makes, opens and binds
/// devices, and file systems where it writes to procfs (CVE-2025-31133, CVE-2025-52565, CVE-2025-52881, CVE-2026-41579).
///
/// The victim is a file of the host. The image has one at the same path, so that a link which is followed shows: on the
/// host when it leads out, in the container's mounts when it is taken from its root.
@Suite(.requiresRoot) struct HostileDeviceTests {
  private struct Victim {
    let path: String
    let directory: String

    /// Nothing was written to it, made below it or mounted over it.
    func isUntouched() throws -> Bool {
      let mounts = try readText("/proc/self/mountinfo").split(separator: "\n").compactMap {
        MountLine(String($0))
      }
      return try readText(path) == "victim" && listDirectory(directory) == ["file"]
        && !mounts.contains { $0.point.hasPrefix(directory) }
    }
  }

  private func victim(_ f: Fixture, also bundle: TestBundle? = nil) throws -> Victim {
    let path = try f.write("victim", to: "victim/file")
    try bundle?.add("victim", at: path)
    return Victim(path: path, directory: splitPath(path).directory)
  }

  /// A bundle with the image's own /dev, or with that directory of the host's on it, and a devpts.
  private func bundle(
    _ f: Fixture, _ args: [String] = ["sleep", "60"], shared: String? = nil,
    edit: (inout ConfigTree) -> Void = { _ in }
  ) throws -> TestBundle {
    let bundle = try f.bundle(args) {
      $0["root.readonly"] = false
      $0.remove(from: "mounts") { ["/dev", "/dev/shm", "/dev/mqueue"].contains($0["destination"]?.string) }
      if let shared {
        let pts = $0["mounts"]?.array?.filter { $0["destination"] == "/dev/pts" } ?? []
        $0.remove(from: "mounts") { $0["destination"] == "/dev/pts" }
        $0.append(
          ["destination": "/dev", "type": "bind", "source": .string(shared), "options": ["bind"]],
          to: "mounts")
        for mount in pts { $0.append(mount, to: "mounts") }
      }
      edit(&$0)
    }
    try makeDirectories(bundle.rootfs + "/dev")
    return bundle
  }

  /// Creates a container with a terminal; nobody takes it out of the socket, which has to listen while it is looked at.
  private func creating<Value>(
    _ bundle: TestBundle, _ client: RuntimeClient, _ f: Fixture, then look: (Outcome) throws -> Value
  ) throws -> Value {
    let socket = try f.consoleSocket()
    return try withExtendedLifetime(socket) {
      try look(client.create(bundle, "--console-socket", socket.path))
    }
  }

  /// The mounts as the container's init has them.
  private func mounts(of bundle: TestBundle, _ client: RuntimeClient) throws -> [MountLine] {
    let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
    return try readText("/proc/\(pid)/mountinfo").split(separator: "\n").compactMap { MountLine(String($0)) }
  }

  @Test(arguments: Runtime.oursOnly)
  func aConsoleThatIsALinkIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let bundle = try bundle(f) { $0["process.terminal"] = true }
      let victim = try victim(f, also: bundle)
      try bundle.link(victim.path, at: "/dev/console")
      try creating(bundle, f.client(runtime), f) { #expect($0.status == 1) }
      let message = try readText(bundle.stderrFile)
      #expect(message.contains("terminal: too many levels of symbolic links"), "\(message)")
      #expect(try victim.isUntouched())
    }
  }

  /// A console that the image has is only bound over; runc empties it.
  @Test(arguments: Runtime.oursOnly)
  func aConsoleOfTheImageStaysAsItIs(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try bundle(f) { $0["process.terminal"] = true }
      try bundle.add("console", at: "/dev/console")
      try creating(bundle, client, f) {
        try $0.succeeded()
        #expect(try mounts(of: bundle, client).last { $0.point == "/dev/console" }?.type == "devpts")
      }
      #expect(try readText(bundle.rootfs + "/dev/console") == "console")
    }
  }

  @Test(
    arguments: Runtime.oursOnly, ["", "/null", "/pts", "/ptmx", "/tty", "/fd", "/pts/ptmx", "/core", "/ours"])
  func linksInTheImagesDevLeadNowhere(runtime: Runtime, name: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try bundle(f) {
        $0["process.terminal"] = true
        $0["linux.devices"] = [["path": "/dev/ours", "type": "c", "major": 1, "minor": 5]]
      }
      let victim = try victim(f)
      if name.isEmpty { try removeTree(bundle.rootfs + "/dev") }
      // Both what is a directory and what is a file.
      try bundle.link(["", "/pts"].contains(name) ? victim.directory : victim.path, at: "/dev" + name)
      let outcome = try creating(bundle, client, f) { $0 }
      #expect(try victim.isUntouched(), "\(outcome)")
      // Another thing under a device's name is an error, not passed over.
      if ["/null", "/tty", "/ours"].contains(name) { #expect(outcome.status == 1) }
    }
  }

  /// runc 1.3 and older bind what the container has as /dev/null.
  @Test(arguments: Runtime.oursOnly, ["a link", "a file", "nothing"])
  func masksAreTheHostsNullDevice(runtime: Runtime, found: String) async throws {
    try await Fixture.with { f in
      let shared = try f.path("dev")
      try makeDirectories(shared + "/pts")
      let victim = try victim(f)
      switch found {
      case "a link": try f.shell("ln -s /proc/sys/kernel/core_pattern \(shared)/null").succeeded()
      case "a file": try f.write("not null", to: "dev/null")
      default: break
      }
      let bundle = try bundle(f, ["witness", "stat:/etc/passwd", "text:/etc/passwd"], shared: shared) {
        $0["linux.maskedPaths"] = ["/etc/passwd"]
      }
      let witness = try Witness(try f.client(runtime).run(bundle).succeeded())
      #expect(witness.probe("stat:/etc/passwd")?["major"] == 1)
      #expect(witness.probe("stat:/etc/passwd")?["minor"] == 3)
      #expect(witness.answer("text:/etc/passwd") == "")
      #expect(try victim.isUntouched())
    }
  }

  /// Somebody who shares the container's /dev swaps its entries all the while.
  @Test(arguments: Runtime.oursOnly)
  func aRaceForTheConsoleIsLost(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let shared = try f.path("dev")
      try makeDirectories(shared + "/pts")
      let victim = try victim(f)
      let script = """
        cd \(shared) && echo swapping && while :; do
          ln -s \(victim.path) c && mv -T c console; rm -f console; : >f; mv -T f console
          mv -T pts p && ln -s \(victim.directory) pts; rm pts; mv -T p pts
        done
        """
      let racer = try f.start("/bin/sh", ["-c", script])
      try racer.waitForOutput("swapping")
      var refused = 0
      for _ in 0..<20 {
        let bundle = try bundle(f, shared: shared) { $0["process.terminal"] = true }
        try bundle.add("victim", at: victim.path)
        try creating(bundle, client, f) {
          guard $0.status == 0 else { return refused += 1 }
          let points = try mounts(of: bundle, client).map(\.point)
          #expect(!points.contains(victim.path), "the terminal lies where the link leads")
          try client.call("delete", "--force", bundle.id).succeeded()
        }
        try removeTree(bundle.path)
      }
      f.note("\(refused) of 20 were refused")
      #expect(racer.exit == nil)
      try racer.kill()
      #expect(try victim.isUntouched())
    }
  }

  /// Inside, after the start, /dev/pts is whatever root there made of it.
  @Test(arguments: Runtime.oursOnly, ["ln -s /dev/null", "ln -s /etc/passwd", "cp /etc/passwd", "mkfifo"])
  func execTakesNoFalseMultiplexer(runtime: Runtime, make: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let script = "mount -t tmpfs none /dev/pts && \(make) /dev/pts/ptmx && echo ready; exec sleep 60"
      let bundle = try f.bundle(["sh", "-c", script]) {
        for set in ["bounding", "effective", "permitted"] {
          $0.append("CAP_SYS_ADMIN", to: "process.capabilities.\(set)")
        }
      }
      try client.launch(bundle)
      try eventually("/dev/pts is swapped") { try bundle.output() == "ready\n" }
      let passwords = try readText(bundle.rootfs + "/etc/passwd")
      let socket = try f.consoleSocket()
      let outcome = try client.call(
        "exec", "--tty", "--detach", "--console-socket", socket.path, bundle.id, "true")
      #expect(outcome.status != 0)
      #expect(outcome.complaint.contains("open the container's terminal: no such device"), "\(outcome)")
      #expect(try readText(bundle.rootfs + "/etc/passwd") == passwords)
    }
  }

  /// What the configuration, or a container that shares a volume, has laid over /proc/sys does not get the values.
  @Test(arguments: Runtime.oursOnly)
  func sysctlsReachTheKernelWhateverLiesOverProc(runtime: Runtime) async throws {
    try await Fixture.with { f in
      try f.write("old", to: "sys/net/ipv4/ip_forward")
      try f.shell("ln -s ip_forward \(f.directory)/sys/net/ipv4/ip_default_ttl").succeeded()
      let bundle = try f.bundle(["cat", "/real/sys/net/ipv4/ip_forward", "/real/sys/net/ipv4/ip_default_ttl"])
      {
        $0["root.readonly"] = false
        $0["linux.sysctl"] = ["net.ipv4.ip_forward": "1", "net.ipv4.ip_default_ttl": "77"]
        $0.append(
          [
            "destination": "/proc/sys", "type": "bind", "source": .string(f.directory + "/sys"),
            "options": ["bind"],
          ],
          to: "mounts")
        $0.append(["destination": "/real", "type": "proc", "source": "proc"], to: "mounts")
      }
      let outcome = try f.client(runtime).run(bundle).succeeded()
      #expect(outcome.lines == ["1", "77"], "\(outcome)")
      #expect(try readText(f.directory + "/sys/net/ipv4/ip_forward") == "old")
    }
  }

  /// A process of `exec` has its score although the container's /proc is none.
  @Test(arguments: Runtime.oursOnly)
  func execWritesToNoFalseProc(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let script = """
        mount -t tmpfs none /proc && mkdir -p /proc/self/attr /proc/self/fd && cd /proc/self &&
        touch oom_score_adj setgroups attr/exec attr/current && echo ready; exec sleep 60
        """
      let bundle = try f.bundle(["sh", "-c", script]) {
        for set in ["bounding", "effective", "permitted"] {
          $0.append("CAP_SYS_ADMIN", to: "process.capabilities.\(set)")
        }
      }
      try client.launch(bundle)
      try eventually("/proc is swapped") { try bundle.output() == "ready\n" }
      var process = ConfigTree(bundle.config["process"] ?? .null)
      process["args"] = ["sleep", "60"]
      process["oomScoreAdj"] = 321
      let file = try f.path("process.json")
      try openFile(file, [.writeOnly, .create], mode: 0o644).writeAll(
        try JSON.encode(process.value, style: .pretty))
      let pidFile = try f.path("exec.pid")
      try client.call(
        ["exec", "--detach", "--pid-file", pidFile, "--process", file, bundle.id],
        files: [f.path("exec.out"), f.path("exec.err")]
      ).succeeded()
      let pid = try readText(pidFile)
      let container = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      #expect(try readText("/proc/\(pid)/oom_score_adj") == "321")
      #expect(try f.shell("find /proc/\(container)/root/proc/self -type f -size +0").succeeded().out == "")
    }
  }
}
