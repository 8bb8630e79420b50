import LinuxSystem
import TestSupport
import ManagerSupport
import Testing

@Suite("apus create, and --init", .serialized, .requiresRoot)
struct CreateTests {
  @Test func aCreatedContainerWaitsToBeStarted() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let file = f.directory + "/id"
      let id = try f.apus("create", "--name", "cc", "--cidfile", file, "-i", "busybox", "cat").succeeded()
        .answer
      #expect(try readText(file) == id)
      #expect(try f.inspect(".State.Status", of: "cc") == "created")
      #expect(try f.inspect(".HostConfig.ContainerIDFile", of: "cc") == file)
      #expect(try f.apus("start", "-ai", "cc", stdin: "hello").out == "hello")
      try f.apus("create", "--name", "cc", "busybox", "true").expectFailure(125, "Conflict")
      let other = try f.apus("create", "--name", "cc", "--replace", "busybox", "true").succeeded().answer
      #expect(other != id)
      // What cannot be made replaces nothing.
      for (words, said) in [
        (["--network=nowhere", "busybox"], "network nowhere not found"),
        (["-p", "80:80", "-p", "80:81", "busybox"], "port is already allocated"),
        (["--link=nobody:x", "busybox"], "could not get container for nobody"),
        (["nosuch"], "Unable to find"),
      ] {
        for verb in ["create", "run"] {
          try f.run("apus", [verb, "--name=cc", "--replace"] + words + ["true"]).expectFailure(125, said)
        }
        #expect(try f.inspect(".Id", of: "cc") == other)
      }
      try f.apus("create", "--replace", "busybox", "true").expectFailure(
        125, "cannot replace container without --name")
      try f.apus("create", "-d", "busybox", "true").expectFailure(125, "unknown shorthand flag: 'd'")
      try f.apus("create", "--sig-proxy", "busybox", "true").expectFailure(125, "unknown flag: --sig-proxy")
      try f.apus("rm", "cc").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func onlyAStopTimeoutThatWasGivenIsShown() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for (options, shown) in [([], "<nil>"), (["--stop-timeout", "15"], "15")] {
        let id = try f.run("apus", ["create"] + options + ["busybox", "true"]).succeeded().answer
        #expect(try f.inspect(".Config.StopTimeout", of: id) == shown)
      }
    }
  }

  @Test func aNameServerOnTheLoopbackIsWarnedOf() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for (network, said) in [
        ("bridge", "WARNING: Localhost DNS setting (--dns=127.0.0.11) may fail in containers.\n"),
        ("host", ""),
      ] {
        let outcome = try f.apus(
          "create", "--network", network, "--dns", "10.0.0.1", "--dns", "127.0.0.11", "busybox", "true")
        #expect(outcome.status == 0 && outcome.err == said, "\(outcome)")
      }
    }
  }

  @Test func theInitReapsForwardsAndEndsAsTheProgramEnds() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--rm", "--init", "busybox", "sh", "-c", "exit 7").status == 7)
      #expect(try f.apus("run", "--rm", "--init", "busybox", "sh", "-c", "kill -9 $$").status == 137)
      let missing = try f.apus("run", "--rm", "--init", "busybox", "nosuch")
      #expect(missing.status == 127)
      #expect(missing.err.contains("apus-init: exec \"nosuch\": no such file or directory"), "\(missing)")
      #expect(try f.apus("run", "--rm", "--init", "busybox", "/etc/passwd").status == 126)
      let id = try f.detached(
        ["--init"], "sh", "-c", "trap 'echo got; exit 3' TERM; (sleep 0.1 & ) ; while :; do sleep 0.05; done")
      #expect(try f.apus("exec", id, "cat", "/proc/1/cmdline").out.hasPrefix("/sbin/docker-init\0--\0sh\0"))
      try eventually("the orphan is reaped") {
        try f.apus("exec", id, "sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status").out == ""
      }
      let touched = try f.apus("exec", id, "sh", "-c", "echo x >/sbin/docker-init")
      #expect(touched.err.contains("Read-only file system"), "\(touched)")
      try f.apus("stop", id).succeeded()
      #expect(try f.inspect(".State.ExitCode", of: id) == "3")
      #expect(try f.apus("logs", id).out.hasSuffix("got\n"))
      try f.apus("run", "--init", "--pid", "host", "busybox", "true").expectFailure(
        125, "conflicting options: --init and --pid host")
    }
  }

  @Test func whatIsNotThereIsRefusedByName() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let refused: [([String], String)] = [
        (["--link-local-ip", "169.254.1.1"], "--link-local-ip: a container has no link-local addresses"),
        (["--storage-opt", "size=1g"], "--storage-opt: the size of a writable layer"),
        (["--use-api-socket"], "--use-api-socket: there is no daemon"),
        (["--isolation", "hyperv"], "invalid isolation \"hyperv\""),
        (["--cpu-count", "1"], "--cpu-count: is for Windows containers only"),
        (["--cpu-percent", "1"], "--cpu-percent: is for Windows"),
        (["--io-maxiops", "1"], "--io-maxiops: is for Windows"),
        (["--io-maxbandwidth", "1"], "--io-maxbandwidth: is for Windows"),
        (["--pull", "always"], "there is no registry to pull from yet"),
        (["--platform", "linux/s390x"], "does not match the specified platform (linux/s390x)"),
      ]
      for (flags, words) in refused {
        try f.run("apus", ["create"] + flags + ["busybox", "true"]).expectFailure(125, words)
      }
      let old = try f.apus(
        "run", "--rm", "--kernel-memory", "1g", "--disable-content-trust", "--isolation", "default", "-q",
        "--pull",
        "never", "--userns", "host", "busybox", "echo", "ok")
      #expect(old.out == "ok\n", "\(old)")
      #expect(old.err.hasPrefix("Flag --kernel-memory has been deprecated"), "\(old)")
    }
  }
}
