import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// Links beyond what the seeds show (A.9 is in Tests/Seeds/LinkRows.swift).
@Suite("Links", .serialized, .requiresRoot)
struct LinkTests {
  /// Says its own name on the ports 80 and 81.
  private static func serve(_ f: Fixture, _ options: String...) throws -> String {
    let loop = "while :; do sleep 0.05; done"
    let script = "trap 'exit 0' TERM; for p in 80 81; do nc -ll -p $p -e hostname & done; \(loop)"
    let number = hexadecimal(try randomBytes(2))
    let files = [try f.path("out-\(number)"), try f.path("err-\(number)")]
    let arguments = ["run", "-d"] + options + ["busybox", "sh", "-c", script]
    return try f.run("apus", arguments, files: files).succeeded().answer
  }

  /// What a container hears on a port; empty when nobody answers.
  private static func ask(_ f: Fixture, from name: String, _ host: String, _ port: Int = 80) throws -> String
  {
    try f.shell("apus exec \(name) nc -w 1 \(host) \(port) </dev/null").answer
  }

  private static func hosts(_ f: Fixture, _ name: String) throws -> [String] {
    try f.apus("exec", name, "cat", "/etc/hosts").succeeded().lines
  }

  private static func openings(_ f: Fixture) throws -> [String] {
    try f.shell("nft list set bridge apus links4; nft list set inet apus links4").out
      .split(whereSeparator: { "\n{},".contains($0) }).map(String.init)
      .filter { $0.contains("tcp") || $0.contains("udp") }
  }

