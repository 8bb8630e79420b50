import NetworkProtocol
import Testing

@testable import Engine

/// `--opt` of networks, and what `doctor` makes of others' firewalls.
@Suite struct DriverOptionsTests {
  @Test func dockersNamesAndTheShortOnesMeanTheSame() throws {
    let long = try DriverOptions(
      "bridge",
      [
        "com.docker.network.bridge.name": "br1", "com.docker.network.driver.mtu": "1400",
        "com.docker.network.bridge.enable_icc": "false",
        "com.docker.network.bridge.enable_ip_masquerade": "false",
      ])
    let short = try DriverOptions("bridge", ["name": "br1", "mtu": "1400", "icc": "0"])
    #expect(long.device == "br1" && long.mtu == 1400 && !long.isOpen && !long.isHidden)
    #expect(short.device == "br1" && short.mtu == 1400 && !short.isOpen && short.isHidden)
    #expect(long.order("apus-1") == .bridge)
  }

  @Test func parentsAndModesBecomeOrders() throws {
    #expect(try DriverOptions("macvlan", [:]).order("dm-1") == .macvlan(parent: "dm-1", mode: "bridge"))
    let private_ = try DriverOptions("macvlan", ["parent": "eth0.10", "macvlan_mode": "private"])
    #expect(private_.order("dm-1") == .macvlan(parent: "eth0.10", mode: "private"))
    #expect(private_.parentFault(devices: ["eth0"], []) == nil)
    #expect(private_.parentFault(devices: ["eth1"], [])?.contains("there is no network device eth0;") == true)
    let routed = try DriverOptions("ipvlan", ["parent": "eth0", "ipvlan_mode": "l3"])
    #expect(routed.order("dm-1").isRouted)
    #expect(try !DriverOptions("ipvlan", ["parent": "eth0"]).order("dm-1").isRouted)
    #expect(routed.parentFault(devices: ["eth0.10"], []) != nil)
  }

  @Test func aFirewallThatNamesOurBridgesIsNotInTheWay() {
    var chain = ClosedChain(family: "ip6", table: "filter", chain: "FORWARD", owner: .docker, unnamed: [])
    #expect(HostFinding.firewalls([chain]).map(\.verdict) == [.ok])
    chain.unnamed = ["apus0"]
    let found = HostFinding.firewalls([chain])
    #expect(found.map(\.verdict) == [.warn])
    #expect(found.first?.advice.hasPrefix("ip6tables -I DOCKER-USER -i apus0 -j ACCEPT") == true)
    #expect(HostFinding.bridgedPackets(passRules: true, isApart: true).verdict == .warn)
    #expect(HostFinding.bridgedPackets(passRules: true, isApart: false).verdict == .ok)
  }
}
