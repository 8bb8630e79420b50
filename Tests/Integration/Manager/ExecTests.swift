import LinuxSystem
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
}
