import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus exec", .serialized, .requiresRoot)
struct ExecTests {
  @Test func outputInputAndStatusAreTheCommands() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let outcome = try f.apus("exec", "web", "sh", "-c", "echo out; echo err >&2; exit 5")
      #expect(outcome.out == "out\n", "\(outcome)")
      #expect(outcome.err == "err\n", "\(outcome)")
      #expect(outcome.status == 5, "\(outcome)")
      let with = try f.apus("exec", "-i", "web", "cat", stdin: "in")
      #expect(with.out == "in", "\(with)")
      let without = try f.apus("exec", "web", "cat", stdin: "in")
      #expect(without.out == "", "\(without)")
      #expect(try f.apus("exec", "web", "sh", "-c", "kill -9 $$").status == 137)
    }
  }

  @Test func itIsInTheContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web", "-e", "A=1", "-e", "B=1")
      #expect(try f.apus("exec", "web", "hostname").answer == id.prefix(12))
      #expect(
        try f.apus(
          "exec", "-e", "B=2", "-u", "user", "-w", "/tmp", "web", "sh", "-c", "echo $A $B $(id -u) $HOME $PWD"
        )
        .answer == "1 2 1000 /home /tmp")
      #expect(try f.apus("exec", "web", "grep", "Seccomp:", "/proc/self/status").answer == "Seccomp:\t2")
      #expect(
        try f.apus("exec", "web", "sed", "-n", "s/CapEff:.//p", "/proc/self/status").answer
          == "00000000a80425fb")
    }
  }

  @Test func aTerminalIsReal() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let session = try f.terminal("apus", ["exec", "-it", "web", "sh"], columns: 90, rows: 30)
      try session.waitFor("# ")
      try session.type("tty; until stty size | grep '30 90'; do sleep 0.05; done; echo si''zed\r")
      try session.waitFor("sized")
      try session.type("exit 4\r")
      #expect(try session.wait().status == 4)
      #expect(try f.inspect(".State.Running", of: "web") == "true")
    }
  }

  @Test func aDetachedCommandGoesOn() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let files = [try f.path("o"), try f.path("e")]
      try f.run("apus", ["exec", "-d", "web", "sh", "-c", "sleep 0.1; echo done > /done"], files: files)
        .succeeded()
      try eventually("it is done") { try f.apus("exec", "web", "cat", "/done").out == "done\n" }
    }
  }

  @Test func itEndsWithTheContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let session = try f.start("apus", ["exec", "web", "sh", "-c", "echo here; sleep 1000"])
      try session.waitForOutput("here")
      try f.apus("stop", "web").succeeded()
      #expect(try session.wait().status == 137)
    }
  }

  @Test func whatCannotBeIsTold() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("exec", "nosuch", "true").expectFailure(1, "No such container: nosuch")
      let id = try f.sleeper("--name", "web")
      try f.apus("exec", "web", "nosuch").expectFailure(127, "executable file not found")
      try f.apus("exec", "web", "/etc/passwd").expectFailure(126, "permission denied")
      try f.apus("exec", "-u", "nosuch", "web", "true").expectFailure(125, "unable to find user nosuch")
      try f.apus("exec", "-w", "rel", "web", "true").expectFailure(125, "give an absolute path")
      try f.apus("stop", "web").succeeded()
      try f.apus("exec", "web", "true").expectFailure(1, "container \(id) is not running")
    }
  }

  @Test func privilegedIsEveryCapability() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let sets = ["exec", "--privileged", "web", "grep", "^Cap", "/proc/self/status"]
      let here = try f.shell("sed -n 's/^CapBnd:.//p' /proc/self/status").answer
      let none = "0000000000000000"
      let inside = try f.run("apus", sets).lines
      #expect(
        inside == [
          "CapInh:\t\(none)", "CapPrm:\t\(here)", "CapEff:\t\(here)", "CapBnd:\t\(here)", "CapAmb:\t\(none)",
        ])
    }
  }

  /// docker's client ends alone and leaves the process running (spec/manager-cli.md, Where it differs).
  @Test func signalsGoToTheProcess() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let script = "trap 'echo got INT; exit 9' INT; echo ready; while :; do sleep 0.05; done"
      let session = try f.start("apus", ["exec", "web", "sh", "-c", script])
      try session.waitForOutput("ready")
      try session.signal(Signal.interrupt)
      let outcome = try session.wait()
      #expect((outcome.out, outcome.status) == ("ready\ngot INT\n", 9), "\(outcome)")
    }
  }

  /// The second signal ends the client when the first cannot get through behind input that nobody reads.
  @Test func aClientCanAlwaysBeEnded() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let session = try f.start(
        "apus", ["exec", "-i", "web", "sh", "-c", "echo ready; exec sleep 1000"], stdin: .file("/dev/zero"))
      try session.waitForOutput("ready")
      try eventually("it has ended") {
        try session.signal(Signal.interrupt)
        return try ProcessFacts(pid: session.pid)?.hasEnded ?? true
      }
      #expect(try session.wait().status == 128 + Signal.interrupt)
    }
  }

  @Test func inspectNamesThoseThatRun() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      #expect(try f.inspect("json .ExecIDs", of: "web") == "null")
      try f.apus("exec", "-d", "web", "sleep", "1000").succeeded()
      let session = try f.start("apus", ["exec", "-i", "web", "sh", "-c", "echo here; read x"], stdin: .open)
      try session.waitForOutput("here")
      let events = try f.apus(
        "events", "--since", "0", "--until", "0s", "-f", "event=exec_start", "--format",
        "{{.Actor.Attributes.execID}}")
      let ids = events.lines.sorted()
      #expect(ids.count == 2)
      #expect(try f.inspect("join .ExecIDs \" \"", of: "web") == ids.joined(separator: " "))
      session.endInput()
      _ = try session.wait()
      #expect(try f.inspect("len .ExecIDs", of: "web") == "1")
      // Of what a killed shim has left nobody knows the end.
      try f.killShim(of: try f.inspect(".Id", of: "web"))
      #expect(try f.inspect("json .ExecIDs", of: "web") == "null")
      try f.apus("rm", "-f", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func aHundredAtOnceAreEachTheirOwn() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let script = """
        for i in $(seq 100); do
          { echo "in $i" | apus exec -i web sh -c "cat; echo err $i >&2; exit $i" > out$i 2> err$i; echo $? > status$i; } &
        done
        wait
        """
      try f.run("/bin/sh", ["-c", script], within: .seconds(120)).succeeded()
      for number in 1...100 {
        #expect(try readText(f.directory + "/out\(number)") == "in \(number)")
        #expect(try readText(f.directory + "/err\(number)") == "err \(number)")
        #expect(try readText(f.directory + "/status\(number)") == "\(number)")
      }
      let id = try f.inspect(".Id", of: "web")
      let left = try listDirectory("\(f.runRoot)/shims/\(id)").sorted()
      #expect(left == ["init.pid", "lock", "session", "shim.pid", "socket", "stderr", "stdout"])
    }
  }

  @Test func theContainersEndIsTheSessionsEnd() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      let sessions = try (0..<8).map { _ in
        try f.start("apus", ["exec", "web", "sh", "-c", "echo here; exec sleep 1000"])
      }
      for session in sessions { try session.waitForOutput("here") }
      try f.apus("rm", "-f", "web").succeeded()
      for session in sessions { #expect(try session.wait().status == 137) }
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }
}
