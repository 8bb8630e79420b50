import Addresses
import LinuxSystem
import Testing

@testable import Netlink

@Suite struct LinkTests {
  @Test func aPairOfDevicesIsBornWhereItBelongs() throws {
    let host = try TestNamespace()
    let container = try TestNamespace()
    var routes = try host.routes()
    let mac = try #require(MACAddress("02:42:ac:1e:00:02"))
    let bridge = try routes.ensureBridge(
      LinkSettings("apus0", mac: MACAddress("02:42:00:00:00:01"), mtu: 1400))
    #expect(try routes.ensureBridge(LinkSettings("apus0")) == bridge)
    #expect(bridge.kind == "bridge" && bridge.isUp && bridge.mtu == 1400 && bridge.mac?.bytes.last == 1)
    try routes.create(
      .veth(
        LinkSettings("veth0abc", mtu: 1400, master: bridge.index),
        peer: LinkSettings("eth0", mac: mac, mtu: 1400, namespace: container.descriptor.raw)))
    let port = try #require(try routes.link(named: "veth0abc"))
    #expect(port.kind == "veth" && port.isUp && port.master == bridge.index)
    try routes.set(BridgePortChange(hairpin: true, isolated: true), ofPort: port)
    let shown = try host.output("ip", ["-j", "-d", "link", "show", "veth0abc"])
    #expect(shown.contains(#""hairpin":true"#) && shown.contains(#""isolated":true"#))

    var inner = try container.routes()
    let eth = try #require(try inner.link(named: "eth0"))
    #expect(eth.mac == mac && !eth.isUp && eth.mtu == 1400)
    #expect(try Set(inner.links().map(\.name)) == ["lo", "eth0"])
    try inner.set(LinkChange(up: true, name: "net1", mtu: 1300), of: eth)
    #expect(try inner.link(named: "eth0") == nil)
    #expect(try inner.link(named: "net1")?.mtu == 1300)
    try routes.set(LinkChange(master: 0), of: port)
    #expect(try routes.link(named: "veth0abc")?.master == nil)
    // With one end the other is gone.
    #expect(try routes.deleteLink(named: "veth0abc"))
    #expect(try !routes.deleteLink(named: "veth0abc"))
    #expect(try inner.link(named: "net1") == nil)
  }

  @Test func aDeviceMovesAndAMacvlanIsMade() throws {
    let host = try TestNamespace()
    let container = try TestNamespace()
    var routes = try host.routes()
    try routes.create(.veth(LinkSettings("dm0"), peer: LinkSettings("dm1")))
    let parent = try #require(try routes.link(named: "dm0"))
    try routes.create(
      .macvlan(
        LinkSettings("eth0", namespace: container.descriptor.raw), parent: parent.index, .bridge))
    var inner = try container.routes()
    #expect(try inner.link(named: "eth0")?.kind == "macvlan")
    #expect(try container.output("ip", ["-d", "link", "show", "eth0"]).contains("mode bridge"))
    try inner.deleteLink(named: "eth0")
    try routes.set(LinkChange(name: "eth1", namespace: container.descriptor.raw), of: parent)
    #expect(try inner.link(named: "eth1")?.kind == "veth")
  }

  @Test func addressesAndRoutesComeAndGo() throws {
    let host = try TestNamespace()
    var routes = try host.routes()
    try routes.create(.veth(LinkSettings("dm0"), peer: LinkSettings("dm1")))
    let link = try #require(try routes.link(named: "dm0"))
    try routes.set(LinkChange(up: true), of: try #require(try routes.link(named: "dm1")))
    let four = InterfaceAddress(try #require(IPAddress("172.30.0.2")), prefixLength: 24)
    let six = InterfaceAddress(try #require(IPAddress("fd00:30::2")), prefixLength: 64)
    for address in [four, six, four, six] { try routes.addAddress(address, to: link) }
    let have = try routes.addresses().filter { $0.link == link.index }.map(\.address)
    #expect(have.contains(four) && have.contains(six))
    #expect(try host.output("ip", ["-4", "addr", "show", "dm0"]).contains("172.30.0.2/24 brd 172.30.0.255"))
    for (all, gateway) in [("0.0.0.0/0", "172.30.0.1"), ("::/0", "fd00:30::1")] {
      let route = Route(to: try #require(IPNetwork(all)), by: IPAddress(gateway), link: link.index)
      try routes.addRoute(route)
      try routes.addRoute(route)
      #expect(try routes.routes().contains(route))
      #expect(try routes.removeRoute(route))
      #expect(try !routes.removeRoute(route))
    }
    #expect(try routes.routes().contains { $0.destination == IPNetwork("172.30.0.0/24") })
    #expect(try routes.removeAddress(four, from: link))
    #expect(try !routes.removeAddress(four, from: link))
  }

  @Test func theKernelsOwnWordsAreInTheError() throws {
    let host = try TestNamespace()
    var routes = try host.routes()
    try routes.create(.veth(LinkSettings("dm0"), peer: LinkSettings("dm1")))
    let link = try #require(try routes.link(named: "dm0"))
    try routes.set(LinkChange(up: true), of: try #require(try routes.link(named: "dm1")))
    let far = Route(to: try #require(IPNetwork("0.0.0.0/0")), by: IPAddress("10.1.1.1"), link: link.index)
    let error = #expect(throws: NetlinkError.self) { try routes.addRoute(far) }
    #expect(
      error?.description == "add route 0.0.0.0/0: network is unreachable (Nexthop has invalid gateway)")
    let taken = #expect(throws: NetlinkError.self) { try routes.create(.bridge(LinkSettings("dm0"))) }
    #expect(taken?.description == "create network device dm0: file exists")
    let foreign = #expect(throws: NetlinkError.self) { try routes.ensureBridge(LinkSettings("dm0")) }
    #expect(foreign?.description == "create bridge dm0: file exists")
  }
}
