import JSONDocument
import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus ps: filters, templates and sizes", .serialized, .requiresRoot)
struct ListOptionsTests {
  /// Two containers that ended, of which the first has written a file, and one that runs.
  private func withContainers(_ body: (Fixture) throws -> Void, _ test: String = #function) async throws {
    try await Fixture.withBusybox(test) { (f) async throws in
      let script = "head -c 2000 /dev/zero > /big; ln /big /same; ln -s big /link; exit 3"
      #expect(try f.apus("run", "--name", "first", "-l", "role=a", "busybox", "sh", "-c", script).status == 3)
      try f.apus("run", "--name", "second", "-l", "role=b", "-l", "com.x.the-key=v", "busybox", "true")
        .succeeded()
      _ = try f.sleeper("--name", "web", "-v", "/tmp:/host")
      try body(f)
      try f.apus("rm", "-f", "first", "second", "web").succeeded()
    }
  }

  @Test func filtersChoose() async throws {
    try await withContainers { f in
      let expectations: [([String], [String])] = [
        ([], ["web"]), (["-a"], ["web", "second", "first"]), (["-n", "2"], ["web", "second"]),
        (["-l"], ["web"]),
        (["-f", "status=exited"], ["second", "first"]),
        (["-f", "status=exited", "-f", "status=running"], ["web", "second", "first"]),
        (["-a", "-f", "exited=3"], ["first"]), (["-a", "-f", " exited = 3 "], ["first"]),
        (["-a", "-f", "name=^se"], ["second"]),
        (["-a", "-f", "name=/web$"], ["web"]),
        (["-a", "-f", "label=role"], ["second", "first"]),
        (["-a", "-f", "label=role=b", "-f", "label=com.x.the-key"], ["second"]),
        (["-a", "-f", "label=role=a", "-f", "label=com.x.the-key"], []),
        (["-a", "-f", "since=first"], ["web", "second"]),
        (["-a", "-f", "before=second"], ["first"]),
        (["-a", "-f", "ancestor=busybox"], ["web", "second", "first"]),
        (["-a", "-f", "ancestor=nosuch"], []), (["-f", "volume=/host"], ["web"]),
        (["-f", "volume=/nosuch"], []),
        (["-a", "-f", "network=bridge"], ["web", "second", "first"]), (["-a", "-f", "network=none"], []),
        (["-f", "health=none"], ["web"]), (["-a", "-f", "health=healthy"], []),
        (["-a", "-n", "1", "-f", "exited=3"], ["first"]),
        // docker's of the first years.
        (["web"], ["web"]), (["-a", "first", "/second"], ["second", "first"]), (["first"], []),
      ]
      for (options, names) in expectations {
        let outcome = try f.run("apus", ["ps", "--format", "{{.Names}}"] + options).succeeded()
        #expect(outcome.lines == names, "\(options)")
      }
      let id = try f.inspect(".Id", of: "web")
      #expect(try f.apus("ps", "-aq", "-f", "id=\(id.prefix(10))").answer == id.prefix(12))
      try f.apus("ps", "-f", "status=bad").expectFailure(125, "invalid filter 'status=bad'")
      let unknown = try f.apus("ps", "-f", "nosuch=1")
      unknown.expectFailure(125, "invalid filter 'nosuch': known here are ancestor")
      #expect(!unknown.err.contains("is-task"))
      let quiet = try f.apus("ps", "-q", "--format", "{{.Names}}", "-f", "id=\(id)").succeeded()
      #expect(quiet.answer == id.prefix(12) && quiet.err.hasPrefix("WARNING: Ignoring custom format"))
      try f.apus("ps", "-f", "is-task=true").expectFailure(125, "filter 'is-task' is not supported")
      try f.apus("ps", "-f", "before=nosuch").expectFailure(1, "No such container: nosuch")
      try f.apus("ps", "-f", "name=(").expectFailure(125, "invalid filter 'name=('")
    }
  }

  @Test func templatesMakeTheLines() async throws {
    try await withContainers { f in
      let table = try f.apus(
        "ps", "-a", "--format",
        #"table {{.Names}}\t{{.Label "com.x.the-key"}}\t{{upper .State}}\t{{.Mounts}}"#
      )
      .succeeded()
      #expect(
        table.out == """
          NAMES     the key   STATE     MOUNTS
          web                 RUNNING   /tmp
          second    v         EXITED    \n\
          first               EXITED    \n
          """)
      #expect(
        try f.apus("ps", "-a", "--format", #"{{.Names}}\t{{.Labels}}"#).lines == [
          "web\t", "second\tcom.x.the-key=v,role=b", "first\trole=a",
        ])
      let line = try f.apus("ps", "--format", "json").succeeded().answer
      let row = try JSON.parse(Array(line.utf8), file: "ps")
      #expect(row["Names"] == "web" && row["State"] == "running" && row["Networks"] == "bridge", "\(line)")
      #expect(line.hasPrefix(#"{"Command":""#), "\(line)")
      #expect(try f.apus("ps", "--format", "{{json .Image}}").answer == "\"busybox\"")
      try f.apus("ps", "--format", "{{.Nosuch}}").expectFailure(
        1,
        "template parsing error: template: :1:2: executing \"\" at <.Nosuch>: map has no entry for key \"Nosuch\""
      )
      try f.apus("ps", "--format", "{{nosuch}}").expectFailure(125, "function \"nosuch\" not defined")
    }
  }

  @Test func sizesAreOfWhatWasWritten() async throws {
    try await withContainers { f in
      let sizes = try f.apus("ps", "-a", "--format", "{{.Names}} {{.Size}}").succeeded().lines
      // Two thousand bytes once, and a link's three.
      #expect(sizes[2].hasPrefix("first 2kB (virtual "), "\(sizes)")
      #expect(sizes[1].hasPrefix("second 0B (virtual "), "\(sizes)")
      let header = try f.apus("ps", "-s").succeeded().lines[0]
      #expect(header.hasSuffix("NAMES     SIZE"), "\(header)")
      #expect(try f.apus("inspect", "-s", "-f", "{{.SizeRw}}", "first").answer == "2003")
      #expect(try f.apus("inspect", "-f", "{{.SizeRw}}", "first").answer == "<nil>")
    }
  }

  @Test func anImageIsNotTheAncestorOfWhatItWasMadeOf() async throws {
    try await withContainers { f in
      func named(_ ancestor: String) throws -> [String] {
        try f.apus("ps", "-a", "-f", "ancestor=\(ancestor)", "--format", "{{.Names}}").succeeded().lines
      }
      // Nothing is written, so both images have the same layers.
      try f.apus("create", "--name", "plain", "busybox", "true").succeeded()
      try f.apus("commit", "-c", "LABEL a=b", "plain", "child").succeeded()
      try f.apus("create", "--name", "grown", "child", "true").succeeded()
      #expect(try named("child") == ["grown"])
      #expect(try named("busybox") == ["grown", "plain", "web", "second", "first"])
    }
  }

  @Test func anImageThatLostItsNameIsShownByID() async throws {
    try await withContainers { f in
      let id = try f.apus("inspect", "-f", "{{.Image}}", "web").answer
      try f.apus("import", "-m", "another", Host.testRoot + "/busybox.tar", "busybox").succeeded()
      #expect(try f.apus("ps", "--format", "{{.Image}}").answer == String(id.dropFirst(7).prefix(12)))
      #expect(try f.apus("ps", "--no-trunc", "--format", "{{.Image}}").answer == id)
    }
  }
}
