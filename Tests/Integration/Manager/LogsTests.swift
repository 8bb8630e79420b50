import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus logs", .serialized, .requiresRoot)
struct LogsTests {
  @Test func bothStreamsComeBackApart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "sh", "-c", "echo a; echo b >&2; printf c").succeeded()
      let outcome = try f.apus("logs", "web")
      #expect(outcome.out == "a\nc", "\(outcome)")
      #expect(outcome.err == "b\n", "\(outcome)")
    }
  }

  @Test func followingShowsAllAndEndsWithTheContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(
        ["--name", "web"], "sh", "-c", "mkfifo /gate; echo one; read x < /gate; seq 1 20000; echo last")
      let following = try f.start("apus", ["logs", "-f", "web"])
      try following.waitForOutput("one\n")
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      let outcome = try following.wait()
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.lines == ["one"] + (1...20000).map(String.init) + ["last"])
      try f.waitForCleanUp()
    }
  }

  @Test func followingAStoppedContainerEndsAtOnce() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "echo", "x").succeeded()
      #expect(try f.apus("logs", "-f", "web").out == "x\n")
    }
  }

  @Test func theTailIsTheEnd() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "seq", "1", "100").succeeded()
      #expect(try f.apus("logs", "--tail", "2", "web").out == "99\n100\n")
      #expect(try f.apus("logs", "-n", "0", "web").out == "")
      #expect(try f.apus("logs", "-n", "all", "web").lines.count == 100)
      let stamped = try f.apus("logs", "-n", "1", "-t", "web").answer
      #expect(stamped.hasSuffix("Z 100"), "\(stamped)")
    }
  }

  @Test func theLogGoesOnAfterARestart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "echo", "x").succeeded()
      try f.apus("start", "-a", "web").succeeded()
      #expect(try f.apus("logs", "web").out == "x\nx\n")
    }
  }

  @Test func aReaderThatHasSeenEnoughIsNoFailure() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "seq", "1", "100000").succeeded()
      let outcome = try f.shell("{ apus logs web; echo $? >&2; } | head -n 1")
      #expect(outcome.err == "0\n", "\(outcome)")
    }
  }
}
