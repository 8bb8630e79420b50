import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// Containers on bridges, in a network of the test's own.
@Suite("Networks", .serialized, .requiresRoot)
struct NetworkTests {
  private static let web = [
    "sh", "-c",
    "trap 'exit 0' TERM; mkdir /w; hostname >/w/i; httpd -p 80 -h /w; while :; do sleep 0.05; done",
  ]

  private static func serve(_ f: Fixture, _ options: String...) throws -> String {
    let id = hexadecimal(try randomBytes(2))
    let files = [try f.path("out-\(id)"), try f.path("err-\(id)")]
    return try f.run("apus", ["run", "-d"] + options + ["busybox"] + web, files: files).succeeded().answer
  }

  /// What a container gets by HTTP; empty when it gets nothing.
  private static func fetch(_ f: Fixture, from name: String, _ host: String) throws -> String {
    let answer = try f.apus(
      "exec", name, "sh", "-c", "printf 'GET /i HTTP/1.0\\r\\n\\r\\n' | nc -w 2 \(host) 80")
    return answer.out.split(whereSeparator: \.isNewline).last.map { "\($0)\n" } ?? ""
  }

  @Test func containersOfTheDefaultNetworkReachEachOtherAndTheWorldOutside() async throws {
    try await Fixture.withNetworks { f, outside in
      let one = try Self.serve(f, "--network", "bridge", "--name", "one", "--add-host", "up:host-gateway")
      _ = try f.sleeper("--network=bridge", "--name=two", "--dns=9.9.9.9", "--dns-search=example.org")
      #expect(try f.inspect(".NetworkSettings.IPAddress", of: "one") == "172.17.0.2")
      #expect(try f.inspect(".NetworkSettings.Networks.bridge.IPAddress", of: "two") == "172.17.0.3")
      #expect(try f.inspect(".NetworkSettings.Gateway", of: "one") == "172.17.0.1")
      #expect(try f.inspect(".NetworkSettings.MacAddress", of: "one") == "02:42:ac:11:00:02")
      #expect(try f.inspect(".NetworkSettings.IPPrefixLen", of: "one") == "16")
      try eventually("the server listens") { try !Self.fetch(f, from: "two", "172.17.0.2").isEmpty }
      #expect(try Self.fetch(f, from: "two", "172.17.0.2") == "\(one.prefix(12))\n")
      #expect(try f.apus("exec", "one", "cat", "/etc/hosts").out.contains("172.17.0.2\t\(one.prefix(12))\n"))
      #expect(try f.apus("exec", "one", "cat", "/etc/hosts").out.contains("172.17.0.1\tup\n"))
      let resolver = try f.apus("exec", "two", "cat", "/etc/resolv.conf").out
      #expect(resolver.hasPrefix("nameserver 9.9.9.9\nsearch example.org\n"), "\(resolver)")
      // Nobody has a name on this network.
      #expect(try !f.apus("exec", "two", "cat", "/etc/hosts").out.contains("one"))

      // Outward under the host's address; inward not at all.
      let away = try f.start(
        "nsenter", ["--net=\(outside.path)", "busybox", "nc", "-l", "-p", "9000", "-e", "echo", "hello"])
      try eventually("it answers") {
        try f.apus("exec", "two", "nc", "-w", "2", "10.9.0.2", "9000").out == "hello\n"
      }
      _ = away
      let inward = "ip route add 172.17.0.0/16 via 10.9.0.1; echo | busybox nc -w 1 172.17.0.2 80"
      #expect(try f.outside(outside, inward).out == "")

      // A third one shares the network of the first, and its files.
      let shared = try f.apus(
        "run", "--rm", "--network=container:one", "busybox", "sh", "-c", "hostname; hostname -i")
      #expect(shared.out == "\(one.prefix(12))\n172.17.0.2\n", "\(shared)")
      // A fourth one that of the third, which is that of the first.
      _ = try f.sleeper("--network=container:one", "--name=third")
      let fourth = try f.apus("run", "--rm", "--network=container:third", "busybox", "hostname", "-i")
      #expect(fourth.out == "172.17.0.2\n", "\(fourth)")
      try f.apus("rm", "-f", "one", "two", "third").succeeded()
      try eventually("the pairs are gone") { try !f.shell("ip -br link").out.contains("veth") }
      try f.expectNothingLeft()
    }
  }

