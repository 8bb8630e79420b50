import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// What `network create` takes, and containers on what it makes.
@Suite("Network drivers and options", .serialized, .requiresRoot)
struct NetworkDriverTests {
  @Test func containersOnAMacvlanReachTheParentsNetwork() async throws {
    try await Fixture.withNetworks { f, outside in
      try f.apus(
        "network", "create", "-d", "macvlan", "--subnet=10.9.0.0/24", "--gateway=10.9.0.2",
        "--ip-range=10.9.0.64/26", "--aux-address=router=10.9.0.64", "-o", "parent=out0", "lan"
      ).succeeded()
      _ = try f.sleeper("--network=lan", "--name=web")
      #expect(try f.inspect(".NetworkSettings.Networks.lan.IPAddress", of: "web") == "10.9.0.65")
      let shown = try f.apus("exec", "web", "sh", "-c", "ip route; ip -o link").succeeded().out
      #expect(shown.contains("default via 10.9.0.2 dev eth0") && shown.contains("eth0@"), "\(shown)")
      // No pair, no bridge, no rule.
      #expect(try !f.shell("ip -br link; nft list ruleset").out.contains("veth"))
      let away = try f.start(
        "nsenter", ["--net=\(outside.path)", "busybox", "nc", "-l", "-p", "9000", "-e", "echo", "hello"])
      try eventually("it answers") {
        try f.apus("exec", "web", "nc", "-w", "2", "10.9.0.2", "9000").out == "hello\n"
      }
      _ = away
      try f.apus("network", "connect", "bridge", "web").succeeded()
      try f.apus("network", "disconnect", "lan", "web").succeeded()
      let left = try f.apus("exec", "web", "sh", "-c", "ip route; ip -o link").succeeded().out
      #expect(left.contains("default via 172.17.0.1 dev eth1") && !left.contains("eth0@"), "\(left)")
      try f.apus("run", "--network=lan", "--ip=10.9.0.64", "busybox", "true")
        .expectFailure(125, "Address already in use: 10.9.0.64")
      let format = "{{.Driver}} {{.Options.parent}} {{(index .IPAM.Config 0).AuxiliaryAddresses.router}}"
      #expect(try f.apus("network", "inspect", "-v", "-f", format, "lan").answer == "macvlan out0 10.9.0.64")
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("network", "rm", "lan").succeeded()
      #expect(try f.shell("ip -br link show out0").status == 0)
      try f.expectNothingLeft()
    }
  }

  @Test func aMacvlanWithoutAParentHasOneOfItsOwn() async throws {
    try await Fixture.withNetworks { f, _ in
      let id = try f.apus("network", "create", "-d", "macvlan", "--subnet=10.73.0.0/24", "inner")
        .succeeded().answer
      _ = try f.sleeper("--network=inner", "--name=one")
      _ = try f.sleeper("--network=inner", "--name=two")
      #expect(try f.apus("exec", "one", "ping", "-c1", "-W2", "two").status == 0)
      #expect(try f.apus("exec", "one", "sh", "-c", "ip route | grep -c default").answer == "0")
      #expect(try f.shell("ip -br link").out.contains("dm-\(id.prefix(12))"))
      try f.apus("rm", "-f", "one", "two").succeeded()
      try f.apus("network", "rm", "inner").succeeded()
      #expect(try !f.shell("ip -br link").out.contains("dm-"))
      try f.expectNothingLeft()
    }
  }

  @Test func whatCannotBeIsSaidInOneLine() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "-d", "macvlan", "-o", "parent=out0", "lan").succeeded()
      for (words, said) in [
        (["-d", "macvlan", "-o", "parent=eth9"], "there is no network device eth9"),
        (["-d", "ipvlan", "-o", "parent=eth9.10"], "there is no network device eth9;"),
        (["-d", "macvlan", "-o", "parent=lo"], "loopback interface is not a valid macvlan parent link"),
        (["-d", "macvlan", "-o", "macvlan_mode=l2"], "expected one of bridge, private, vepa, passthru"),
        (["-d", "ipvlan", "-o", "ipvlan_mode=l4"], "expected one of l2, l3, l3s"),
        (["-d", "ipvlan", "-o", "parent=out0"], "network lan is already using parent interface out0"),
        (["-d", "macvlan", "-o", "icc=false"], "unknown option of the driver macvlan"),
        (["-d", "overlay"], "could not find plugin overlay"),
        (["-o", "com.docker.network.bridge.host_binding_ipv4=10.9.0.1"], "-p ADDRESS:PORT:PORT"),
        (["-o", "com.docker.network.bridge.gateway_mode_ipv4=routed"], "there is nat only"),
        (["--ipam-driver=dhcp"], "there is default only"),
        (
          ["--subnet=10.74.0.0/24", "--aux-address=a=10.75.0.1"],
          "no matching subnet for aux-address 10.75.0.1"
        ),
        (["--subnet=10.74.0.0/24", "--aux-address=a=10.74.0.1"], "Address already in use: 10.74.0.1"),
        (["--attachable"], "--attachable: is for swarm networks"),
        (["--scope=swarm"], "--scope: is for swarm"),
        (["--ingress"], "--ingress: is for swarm"), (["--config-from=x"], "--config-from: is for swarm"),
      ] {
        let outcome = try f.run("apus", ["network", "create"] + words + ["other"])
        #expect(outcome.status != 0 && outcome.complaint.contains(said), "\(outcome)")
        #expect(!outcome.complaint.contains("\n"), "\(outcome)")
      }
      #expect(try f.apus("network", "ls", "-q", "-f", "type=custom").lines.count == 1)
      try f.apus(
        "network", "create", "-o", "com.docker.network.bridge.enable_ip_masquerade=false", "-o",
        "com.docker.network.bridge.gateway_mode_ipv4=nat", "--label=keep", "open"
      ).succeeded()
      try f.apus("run", "--rm", "--network=open", "busybox", "true").succeeded()
      #expect(try f.shell("nft list set inet apus outward4").out.contains("elements") == false)
      #expect(
        try f.apus("network", "ls", "--format={{.Name}}", "-f", "dangling=true").lines == ["lan", "open"])
      #expect(try f.apus("network", "ls", "--format={{.Name}}", "-f", "driver=macvlan").lines == ["lan"])
      try f.apus("network", "prune", "-f", "--filter=until=1h").succeeded()
      #expect(
        try f.apus("network", "prune", "-f", "--filter=label!=keep").out == "Deleted Networks:\nlan\n\n")
      #expect(try f.apus("network", "prune", "-f").out == "Deleted Networks:\nopen\n\n")
    }
  }
}
