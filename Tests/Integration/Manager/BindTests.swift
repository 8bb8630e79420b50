import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus run -v", .serialized, .requiresRoot)
struct BindTests {
  @Test func aHostDirectoryIsSharedBothWays() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("from the host", to: "shared/in")
      let shared = f.directory + "/shared"
      let outcome = try f.apus(
        "run", "--rm", "-v", "\(shared):/mnt/x", "busybox", "sh", "-c",
        "cat /mnt/x/in; echo back > /mnt/x/out")
      #expect(outcome.out == "from the host", "\(outcome)")
      #expect(try readText(shared + "/out") == "back")
    }
  }

  @Test func aReadOnlyBindIsReadOnlyAllTheWayDown() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("x", to: "shared/sub/file")
      let shared = f.directory + "/shared"
      let outcome = try f.apus(
        "run", "--rm", "-v", "\(shared):/x:ro", "busybox", "sh", "-c",
        "touch /x/a; touch /x/sub/b; cat /x/sub/file")
      #expect(outcome.out == "x", "\(outcome)")
      #expect(outcome.err.split(separator: "\n").count == 2, "\(outcome)")
      #expect(try listDirectory(shared) == ["sub"])
    }
  }

  @Test func aSingleFileIsBoundToo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let file = try f.write("1\n", to: "one")
      try f.apus("run", "--rm", "-v", "\(file):/data/one", "busybox", "sh", "-c", "echo 2 >> /data/one")
        .succeeded()
      #expect(try readText(file) == "1\n2")
    }
  }

  @Test func theUsersHostsFileWins() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let file = try f.write("mine\n", to: "hosts")
      #expect(
        try f.apus("run", "--rm", "-v", "\(file):/etc/hosts", "busybox", "cat", "/etc/hosts").answer == "mine"
      )
    }
  }
}