  @Test func addressesAreKeptOverRestartsAndGivenAgainOnlyWhenThereAreNoOthers() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet", "10.77.0.0/29", "small").succeeded()
      for name in ["a1", "b1", "c1"] { _ = try f.sleeper("--network=small", "--name=\(name)") }
      func address(_ name: String) throws -> String {
        try f.inspect(".NetworkSettings.Networks.small.IPAddress", of: name)
      }
      #expect(try ["a1", "b1", "c1"].map(address) == ["10.77.0.2", "10.77.0.3", "10.77.0.4"])
      try f.apus("stop", "a1").succeeded()
      #expect(try address("a1") == "")
      _ = try f.sleeper("--network=small", "--name=d1")
      try f.apus("start", "a1").succeeded()
      try f.apus("restart", "b1").succeeded()
      #expect(try ["a1", "b1", "d1"].map(address) == ["10.77.0.2", "10.77.0.3", "10.77.0.5"])
      // One is left, then only that of one that does not run, then none.
      _ = try f.sleeper("--network=small", "--name=e1")
      try f.apus("stop", "a1").succeeded()
      _ = try f.sleeper("--network=small", "--name=g1")
      #expect(try address("g1") == "10.77.0.2")
      try f.apus("start", "a1").expectFailure(1, "no available addresses on this pool: 10.77.0.0/29")
      try f.apus("run", "--network=small", "--ip=10.77.0.3", "busybox", "true")
        .expectFailure(125, "Address already in use: 10.77.0.3")
      // The shim's own restarts keep namespace and address.
      _ = try f.detached(
        ["--network=bridge", "--restart=on-failure:1", "--name=r1"], "sh", "-c",
        "hostname -i; readlink /proc/self/ns/net; exit 3")
      try f.waitForEnd(of: "r1")
      let lines = try f.apus("logs", "r1").succeeded().lines
      #expect(lines.count == 4 && Array(lines[..<2]) == Array(lines[2...]), "\(lines)")
      try f.apus("rm", "-f", "a1", "b1", "c1", "d1", "e1", "g1", "r1").succeeded()
      try f.apus("network", "rm", "small").succeeded()
      try f.expectNothingLeft()
      #expect(try !f.shell("ip -br link").out.contains("apus-"))
    }
  }

  @Test func containersOfANetworkFindEachOtherByNameWhoeverIsFirst() async throws {
    try await Fixture.withNetworks { f, _ in
      let id = try f.apus("network", "create", "-o", "mtu=1400", "--label", "a=b", "app").succeeded().answer
      #expect(id.utf8.count == 64)
      _ = try f.sleeper("--network=app", "--name=early")
      let web = try Self.serve(f, "--network", "app", "--name", "web", "--network-alias", "www")
      for name in ["web", "www", String(web.prefix(12)), "web.app", "www.app"] {
        try eventually("\(name) answers") { try Self.fetch(f, from: "early", name) == "\(web.prefix(12))\n" }
      }
      #expect(try f.apus("exec", "web", "sh", "-c", "grep early /etc/hosts").out.contains("\tearly "))
      #expect(try f.apus("exec", "web", "cat", "/sys/class/net/eth0/mtu").out == "1400\n")
      #expect(
        try f.inspect(".NetworkSettings.Networks.app.DNSNames", of: "web") == "[web www \(web.prefix(12))]")
      // What somebody else wrote there stays.
      try f.apus("exec", "early", "sh", "-c", "echo 10.1.1.1 mine >>/etc/hosts").succeeded()
      try f.apus("stop", "web").succeeded()
      let hosts = try f.apus("exec", "early", "cat", "/etc/hosts").out
      #expect(!hosts.contains("web") && hosts.contains("10.1.1.1 mine"), "\(hosts)")
      try f.apus("start", "web").succeeded()
      #expect(try f.apus("exec", "early", "cat", "/etc/hosts").out.contains("\tweb www "))

      try f.apus("rename", "web", "site").succeeded()
      #expect(try f.apus("exec", "early", "cat", "/etc/hosts").out.contains("\tsite www "))
      try f.apus("rename", "site", "web").succeeded()

      // docker's raw, which has an empty line behind each.
      #expect(
        try f.apus("network", "ls", "--format", "raw", "-f", "name=none", "--no-trunc").succeeded().lines
          .dropFirst()
          == ["name: none", "driver: null", "scope: local"])
      #expect(try f.apus("network", "rm", "-f", "nosuch").succeeded().out == "")
      try f.apus("network", "ls", "-f", "type=other").expectFailure(125, "invalid filter 'type=other'")
      let listed = try f.apus("network", "ls", "--format", "{{.Name}} {{.Driver}}").succeeded().lines
      #expect(listed == ["app bridge", "bridge bridge", "host host", "none null"])
      let format = "{{(index .IPAM.Config 0).Subnet}} {{.Labels.a}} {{len .Containers}}"
      let said = try f.apus("network", "inspect", "-f", format, String(id.prefix(5))).succeeded().answer
      #expect(said == "172.17.0.0/16 b 2")
      try f.apus("network", "rm", "app").expectFailure(1, "network app has active endpoints (name:\"early\"")
      try f.apus("network", "rm", "bridge")
        .expectFailure(1, "bridge is a pre-defined network and cannot be removed")
      try f.apus("network", "create", "app").expectFailure(1, "network with name app already exists")
      try f.apus("network", "create", "--subnet=172.17.4.0/24", "other")
        .expectFailure(1, "Pool overlaps with other one on this address space")
      for (option, values) in [
        ("--gateway", ["10.8.0.1", "10.8.0.2"]), ("--ip-range", ["10.8.0.0/25", "10.8.0.128/25"]),
      ] {
        try f.apus(
          "network", "create", "--subnet", "10.8.0.0/24", option, values[0], option, values[1], "other"
        ).expectFailure(125, "the subnet 10.8.0.0/24 has the")
      }
      try f.apus("network", "create", "--ipv4=false", "other").expectFailure(125, "networks have IPv4 always")
      try f.apus("network", "create", "--ipv4", "app").expectFailure(
        1, "network with name app already exists")
      try f.apus("network", "create", "--opt=color=red", "other").expectFailure(1, "unknown option")
      try f.apus("run", "--network=nowhere", "busybox", "true")
        .expectFailure(125, "network nowhere not found")
      try f.apus("rm", "-f", "web", "early").succeeded()
      #expect(try f.apus("network", "prune", "-f").succeeded().out == "Deleted Networks:\napp\n\n")
      try f.expectNothingLeft()
    }
  }

  @Test func fromAnInternalNetworkNothingLeaves() async throws {
    try await Fixture.withNetworks { f, outside in
      try f.apus("network", "create", "--internal", "--subnet=10.78.0.0/24", "--ipv6", "inner").succeeded()
      let web = try Self.serve(f, "--network", "inner", "--name", "web")
      _ = try f.sleeper("--network=inner", "--name=two", "--network=bridge")
      try eventually("it answers") { try Self.fetch(f, from: "two", "web") == "\(web.prefix(12))\n" }
      #expect(
        try f.apus("ps", "--filter", "network=inner", "--filter", "name=two", "--format", "{{.Networks}}")
          .answer
          == "inner,bridge")
      let six = try f.inspect(".NetworkSettings.Networks.inner.GlobalIPv6Address", of: "web")
      #expect(six.hasPrefix("fd"))
      try eventually("it answers by IPv6") {
        try Self.fetch(f, from: "two", six) == "\(web.prefix(12))\n"
      }
      let away = try f.start(
        "nsenter", ["--net=\(outside.path)", "busybox", "nc", "-ll", "-p", "9000", "-e", "echo", "hello"])
      #expect(try f.apus("exec", "web", "nc", "-w", "1", "10.9.0.2", "9000").out == "")
      _ = away
      #expect(try f.inspect(".NetworkSettings.Networks.bridge.IPAddress", of: "two") == "172.17.0.2")
      #expect(try f.apus("exec", "two", "ip", "-o", "-4", "addr").out.contains("eth1"))
      try f.apus("rm", "-f", "web", "two").succeeded()
      try f.apus("network", "rm", "inner").succeeded()
    }
  }

  /// The manager is killed while `apus-network` is at work, before it has done anything and after.
  @Test(arguments: ["attach", "detach"], [false, true])
  func whatAKilledCommandLeftIsSwept(_ verb: String, _ isDone: Bool) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "-o", "icc=false", "app").succeeded()
      try f.killManager(
        ["run", "--name", "web", "--network", "app", "busybox", "true"], atWorkOn: verb, isDone: isDone)
      try eventually("everybody has ended") { try f.processes().isEmpty }
      try f.apus("create", "--name", "other", "busybox", "true").succeeded()
      #expect(try listDirectory(f.runRoot + "/networks/containers") == [])
      #expect(try listDirectory(f.runRoot + "/networks/ns") == [])
      #expect(try f.mounts() == [])
      #expect(try f.apus("network", "inspect", "-f", "{{len .Containers}}", "app").out == "0\n")
      try eventually("the pair is gone") { try !f.shell("ip -br link").out.contains("veth") }
      try f.apus("rm", "-f", "web", "other").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      #expect(try !f.shell("nft list table inet apus; nft list table bridge apus").out.contains("elements"))
      try f.expectNothingLeft()
    }
  }
}
