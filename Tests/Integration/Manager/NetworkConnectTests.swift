import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// Networks that a container joins and leaves after it was made.
@Suite("Network connect", .serialized, .requiresRoot)
struct NetworkConnectTests {
  private static func addresses(_ f: Fixture, _ name: String) throws -> [String] {
    try f.apus("exec", name, "sh", "-c", "ip -o -4 addr | awk '$2 != \"lo\" {print $2, $4}'").succeeded()
      .lines.sorted()
  }

  private static func route(_ f: Fixture, _ name: String) throws -> String {
    try f.apus("exec", name, "sh", "-c", "ip route | grep ^default | sed 's/ *$//'").succeeded().answer
  }

  @Test func aRunningContainerJoinsAndLeavesNetworks() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet=10.71.0.0/24", "one").succeeded()
      try f.apus("network", "create", "--subnet=10.72.0.0/24", "-o", "icc=false", "two").succeeded()
      let id = try f.sleeper("--network=one", "--name=web", "--hostname=inner")
      _ = try f.sleeper("--network=two", "--name=peer")
      try f.apus(
        "network", "connect", "--ip=10.72.0.9", "--alias=www", "--mac-address=02:42:00:00:00:99", "two", "web"
      ).succeeded()
      #expect(try Self.addresses(f, "web") == ["eth0 10.71.0.2/24", "eth1 10.72.0.9/24"])
      #expect(try Self.route(f, "web") == "default via 10.71.0.1 dev eth0")
      #expect(try f.inspect(".NetworkSettings.Networks.two.MacAddress", of: "web") == "02:42:00:00:00:99")
      #expect(
        try f.apus("exec", "peer", "cat", "/etc/hosts").out.contains("10.72.0.9\tweb www \(id.prefix(12))\n"))
      let own = try f.apus("exec", "web", "cat", "/etc/hosts").out
      #expect(own.contains("10.72.0.9\tinner\n") && own.contains("\tpeer "), "\(own)")
      try f.apus("network", "connect", "two", "web")
        .expectFailure(1, "endpoint with name web already exists in network two")

      // The first goes: the default route is the other's, and what comes next is eth0 again.
      try f.apus("network", "disconnect", "one", "web").succeeded()
      #expect(try Self.addresses(f, "web") == ["eth1 10.72.0.9/24"])
      #expect(try Self.route(f, "web") == "default via 10.72.0.1 dev eth1")
      #expect(try !f.apus("exec", "web", "cat", "/etc/hosts").out.contains("10.71.0.2"))
      try f.apus("network", "disconnect", "one", "web")
        .expectFailure(1, "container \(id) is not connected to the network one")
      try f.apus("network", "connect", "one", "web").succeeded()
      #expect(try Self.addresses(f, "web") == ["eth0 10.71.0.2/24", "eth1 10.72.0.9/24"])
      #expect(try Self.route(f, "web") == "default via 10.72.0.1 dev eth1")

      // Without any there is `lo`, and after a stop and a start it is the same.
      try f.apus("network", "disconnect", "one", "web").succeeded()
      try f.apus("network", "disconnect", "--force", "two", "web").succeeded()
      #expect(try Self.addresses(f, "web") == [])
      #expect(try !f.apus("exec", "peer", "cat", "/etc/hosts").out.contains("web"))
      try f.apus("restart", "web").succeeded()
      #expect(try Self.addresses(f, "web") == [])
      #expect(try f.inspect("json .NetworkSettings.Networks", of: "web") == "{}")

      // What is stopped joins with its next start.
      try f.apus("stop", "web").succeeded()
      try f.apus("network", "connect", "--ip=10.71.0.7", "one", "web").succeeded()
      try f.apus("network", "connect", "--ip=10.99.0.7", "two", "web")
        .expectFailure(1, "no configured subnet contains IP address 10.99.0.7")
      try f.apus("start", "web").succeeded()
      #expect(try Self.addresses(f, "web") == ["eth0 10.71.0.7/24"])
      try f.apus("network", "connect", "--ip=10.72.0.2", "two", "web")
        .expectFailure(1, "Address already in use: 10.72.0.2")
      #expect(try Self.addresses(f, "web") == ["eth0 10.71.0.7/24"])

      _ = try f.sleeper("--network=none", "--name=apart")
      _ = try f.sleeper("--network=host", "--name=hosted")
      for (words, said) in [
        (["host", "web"], "cannot be disconnected from host network or connected to host network"),
        (["one", "apart"], "networks in private (none) mode"),
        (["one", "hosted"], "container sharing network namespace with another container or host"),
        (["--alias=x", "bridge", "web"], "network-scoped alias is supported only for containers in user"),
        (["nowhere", "web"], "network nowhere not found"), (["one", "nobody"], "No such container: nobody"),
      ] { try f.run("apus", ["network", "connect"] + words).expectFailure(1, said) }
      try f.apus("network", "connect", "--gw-priority=1", "one", "web").expectFailure(125, "--gw-priority")
      try f.apus("network", "disconnect", "host", "hosted").expectFailure(1, "disconnected from host network")
      try f.apus("network", "disconnect", "none", "apart")
        .expectFailure(1, "container apart cannot be disconnected from network none: it was made without")
      try f.apus("network", "disconnect", "-f", "one", "nobody").expectFailure(1, "endpoint nobody not found")
      try f.apus("rm", "-f", "web", "peer", "apart", "hosted").succeeded()
      try f.apus("network", "rm", "one", "two").succeeded()
      #expect(try !f.shell("nft list ruleset").out.contains("elements"))
      try f.expectNothingLeft()
    }
  }

  @Test func eventsTellWhoIsOnWhichNetwork() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      let id = try f.sleeper("--network=app", "--name=web")
      try f.apus("network", "connect", "bridge", "web").succeeded()
      try f.apus("network", "disconnect", "bridge", "web").succeeded()
      try f.apus("stop", "web").succeeded()
      try f.waitForCleanUp()
      try f.apus("rm", "web").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      let format =
        "{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.type}} {{.Actor.Attributes.container}}"
      let lines = try f.apus(
        "events", "--since=1", "--until=0s", "--filter=type=network", "--format", format
      ).succeeded().lines
      #expect(
        lines == [
          "create app bridge <no value>", "connect app bridge \(id)", "connect bridge bridge \(id)",
          "disconnect bridge bridge \(id)", "disconnect app bridge \(id)", "destroy app bridge <no value>",
        ], "\(lines)")
    }
  }

  /// The manager is killed when all is done but the neighbours' hosts files: the next command tells them.
  @Test(arguments: ["connect", "disconnect"])
  func whatAKilledCommandDidNotTellIsTold(_ verb: String) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      _ = try f.sleeper("--network=app", "--name=peer")
      _ = try f.sleeper("--name=web")
      if verb == "disconnect" { try f.apus("network", "connect", "app", "web").succeeded() }
      func knowsWeb() throws -> Bool {
        try f.apus("exec", "peer", "cat", "/etc/hosts").succeeded().out.contains("\tweb ")
      }
      let wasKnown = try knowsWeb()
      #expect(wasKnown == (verb == "disconnect"))
      // Whoever tells takes this lock.
      let holder = try f.start(
        "flock",
        [
          "\(f.runRoot)/networks", "sh", "-c",
          ": >\(f.directory)/held; while [ ! -e \(f.directory)/go ]; do sleep 0.02; done",
        ])
      _ = holder
      try eventually("the lock is held") { fileExists("\(f.directory)/held") }
      let manager = try f.start("apus", ["network", verb, "app", "web"])
      let count = verb == "connect" ? "2" : "1"
      try eventually("the rows are changed") {
        try f.apus("network", "inspect", "-f", "{{len .Containers}}", "app").answer == count
          && !(try listDirectory("\(f.runRoot)/networks/telling")).isEmpty
      }
      try sendSignal(Signal.kill, toPID: manager.pid)
      #expect(try knowsWeb() == wasKnown)
      try f.write("", to: "go")
      try f.apus("network", "create", "third").succeeded()
      #expect(try knowsWeb() != wasKnown)
      #expect(try listDirectory("\(f.runRoot)/networks/telling").isEmpty)
      try f.apus("rm", "-f", "web", "peer").succeeded()
      try f.apus("network", "rm", "app", "third").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// `apus-network` is at work for a connect, or a disconnect, when the manager is killed.
  @Test(arguments: ["connect", "disconnect"], [false, true])
  func whatAKilledConnectLeftIsTakenOff(_ verb: String, _ isDone: Bool) async throws {
    try await Fixture.withNetworks { f, _ in
      for name in ["app", "more"] { try f.apus("network", "create", "-o", "icc=false", name).succeeded() }
      _ = try f.sleeper("--network=app", "--name=web")
      if verb == "disconnect" { try f.apus("network", "connect", "more", "web").succeeded() }
      try f.killManager(
        ["network", verb, "more", "web"], atWorkOn: "attach", "detach", isDone: isDone)
      try eventually("apus-network has ended") {
        try !f.processes().contains { $0.command.contains("apus-network") }
      }
      try f.apus("network", "create", "third").succeeded()
      #expect(try Self.addresses(f, "web").count == 1)
      #expect(try f.apus("network", "inspect", "-f", "{{len .Containers}}", "more").out == "0\n")
      #expect(try f.shell("ip -br link | grep -c ^veth").answer == "1")
      try f.apus("network", "rm", "more", "third").succeeded()
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      #expect(try !f.shell("nft list ruleset").out.contains("elements"))
      try f.expectNothingLeft()
    }
  }
}
