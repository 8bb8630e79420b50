import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// More published ports than fit into the buffers and limits that things have by themselves.
@Suite("Many ports", .serialized, .requiresRoot)
struct ManyPortsTests {
  private static let many = ["-p", "20000-21499:20000-21499", "-p", "20000-21499:20000-21499/udp"]

  /// Starts a container with 3000 ports whose program says the same to all who come to three of them.
  private static func serve(_ f: Fixture, _ options: String...) throws {
    let listening = """
      trap 'exit 0' TERM
      for p in 20000 20750 21499; do while :; do echo hello | nc -l -p $p; done & done
      while :; do sleep 0.05; done
      """
    let options = ["-d", "--name", "web", "--network", "bridge"] + options + many
    try f.run(
      "apus", ["run"] + options + ["busybox", "sh", "-c", listening],
      files: [try f.path("out"), try f.path("err")]
    ).succeeded()
  }

  /// At the beginning of the range, in its middle, and at its end.
  private static func expectAnswers(_ f: Fixture, _ outside: TestNetwork) throws {
    for port in [20000, 20750, 21499] {
      try eventually("port \(port) answers") {
        try f.outside(outside, "busybox nc -w 2 10.9.0.1 \(port) </dev/null").answer == "hello"
      }
    }
  }

  private static func count(_ f: Fixture) throws -> Int {
    try #require(Int(f.shell("nft list map inet apus ports4 | grep -o '[0-9]* : 172' | wc -l").answer))
  }

  @Test func threeThousandPortsAreMadeMadeAnewAndTakenAway() async throws {
    try await Fixture.withNetworks { f, outside in
      try Self.serve(f)
      try Self.expectAnswers(f, outside)
      #expect(try Self.count(f) == 3000)
      #expect(try f.apus("port", "web", "20750/udp").answer == "0.0.0.0:20750")
      #expect(
        try f.apus("ps", "--format", "{{.Ports}}").answer
          == "0.0.0.0:20000-21499->20000-21499/tcp, 0.0.0.0:20000-21499->20000-21499/udp")
      // Twelve thousand variables, and none is looked for among the others.
      try f.shell("nft flush ruleset").succeeded()
      #expect(try f.outside(outside, "busybox nc -w 1 10.9.0.1 20750 </dev/null").answer == "")
      let linked = try f.apus("run", "--rm", "--network=bridge", "--link", "web:db", "busybox", "env")
        .succeeded()
      #expect(linked.out.contains("\nDB_PORT_20750_UDP_PORT=20750\n"))
      #expect(try Self.count(f) == 3000)
      try Self.expectAnswers(f, outside)
      try f.apus("update", "-p", "20700-20800:20700-20800", "web").succeeded()
      #expect(try Self.count(f) == 101)
      try f.apus("stop", "-t", "1", "web").succeeded()
      #expect(try Self.count(f) == 0)
      try f.apus("rm", "web").succeeded()
      try f.expectNothingLeft()
      #expect(try listDirectory(f.runRoot + "/networks/containers") == [])
    }
  }

  /// The kernel refuses what one container publishes: others' networks go on, and nothing is left of it.
  @Test func aStartThatFailsIsInNobodysWay() async throws {
    try await Fixture.withNetworks { f, _ in
      _ = try f.sleeper("--network=bridge", "--name=one")
      try f.shell("nft add element inet apus ports4 '{ tcp . 20750 : 172.17.0.99 . 80 }'").succeeded()
      try f.run("apus", ["run", "--network=bridge"] + Self.many + ["busybox", "true"])
        .expectFailure(125, "change nf_tables apus: ")
      try f.apus("rm", "-f", "one").succeeded()
      try f.apus("run", "--rm", "--network=bridge", "busybox", "true").succeeded()
      #expect(try listDirectory(f.runRoot + "/networks/containers") == [])
      try f.shell("nft flush map inet apus ports4").succeeded()
      try f.run("apus", ["run", "--rm", "--network=bridge"] + Self.many + ["busybox", "true"]).succeeded()
      for id in try f.apus("ps", "-aq").lines { try f.apus("rm", "-f", id).succeeded() }
      try f.expectNothingLeft()
    }
  }

  /// Whatever stands in the record of a container, others come and go.
  @Test func aRecordThatCannotBeReadIsSaidAndInNobodysWay() async throws {
    try await Fixture.withNetworks { f, outside in
      try f.apus("network", "create", "-o", "icc=false", "apart").succeeded()
      let broken = try f.sleeper("--network=apart", "--name=broken")
      _ = try f.sleeper("--network=apart", "--name=two", "-p", "8080:80")
      let record = "\(f.runRoot)/networks/containers/\(broken)"
      try f.shell("echo '{' >\(record)").succeeded()
      // Its rules come back without it.
      try f.shell("nft flush ruleset").succeeded()
      let next = try f.apus("run", "--rm", "--network=apart", "busybox", "true").succeeded()
      #expect(next.complaint.hasPrefix("WARNING: networks: "), "\(next)")
      #expect(next.complaint.contains(record), "\(next)")
      #expect(!next.complaint.contains("\n"), "\(next)")
      #expect(try Self.elements(f).contains("8080"))
      // Who is kept apart is so all the same.
      let apart = "nft list set bridge apus apart | grep -o '\"veth[^\"]*\"' | wc -l"
      #expect(try f.shell(apart).answer == "2")
      // Nor is it in anybody's way when its container has ended.
      try f.apus("rm", "-f", "broken").expectFailure(1, "the record \(record) of container")
      // Not said while the exit command is still at it.
      try eventually("it is said what to do") {
        try f.apus("run", "--rm", "--network=apart", "busybox", "true").succeeded()
          .complaint.contains("remove the file")
      }
      try removeFile(record)
      try f.apus("rm", "-f", "broken", "two").succeeded()
      try f.apus("network", "rm", "apart").succeeded()
      try f.expectNothingLeft()
      #expect(try listDirectory(f.runRoot + "/networks/ns") == [])
      #expect(try listDirectory(f.runRoot + "/networks/containers") == [])
    }
  }

  /// A network whose record cannot be read is whole again when somebody joins it.
  @Test func aNetworksRecordThatCannotBeReadIsMadeAnew() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet=10.86.0.0/24", "app").succeeded()
      _ = try f.sleeper("--network=app", "--name=one")
      let names = try listDirectory(f.runRoot + "/networks/bridges")
      #expect(names.count == 1)
      let record = "\(f.runRoot)/networks/bridges/\(try #require(names.first))"
      let before = try f.shell("nft -s list ruleset").out
      try f.shell("echo '{' >\(record); nft flush ruleset").succeeded()
      let next = try f.apus("run", "--rm", "--network=app", "busybox", "true").succeeded()
      #expect(next.complaint.contains(record), "\(next)")
      #expect(try f.shell("nft -s list ruleset").out == before)
      let after = try f.apus("run", "--rm", "--network=app", "busybox", "true").succeeded()
      #expect(after.complaint == "")
      try f.apus("rm", "-f", "one").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }

  private static func elements(_ f: Fixture) throws -> String {
    try f.shell("nft list map inet apus ports4").out
  }
}