  @Test func whereContainersAreKeptApartALinkOpensTheExposedPorts() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "-o", "com.docker.network.bridge.enable_icc=false", "app").succeeded()
      let id = String(
        try Self.serve(f, "--network=app", "--name=db", "--expose=80", "--expose=53/udp").prefix(12))
      _ = try f.sleeper("--network=app", "--name=web", "--link=db:store")
      _ = try f.sleeper("--network=app", "--name=other")
      try eventually("the exposed port answers") { try Self.ask(f, from: "web", "store") == id }
      #expect(try Self.ask(f, from: "web", "store", 81) == "")
      // By its name on the network it is found by those, too, whom it does not let in.
      #expect(try Self.ask(f, from: "other", "db") == "")
      #expect(try Self.openings(f).count == 4)

      // With another address, the openings lead there, and no more to the old one.
      let old = try f.inspect(".NetworkSettings.Networks.app.IPAddress", of: "db")
      try f.apus("stop", "db").succeeded()
      #expect(try Self.openings(f) == [])
      _ = try Self.serve(f, "--network=app", "--ip=\(old)", "--name=thief", "--expose=80")
      try f.apus("start", "db").succeeded()
      try eventually("the port answers again") { try Self.ask(f, from: "web", "store") == id }
      #expect(try Self.ask(f, from: "web", "thief") == "")
      #expect(try Self.openings(f).count == 4 && !Self.openings(f).contains { $0.contains(old + " ") })

      // The recipient's end and return, and the link's removal.
      try f.apus("stop", "web").succeeded()
      #expect(try Self.openings(f) == [])
      try f.apus("start", "web").succeeded()
      #expect(try Self.ask(f, from: "web", "store") == id)
      try f.apus("rm", "--link", "web/store").succeeded()
      #expect(try Self.openings(f) == [] && Self.ask(f, from: "web", "db") == "")
      #expect(try listDirectory(f.runRoot + "/networks/linked") == [])
      try f.apus("rm", "-f", "web", "db", "other", "thief").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func aLinkGoesWithItsSource() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "-o", "icc=false", "--ipv6", "app").succeeded()
      _ = try Self.serve(f, "--network=app", "--name=db", "--expose=80")
      _ = try f.sleeper("--network=app", "--name=web", "--link=db:store")
      #expect(try f.shell("nft list set bridge apus links6").out.contains("tcp"))
      try f.apus("rm", "-f", "db").succeeded()
      #expect(try Self.openings(f) == [])
      #expect(try !f.shell("nft list set bridge apus links6").out.contains("tcp"))
      #expect(try !Self.hosts(f, "web").contains { $0.contains("store") })
      #expect(try f.inspect(".HostConfig.Links", of: "web") == "[]")
      #expect(try listDirectory(f.runRoot + "/networks/linked") == [])
      // Without it the recipient starts, as one that was never linked.
      try f.apus("restart", "web").succeeded()
      #expect(try !f.apus("exec", "web", "env").out.contains("STORE_"))
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("network", "rm", "app").succeeded()
    }
  }

  @Test func linksWorkOnUserNetworks() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      try f.apus("network", "create", "back").succeeded()
      let id = String(try Self.serve(f, "--network=back", "--name=db", "--expose=80", "-e", "A=b").prefix(12))
      _ = try f.sleeper("--network=app", "--network=back", "--name=web", "--link=db:store")
      let address = try f.inspect(".NetworkSettings.Networks.back.IPAddress", of: "db")
      let hosts = try Self.hosts(f, "web")
      #expect(hosts.contains("\(address)\tstore \(id) db") && hosts.contains("\(address)\tdb \(id)"))
      let told = try f.apus("exec", "web", "env").succeeded().lines
      #expect(told.contains("STORE_PORT_80_TCP_ADDR=\(address)") && told.contains("STORE_ENV_A=b"))
      #expect(try f.inspect(".HostConfig.Links", of: "web") == "[/db:/web/store]")
      #expect(try f.inspect(".NetworkSettings.Networks.back.Links", of: "web") == "[db:store]")
      #expect(try f.inspect(".NetworkSettings.Networks.app.Links", of: "web") == "[]")
      try eventually("it answers") { try Self.ask(f, from: "web", "store") == id }
      // Nobody else knows the alias, and what others do is no matter to an exec.
      #expect(try !Self.hosts(f, "db").contains { $0.contains("store") })
      try f.apus("stop", "db").succeeded()
      let now = try f.apus("exec", "web", "env").succeeded().lines
      #expect(!now.contains { $0.hasPrefix("STORE_") })
      try f.apus("start", "db").succeeded()
      try f.apus("rename", "db", "base").succeeded()
      #expect(try Self.hosts(f, "web").contains { $0.hasSuffix("\tstore \(id) base") })
      try f.apus("rm", "-f", "web", "base").succeeded()
      try f.apus("network", "rm", "app", "back").succeeded()
    }
  }

  @Test func theHealthCheckHasTheVariablesAndTheShimKeepsThem() async throws {
    try await Fixture.withNetworks { f, _ in
      _ = try f.sleeper("--network=bridge", "--name=db", "--expose=80")
      _ = try f.detached(
        [
          "--network=bridge", "--name=web", "--link=db", "--restart=on-failure:1",
          "--health-cmd=test \"$DB_NAME\" = /web/db", "--health-interval=50ms",
        ], "sh", "-c", "echo $DB_NAME $DB_PORT; sleep 1; exit 3")
      try eventually("it is healthy") { try f.inspect(".State.Health.Status", of: "web") == "healthy" }
      try f.waitForEnd(of: "web")
      let address = try f.inspect(".NetworkSettings.IPAddress", of: "db")
      let line = "/web/db tcp://\(address):80"
      #expect(try f.apus("logs", "web").succeeded().lines == [line, line])
    }
  }

  @Test func whoSharesAnothersNetworkStandsForIt() async throws {
    try await Fixture.withNetworks { f, _ in
      let id = try Self.serve(f, "--network=bridge", "--name=db", "--expose=80")
      _ = try f.sleeper("--network=container:db", "--name=helper")
      _ = try f.sleeper("--network=bridge", "--name=web", "--link=helper")
      #expect(try f.inspect(".HostConfig.Links", of: "web") == "[/db:/web/helper]")
      #expect(try Self.hosts(f, "web").contains { $0.hasSuffix("\thelper \(id.prefix(12)) db") })
      try f.apus("rm", "-f", "web", "helper", "db").succeeded()
    }
  }

  @Test func whatCannotBeIsRefusedAndLeavesNothing() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      _ = try f.sleeper("--network=app", "--name=db")
      _ = try f.sleeper("--network=none", "--name=alone")
      _ = try f.sleeper("--network=host", "--name=open")
      let undefined = "can't be used with links. This would result in undefined behavior"
      for (options, words) in [
        (["--link=nobody"], "could not get container for nobody: No such container: nobody"),
        (["--link=a:b:c"], "bad format for links: a:b:c"), (["--link="], "empty string specified for links"),
        (["--link=db:a b"], "an alias matches"), (["--link=db:-x"], "an alias matches"),
        (["--network=app", "--link=db:x", "--link=db:x"], "--link: the alias \"x\" is given twice"),
        (["--name=web", "--link=web"], "a container cannot be linked to itself"),
        (["--network=bridge", "--link=db"], "/db, which is on app: the new container is on bridge"),
        (["--network=app", "--link=alone"], "/alone, which is on no network"),
        (["--network=app", "--link=open"], "conflicting options: host type networking \(undefined)"),
        (["--network=host", "--link=db"], "conflicting options: host type networking \(undefined)"),
        (
          ["--network=container:db", "--link=db"], "conflicting options: container type network \(undefined)"
        ),
        (["--network=none", "--link=db"], "--link needs a network that both containers are on"),
        (["--network=app", "--link=db", "--link-env=some"], "must be one of all, ports, none"),
      ] {
        let options = options.contains { $0.hasPrefix("--network") } ? options : ["--network=app"] + options
        let failure = try f.run("apus", ["create"] + options + ["busybox", "true"])
        #expect(failure.status != 0 && failure.complaint.contains(words), "\(failure)")
        #expect(!failure.complaint.contains("\n") && failure.out == "", "\(failure)")
      }
      #expect(try f.apus("ps", "-aq").succeeded().lines.count == 3)
      try f.apus("rm", "-f", "db", "alone", "open").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// The removal of a source is cut off between its row and what its recipients were told.
  @Test func whatAKilledRemovalLeftIsSwept() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "-o", "icc=false", "app").succeeded()
      let source = try f.sleeper("--network=app", "--name=db", "--expose=80")
      _ = try f.sleeper("--network=app", "--name=web", "--link=db:store")
      // Else its clean-up may come first, and by the real apus-network.
      try f.killShim(of: source)
      try f.killManager(["rm", "-f", "db"], atWorkOn: "detach", isDone: false)
      _ = try f.apus("rm", "-f", "db")
      try f.apus("create", "--name=next", "busybox", "true").succeeded()
      try eventually("the openings are gone") { try Self.openings(f) == [] }
      try f.apus("create", "--name=last", "busybox", "true").succeeded()
      #expect(try !Self.hosts(f, "web").contains { $0.contains("store") })
      #expect(try listDirectory(f.runRoot + "/networks/linked") == [])
      try f.apus("rm", "-f", "web", "next", "last").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }
}
