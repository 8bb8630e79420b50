import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Bad input: one line, a code, and nothing left", .serialized, .requiresRoot)
struct BadInputTests {
  /// What is given to `run`, and what is said about it.
  private static let badRuns: [([String], String)] = [
    (["--nosuch", "busybox"], "unknown flag: --nosuch"),
    (["--priviledged", "busybox", "true"], "unknown flag: --priviledged"),
    (["-Z", "busybox"], "unknown shorthand flag: 'Z' in -Z"),
    (["--name"], "flag needs an argument: --name"),
    ([], "\"apus run\" requires at least 1 argument"),
    (["nosuch"], "Unable to find image 'nosuch:latest' locally"),
    (["BUSY box", "true"], "invalid reference format"),
    (["busybox"], "no command specified"),
    (
      ["-u", "nosuch", "busybox", "true"], "unable to find user nosuch: no matching entries in passwd file"
    ),
    (["-u", "0:nosuch", "busybox", "true"], "unable to find group nosuch"),
    (
      ["-v", "/proc/nosuch/dir:/x", "busybox", "true"],
      "/proc/nosuch"
    ),
    (["-v", "/tmp:rel", "busybox", "true"], "invalid mount path: 'rel' mount path must be absolute"),
    (["-v", "/tmp:/x", "-v", "/:/x", "busybox", "true"], "Duplicate mount point: /x"),
    (["-v", "/proc//sys", "busybox", "true"], "\"/proc/sys\" cannot be mounted because it is inside /proc"),
    (["--tmpfs", "/proc", "busybox", "true"], "\"/proc\" cannot be mounted because it is not of type proc"),
    (["-v", ":/x", "busybox", "true"], "empty section between colons"),
    (["-v", "", "busybox", "true"], "invalid empty volume spec"),
    (["--network", "nosuch", "busybox", "true"], "network nosuch not found"),
    (
      ["--name", "-x", "busybox", "true"],
      "Invalid container name (-x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
    ),
    (["-h", "a b", "busybox", "true"], "a host name has letters"),
    (["-w", "rel", "busybox", "true"], "it needs to be an absolute path"),
    (
      ["--health-cmd", "true", "--health-interval", "2562046h", "busybox", "true"],
      "Interval in Healthcheck cannot be more than 876000h"
    ),
    (["--health-interval", "99999999h", "busybox", "true"], "at most 2562047h fit"),
    (["-e", "=x", "busybox", "true"], "invalid environment variable: a variable has a name"),
    (["--env-file", "/nosuch", "busybox", "true"], "--env-file \"/nosuch\": no such file or directory"),
    (["--cap-add", "FOO", "busybox", "true"], "unknown capability"),
    (["--stop-signal", "FOO", "busybox", "true"], "invalid stop signal \"FOO\""),
    (["--runtime", "/nosuch", "busybox", "true"], "runtime \"/nosuch\": no such file or directory"),
    (["--runtime", "nosuch", "busybox", "true"], "\"nosuch\" is neither beside"),
    (["--runtime", "/bin/false", "busybox", "true"], "create failed with exit code 1"),
  ]

  /// Commands that answer with something, where there is one container and one volume.
  private static let answering = [
    "--help", "help ps", "run --help", "--version", "version", "version -f {{.Server.Version}}", "info",
    "ps -a", "ps -aq",
    "images", "images -q", "inspect cc", "inspect -f {{.Id}} cc", "history busybox", "volume ls",
    "volume ls -q",
    "volume inspect vv", "volume create vv", "system df", "doctor", "diff cc", "logs cc", "export cc",
    "volume export vv", "save busybox", "completion bash", "create busybox true", "run -d busybox true",
    "run --rm busybox echo x", "run --dry-run busybox true", "commit cc", "wait cc", "network ls",
    "network ls -q",
    "network inspect nn", "network inspect -f {{.Id}} nn", "network create mm", "network rm mm",
    "port published", "port published 80", "network prune -f",
  ]

