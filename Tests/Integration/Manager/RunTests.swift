import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus run", .serialized, .requiresRoot)
struct RunTests {
  @Test func echoesAndLeavesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus("run", "--rm", "busybox", "echo", "Hello world")
      #expect(outcome.out == "Hello world\n", "\(outcome)")
      #expect(outcome.err == "", "\(outcome)")
      #expect(outcome.status == 0, "\(outcome)")
      try f.expectNothingLeft()
    }
  }

  @Test func stdoutAndStderrStayApart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2")
      #expect(outcome.out == "out\n")
      #expect(outcome.err == "err\n")
    }
  }

  @Test(
    arguments: [
      ("exit 0", 0), ("exit 7", 7), ("exit 255", 255), ("sh -c 'kill -9 $$'", 137), ("sh -c 'kill $$'", 143),
    ] as [(String, Int32)])
  func theExitStatusIsTheContainers(_ script: String, _ status: Int32) async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--rm", "busybox", "sh", "-c", "\(script); exit $?").status == status)
    }
  }

  @Test func aProgramThatIsNotThereEndsWith127AndOneThatCannotRunWith126() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "busybox", "nosuch").expectFailure(
        127, "\"nosuch\": executable file not found in $PATH")
      try f.apus("run", "busybox", "/nosuch").expectFailure(127, "/nosuch")
      try f.apus("run", "busybox", "/etc/passwd").expectFailure(126, "permission denied")
      try f.apus("run", "busybox", "/etc").expectFailure(126, "/etc")
      try f.expectNothingLeft()
    }
  }

  @Test func inputGoesInWithInteractiveOnly() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let with = try f.apus("run", "--rm", "-i", "busybox", "cat", stdin: "hello")
      #expect(with.out == "hello", "\(with)")
      let without = try f.apus("run", "--rm", "busybox", "cat", stdin: "hello")
      #expect(without.out == "", "\(without)")
    }
  }

  @Test func everyByteArrivesInBothDirections() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let bytes = (0..<1 << 21).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) }
      let outcome = try f.apus("run", "--rm", "-i", "busybox", "cat", stdin: .bytes(bytes))
      #expect(outcome.stdout == bytes)
      let file = try f.path("input")
      try openFile(file, [.writeOnly, .create]).writeAll(bytes)
      #expect(try f.apus("run", "--rm", "-i", "busybox", "cat", stdin: .file(file)).stdout == bytes)
    }
  }

  @Test func theEnvironmentIsDockers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("F=file\nE=file\n", to: "env")
      let outcome = try f.run(
        "apus",
        [
          "run", "--rm", "-h", "box", "-e", "E=flag", "-e", "FROMHOST", "--env", "UNSET", "--env-file",
          f.directory + "/env", "busybox", "env",
        ], environment: ["FROMHOST": "yes"])
      #expect(
        Set(outcome.lines).subtracting(["SHLVL=1", "PWD=/"]) == [
          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOSTNAME=box", "HOME=/root",
          "E=flag", "F=file", "FROMHOST=yes",
        ], "\(outcome)")
    }
  }

  @Test func theUserIsResolvedInTheImage() async throws {
    try await Fixture.withBusybox { (f) async throws in
      func id(_ user: String) throws -> String {
        try f.apus("run", "--rm", "-u", user, "busybox", "sh", "-c", "echo $(id -u):$(id -g):$(id -G):$HOME")
          .answer
      }
      #expect(try id("user") == "1000:1000:1000 29:/home")
      #expect(try id("1000") == "1000:1000:1000 29:/home")
      #expect(try id("7:8") == "7:8:8:/")
      #expect(try id("user:tty") == "1000:5:5:/home")
      #expect(try id("root") == "0:0:0:/root")
    }
  }

  @Test func theWorkingDirectoryIsMadeWhenItIsMissing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--rm", "-w", "/new/dir", "busybox", "pwd").answer == "/new/dir")
      #expect(try f.apus("run", "--rm", "busybox", "pwd").answer == "/")
    }
  }

  @Test func theEntrypointIsReplaced() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--rm", "--entrypoint", "echo", "busybox", "a", "b").answer == "a b")
    }
  }

  @Test func flagsOfTheCommandAreTheCommands() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--rm", "busybox", "echo", "-n", "--rm", "-it").out == "--rm -it")
    }
  }

  @Test func theHostNameIsTheShortID() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper()
      #expect(try f.apus("exec", id, "hostname").answer == id.prefix(12))
      #expect(try f.apus("exec", id, "cat", "/etc/hostname").answer == id.prefix(12))
      #expect(try f.apus("exec", id, "grep", "-c", "localhost", "/etc/hosts").answer == "2")
      let resolver = try Self.hostFile("/etc/resolv.conf")
      #expect(try f.apus("exec", id, "cat", "/etc/resolv.conf").out == resolver)
      #expect(try f.apus("exec", id, "ping", "-c", "1", String(id.prefix(12))).status == 0)
    }
  }

  private static func hostFile(_ path: String) throws -> String {
    fileExists(path) ? String(decoding: try readFile(path), as: UTF8.self) : ""
  }

  @Test func withNetworkNoneOnlyTheLoopbackIsThereAndUp() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for options in [["--network", "none"], ["--net=none"]] {
        let outcome = try f.run("apus", ["run", "--rm"] + options + ["busybox", "ip", "-o", "link"])
        #expect(outcome.lines.count == 1, "\(outcome)")
        #expect(outcome.out.contains("lo: <LOOPBACK,UP"), "\(outcome)")
      }
    }
  }

  @Test func withTheHostsNetworkNameAndInterfacesAreTheHosts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let host = try f.shell("readlink /proc/self/ns/net; hostname").succeeded().lines
      let inside = try f.apus(
        "run", "--rm", "--network", "host", "busybox", "sh", "-c", "readlink /proc/self/ns/net; hostname")
      #expect(inside.lines == host, "\(inside)")
    }
  }

  @Test func aReadOnlyRootCannotBeWritten() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for path in ["/x", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf"] {
        let outcome = try f.apus("run", "--rm", "--read-only", "busybox", "touch", path)
        #expect(outcome.status == 1)
        #expect(outcome.err.contains("Read-only file system"), "\(path)")
      }
    }
  }

  @Test func theCapabilitiesAreDockers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      func sets(_ options: String...) throws -> [String] {
        try f.run("apus", ["run", "--rm"] + options + ["busybox", "grep", "Cap", "/proc/self/status"]).lines
          .map {
            String($0.split(separator: "\t")[1])
          }
      }
      let none = "0000000000000000"
      #expect(try sets() == [none, "00000000a80425fb", "00000000a80425fb", "00000000a80425fb", none])
      #expect(try sets("--cap-drop", "ALL") == [none, none, none, none, none])
      #expect(try sets("--cap-drop=all", "--cap-add=net_admin")[3] == "0000000000001000")
      #expect(try sets("--user", "1000")[2] == none)
    }
  }

  @Test func systemCallsAreFiltered() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script =
        "grep Seccomp: /proc/self/status; unshare -m true; mount -t tmpfs x /tmp; chroot / true && echo chroot"
      let outcome = try f.apus("run", "--rm", "busybox", "sh", "-c", script)
      #expect(outcome.lines == ["Seccomp:\t2", "chroot"], "\(outcome)")
      #expect(outcome.err.contains("unshare(0x20000): Operation not permitted"), "\(outcome)")
      let admin = try f.apus(
        "run", "--rm", "--cap-add", "SYS_ADMIN", "busybox", "sh", "-c", "unshare -m echo yes")
      #expect(admin.answer == "yes", "\(admin)")
    }
  }

  @Test func aContainerFileHoldsTheID() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let file = f.directory + "/cid"
      let id = try f.detached(["--cidfile", file, "--rm"], "true")
      #expect(String(decoding: try readFile(file), as: UTF8.self) == id)
      try f.apus("run", "--cidfile", file, "busybox", "true").expectFailure(125, "file exists")
      try f.apus("create", "--cidfile", file, "busybox", "true").expectFailure(125, "file exists")
      #expect(try readText(file) == id, "what was there stays as it was")
      try f.apus("run", "--cidfile", file + "2", "nosuch").expectFailure(125, "nosuch")
      #expect(!fileExists(file + "2"))
      try f.waitForCleanUp()
    }
  }

  @Test func itWorksUnderAnotherName() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.shell("ln -s \"$(command -v apus)\" docker").succeeded()
      let outcome = try f.run(f.directory + "/docker", ["run", "--rm", "busybox", "echo", "hi"])
      #expect(outcome.out == "hi\n", "\(outcome)")
    }
  }

  @Test(.requires(program: "runc")) func anotherRuntimeDoesTheSame() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "echo out; echo err >&2; id; hostname; exit 3"
      for options in [["--runtime", "runc", "run"], ["run", "--runtime", "runc"]] {
        let outcome = try f.run("apus", options + ["--rm", "-h", "box", "busybox", "sh", "-c", script])
        #expect(outcome.out == "out\nuid=0(root) gid=0(root) groups=0(root)\nbox\n", "\(outcome)")
        #expect(outcome.err == "err\n", "\(outcome)")
        #expect(outcome.status == 3, "\(outcome)")
      }
      try f.apus("--runtime", "runc", "run", "busybox", "nosuch").expectFailure(
        127, "executable file not found")
      try f.expectNothingLeft()
    }
  }
}
