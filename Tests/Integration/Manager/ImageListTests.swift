import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus images: filters and templates", .serialized, .requiresRoot)
struct ImageListTests {
  @Test func filtersChoose() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let tar = Host.testRoot + "/busybox.tar"
      // The first one loses its name to the second, which has another time and so another id.
      let dangling = try f.apus("import", "-m", "1", tar, "team/web:v1").succeeded().answer
      try f.apus("import", "-m", "2", tar, "team/web:v1").succeeded()
      try f.apus("import", "-m", "3", tar, "team/web:v2").succeeded()
      let (v1, v2, none, old) = ("team/web:v1", "team/web:v2", "<none>:<none>", "busybox:latest")
      let expectations: [([String], [String])] = [
        ([], [v2, v1, none, old]), (["-a"], [v2, v1, none, old]), (["-f", "dangling=true"], [none]),
        (["-f", "dangling=false"], [v2, v1, old]), (["team/web"], [v2, v1]), (["team/web:v1"], [v1]),
        (["*/*"], [v2, v1]),
        (["docker.io/team/web"], [v2, v1]), (["docker.io/library/busybox:latest"], [old]), (["nosuch"], []),
        (["-f", "reference=busy*", "-f", "reference=*/*:v2"], [v2, old]),
        (["-f", "before=team/web:v1"], [none, old]),
        (["-f", "since=team/web:v1"], [v2]), (["-f", "until=1h"], []), (["-f", "label=a"], []),
      ]
      for (options, names) in expectations {
        let outcome = try f.run("apus", ["images", "--format", "{{.Repository}}:{{.Tag}}"] + options)
          .succeeded()
        #expect(outcome.lines == names, "\(options)")
      }
      #expect(try f.apus("images", "-q", "--no-trunc", "-f", "dangling=true").answer == dangling)
      // The idiom that everybody has in the fingers.
      let third = try f.shell("\(Host.programs)/apus images | awk '/^<none>/ {print $3}'").answer
      #expect(dangling.hasPrefix("sha256:\(third)") && third.count == 12, "\(third)")
      try f.apus("images", "[").expectFailure(125, "syntax error in pattern")
      try f.apus("images", "-f", "dangling=maybe").expectFailure(125, "expected true or false")
      try f.apus("images", "-f", "before=nosuch").expectFailure(1, "No such image: nosuch")
    }
  }

  @Test func digestsAreAColumn() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let lines = try f.apus("images", "--digests").succeeded().lines
      #expect(
        lines[0].split { $0 == " " } == ["REPOSITORY", "TAG", "DIGEST", "IMAGE", "ID", "CREATED", "SIZE"])
      #expect(lines[1].contains(" sha256:"), "\(lines)")
      let table = try f.apus("image", "ls", "--format", #"table {{.Repository}}\t{{.Digest}}"#).succeeded()
        .lines
      #expect(table[0] == "REPOSITORY   DIGEST")
      #expect(table[1].hasPrefix("busybox      sha256:"), "\(table)")
    }
  }
}