  @Test func aFilterThatCannotBeReadIsNamedWithThePlace() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for (text, place) in [
        ("{\"defaultAction\": \"SCMP_ACT_ALLOW\",\n \"syscalls\": [}", "2"),
        (
          "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": [{\"names\": [\"read\"], \"action\": 3}]}",
          "syscalls[0].action"
        ),
        ("{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"syscalls\": 1}", "syscalls"),
      ] {
        try f.write(text, to: "filter.json")
        let outcome = try f.apus(
          "run", "--security-opt", "seccomp=\(f.directory)/filter.json", "busybox", "true")
        outcome.expectFailure(125, "\(f.directory)/filter.json")
        #expect(outcome.complaint.contains(place), "\(outcome)")
      }
      try f.expectNothingLeft()
    }
  }

  @Test func anEmptyNameIsNone() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.apus("create", "--name", "", "busybox", "true").succeeded().answer
      #expect(try f.inspect(".Name", of: id).contains("_"))
      try f.apus("run", "--replace", "--name", "", "busybox", "true")
        .expectFailure(125, "cannot replace container without --name being set")
      // An empty name is not the beginning of every id.
      try f.apus("rm", "-f", "").succeeded()
      #expect(try f.apus("ps", "-aq").succeeded().lines.count == 1)
    }
  }

  @Test func anAnswerThatCannotBeWrittenIsAFailure() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "cc", "-v", "vv:/v", "busybox", "sh", "-c", "echo out; touch /new")
        .succeeded()
      try f.apus("network", "create", "nn").succeeded()
      _ = try f.sleeper("--name=published", "-p", "80")
      for command in Self.answering {
        let full = try f.shell("apus \(command) > /dev/full")
        #expect(full.status != 0, "\(command): \(full)")
        #expect(full.complaint.contains("no space left on device"), "\(command): \(full)")
        #expect(full.complaint.split(separator: "\n").count == 1, "\(command): \(full)")
      }
      try f.apus("create", "--name", "dd", "busybox", "true").succeeded()
      let full = try f.shell("apus rm cc dd > /dev/full")
      full.expectFailure(1, "write /dev/stdout: no space left on device")
      #expect(
        !(try f.apus("ps", "-a", "--format", "{{.Names}}").succeeded().lines.contains {
          ["cc", "dd"].contains($0)
        }))
      // Who reads may go: nothing is said then.
      let gone = try f.shell("{ trap '' PIPE; apus run --help; echo $? >&2; } | true")
      #expect(gone.complaint == "0" || gone.complaint == "141", "\(gone)")
      try f.shell("apus ps -aq | xargs apus rm -fv").succeeded()
    }
  }

  @Test func aRunThatCannotBeginSaysWhyAndLeavesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for (arguments, words) in Self.badRuns {
        f.note("bad run: \(arguments)")
        try f.run("apus", ["run"] + arguments).expectFailure(125, words)
        #expect(try listDirectory(f.root + "/containers") == [], "\(arguments)")
        #expect(try f.mounts() == [], "\(arguments)")
      }
      try f.expectNothingLeft()
    }
  }

  @Test func aNameInUseIsRefusedAndTheOtherContainerStays() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      try f.apus("run", "--name", "web", "busybox", "true").expectFailure(
        125, "The container name \"/web\" is already in use by container \"\(id)\"")
      #expect(try listDirectory(f.root + "/containers") == [id])
      #expect(try f.apus("exec", "web", "echo", "alive").answer == "alive")
    }
  }

  @Test(arguments: ["start", "stop", "restart", "kill", "rm", "logs", "wait"])
  func aContainerThatIsNotThereIsNamed(_ command: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(command, "nosuch").expectFailure(1, "No such container: nosuch")
    }
  }

  @Test func unknownCommandsAndFlagsEndWith125() async throws {
    try await Fixture.with { f in
      try f.apus("nosuch").expectFailure(125, "unknown command: nosuch")
      try f.apus("ps", "--nosuch").expectFailure(125, "unknown flag: --nosuch (see 'apus ps --help')")
      try f.apus("info", "extra").expectFailure(125, "\"apus info\" accepts no arguments")
      try f.apus("rm").expectFailure(125, "\"apus rm\" requires at least 1 argument")
      try f.apus("stop", "-t", "x", "web").expectFailure(125, "expected a whole number")
      try f.apus("kill", "-s", "FOO", "web").expectFailure(125, "invalid signal: FOO")
      try f.apus("--root", "relative", "ps").expectFailure(1, "must be an absolute path")
    }
  }

  @Test(arguments: [
    ("not json", "config.json"), ("{}", "config.json"),
  ])
  func aBundleThatWasSpoiledIsTold(_ text: String, _ words: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      try writeAtomically("\(f.root)/containers/\(id)/bundle/config.json", Array(text.utf8))
      // exec reads what start compiled; start compiles it anew.
      try f.apus("exec", "web", "true").expectFailure(125, words)
      try f.apus("stop", "web").succeeded()
      try f.run("apus", ["start", "web"], files: [try f.path("o"), try f.path("e")]).succeeded()
      try f.apus("exec", "web", "true").succeeded()
    }
  }

  @Test func whoIsBornWithoutStandardDescriptorsPrintsIntoNoFile() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let program = try f.start("sh", ["-c", "exec apus events <&- >&- 2>&-"])
      try eventually("they lead to nothing") {
        let places = (0...2).map { fileExists("/proc/\(program.pid)/fd/\($0)") }
        guard places == [true, true, true] else { return false }
        return try (0...2).allSatisfy { try readLink("/proc/\(program.pid)/fd/\($0)") == "/dev/null" }
      }
      try program.kill()
      try f.shell("apus run -d --name web busybox sleep 1000 <&- >&- 2>&-").succeeded()
      #expect(try f.apus("exec", "web", "echo", "in").answer == "in")
    }
  }

  @Test func helpIsACommandToo() async throws {
    try await Fixture.with { f in
      #expect(try f.apus("help").succeeded().out == f.apus("--help").succeeded().out)
      #expect(try f.apus("help", "volume", "rm").succeeded().out == f.apus("volume", "rm", "--help").out)
      try f.apus("help", "nosuch").expectFailure(125, "unknown command: nosuch")
    }
  }

  @Test func theLargestNumbersAreOnlyNumbers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let largest = "\(Int64.max)"
      let plan = try f.apus("run", "--dry-run", "-m", largest, "busybox", "true").succeeded()
      #expect(plan.out.contains("\"swap\": \(largest)") || plan.out.contains("\"swap\":\(largest)"))
      for arguments in [["ps", "-n", largest], ["ps", "-n", "\(Int64.min)"]] {
        try f.run("apus", arguments).succeeded()
      }
    }
  }

  @Test func aDiskThatIsFullIsToldAndNothingIsLeft() async throws {
    try await Fixture.withBusybox { (f) async throws in
      // A root of its own on a file system with room for the image and nothing more.
      let disk = try f.path("disk")
      try makeDirectories(disk)
      try mount("disk", on: disk, type: "tmpfs", data: "size=16m")
      f.atEnd("unmount the small disk") { try unmountLazily(disk) }
      let small = ["--root", disk, "run", "--rm", "busybox", "true"]
      try f.run("apus", ["--root", disk, "import", Host.testRoot + "/busybox.tar", "busybox"]).succeeded()
      try f.run("apus", small).succeeded()
      try f.shell("dd if=/dev/zero of=\(disk)/filler bs=64k 2>/dev/null; true").succeeded()
      let outcome = try f.run("apus", small)
      outcome.expectFailure(125, "no space left on device")
      try removeFile(disk + "/filler")
      #expect(try listDirectory(disk + "/containers") == [])
      try f.run("apus", small).succeeded()
    }
  }
}
