import Addresses
import Firewall
import LinuxSystem
import Testing

@testable import Netlink

/// Real connections over a real bridge and real rules: outside ↔ host ↔ containers, each a network namespace.
@Suite struct PathTests {
  /// Both ends of a cable, the far one with an address and a default route by the host.
  static func cable(
    _ name: String, _ host: borrowing TestNamespace, _ far: borrowing TestNamespace, bridge: Link?,
    _ addresses: [String], by gateways: [String]
  ) throws {
    var routes = try host.routes()
    try routes.create(
      .veth(
        LinkSettings(name, master: bridge?.index),
        peer: LinkSettings("eth0", namespace: far.descriptor.raw)))
    try host.inside { try ForwardingSettings.trustIPv6Addresses(on: name) }
    var inner = try far.routes()
    let eth = try #require(try inner.link(named: "eth0"))
    try inner.set(LinkChange(up: true), of: eth)
    for address in addresses { try inner.addAddress(interface(address), to: eth) }
    for gateway in gateways {
      let gateway = try #require(IPAddress(gateway))
      let all = try #require(IPNetwork(containing: IPAddress(gateway.family, 0), prefixLength: 0))
      try inner.addRoute(Route(to: all, by: gateway, link: eth.index))
    }
  }

  static func interface(_ text: String) throws -> InterfaceAddress {
    let parts = text.split(separator: "/")
    return InterfaceAddress(
      try #require(IPAddress(String(parts[0]))), prefixLength: try #require(Int(parts[1])))
  }

  static func bridge(_ name: String, _ host: borrowing TestNamespace, _ addresses: [String]) throws -> Link {
    var routes = try host.routes()
    let bridge = try routes.ensureBridge(LinkSettings(name, isUp: false))
    for address in addresses { try routes.addAddress(interface(address), to: bridge) }
    try host.inside {
      try ForwardingSettings.allowForwarding(.v4)
      try ForwardingSettings.allowForwarding(.v6)
      try ForwardingSettings.allowLoopbackSources(onBridge: name)
      try ForwardingSettings.trustIPv6Addresses(on: name)
    }
    try routes.set(LinkChange(up: true), of: bridge)
    return bridge
  }

  static func port(_ host: String, _ number: UInt16, _ container: String, _ inside: UInt16) throws
    -> RuledPort
  {
    RuledPort(
      host: try #require(IPAddress(host)), number, .tcp, to: try #require(IPAddress(container)), inside)
  }

  /// - Parameter bridged: whether bridged packets pass the rules (br_netfilter), as where docker is or was.
  @Test(arguments: [false, true])
  func aPublishedPortIsReachedFromEverywhere(_ bridged: Bool) throws {
    let host = try TestNamespace()
    let outside = try TestNamespace()
    let one = try TestNamespace()
    let two = try TestNamespace()
    let stranger = try TestNamespace()
    let apus0 = try Self.bridge("apus0", host, ["172.30.0.1/24", "fd00:30::1/64"])
    let apus1 = try Self.bridge("apus1", host, ["172.31.0.1/24"])
    let isThere = try host.inside { try ForwardingSettings.bridgedPacketsPassRules() } != nil
    if bridged && !isThere { return }
    if isThere {
      try host.inside {
        for name in ["iptables", "ip6tables"] {
          try writeExistingFile("/proc/sys/net/bridge/bridge-nf-call-\(name)", bridged ? "1" : "0")
        }
      }
    }
    try Self.cable(
      "veth1", host, one, bridge: apus0, ["172.30.0.2/24", "fd00:30::2/64"], by: ["172.30.0.1", "fd00:30::1"])
    try Self.cable(
      "veth2", host, two, bridge: apus0, ["172.30.0.3/24", "fd00:30::3/64"], by: ["172.30.0.1", "fd00:30::1"])
    try Self.cable("veth3", host, stranger, bridge: apus1, ["172.31.0.2/24"], by: ["172.31.0.1"])
    try Self.cable(
      "out0", host, outside, bridge: nil, ["10.9.0.2/24", "fd00:9::2/64"], by: ["10.9.0.1", "fd00:9::1"])
    var routes = try host.routes()
    let out = try #require(try routes.link(named: "out0"))
    for address in ["10.9.0.1/24", "fd00:9::1/64"] { try routes.addAddress(Self.interface(address), to: out) }
    for name in ["veth1", "veth2"] {
      try routes.set(BridgePortChange(hairpin: true), ofPort: try #require(try routes.link(named: name)))
    }

    var rules = try host.rules()
    try rules.commit(NetworkRules.compile(), table: "apus", family: .inet)
    let networks = [
      RuledNetwork(
        bridge: "apus0",
        subnets: [try #require(IPNetwork("172.30.0.0/24")), try #require(IPNetwork("fd00:30::/64"))]),
      RuledNetwork(bridge: "apus1", subnets: [try #require(IPNetwork("172.31.0.0/24"))]),
    ]
    let ports = [
      try Self.port("0.0.0.0", 8080, "172.30.0.2", 80), try Self.port("::", 8080, "fd00:30::2", 81),
      try Self.port("127.0.0.1", 8081, "172.30.0.2", 80), try Self.port("10.9.0.1", 8082, "172.30.0.2", 80),
    ]
    try rules.commit(
      NetworkRules.adding(networks.flatMap { $0.elements() } + ports.map { $0.element() }), table: "apus",
      family: .inet)

    let four = try one.inside { try Listener(.v4, port: 80) }
    let six = try one.inside { try Listener(.v6, port: 81) }
    // From outside, the source is kept.
    #expect(try four.seen(from: outside, to: "10.9.0.1", 8080) == "10.9.0.2")
    #expect(try four.seen(from: outside, to: "10.9.0.1", 8082) == "10.9.0.2")
    // What is published for the host alone is not there, nor by a route past the port.
    #expect(try four.seen(from: outside, to: "10.9.0.1", 8081) == nil)
    #expect(try four.seen(from: outside, to: "172.30.0.2", 80) == nil)
    // From the host, by each of its addresses.
    #expect(try four.seen(from: host, to: "127.0.0.1", 8080) == "172.30.0.1")
    #expect(try four.seen(from: host, to: "127.0.0.1", 8081) == "172.30.0.1")
    #expect(try four.seen(from: host, to: "10.9.0.1", 8080) != nil)
    #expect(try four.seen(from: host, to: "172.30.0.1", 8080) != nil)
    #expect(try four.seen(from: host, to: "172.30.0.2", 80) == "172.30.0.1")
    // From a neighbour, directly and by the host's addresses; from the container itself.
    #expect(try four.seen(from: two, to: "172.30.0.2", 80) == "172.30.0.3")
    #expect(try four.seen(from: two, to: "10.9.0.1", 8080) == "172.30.0.1")
    #expect(try four.seen(from: two, to: "172.30.0.1", 8080) == "172.30.0.1")
    #expect(try four.seen(from: one, to: "10.9.0.1", 8080) == "172.30.0.1")
    // From another network only by the port, and then with its own address.
    #expect(try four.seen(from: stranger, to: "10.9.0.1", 8080) == "172.31.0.2")
    #expect(try four.seen(from: stranger, to: "172.30.0.2", 80) == nil)
    // A container cannot use the host's loopback, though the bridge lets it out.
    #expect(try four.seen(from: two, to: "127.0.0.1", 8081) == nil)
    // Outward, under the host's address.
    let away = try outside.inside { try Listener(.v4, port: 9000) }
    #expect(try away.seen(from: two, to: "10.9.0.2", 9000) == "10.9.0.1")

    #expect(try six.seen(from: outside, to: "fd00:9::1", 8080) == "fd00:9::2")
    #expect(try six.seen(from: host, to: "fd00:9::1", 8080) != nil)
    #expect(try six.seen(from: two, to: "fd00:9::1", 8080) == "fd00:30::1")
    #expect(try six.seen(from: two, to: "fd00:30::2", 81) == "fd00:30::3")
    // Nobody answers by ::1; IPv6 knows no way out for it.
    #expect(try six.seen(from: host, to: "::1", 8080) == nil)

    // Another container takes the port over, in one transaction.
    try rules.commit(
      NetworkRules.removing([ports[1].element()])
        + NetworkRules.adding([try Self.port("::", 8080, "fd00:30::2", 82).element()]),
      table: "apus", family: .inet)
    let next = try one.inside { try Listener(.v6, port: 82) }
    #expect(try next.seen(from: outside, to: "fd00:9::1", 8080) == "fd00:9::2")

    // A port that is taken back is gone.
    try rules.commit(NetworkRules.removing([ports[0].element()]), table: "apus", family: .inet)
    #expect(try four.seen(from: outside, to: "10.9.0.1", 8080) == nil)
  }

  /// With `icc` off a link opens one port between two, and nothing else; the host and published ports stay.
  @Test(arguments: [false, true])
  func containersThatAreKeptApartMeetByLinks(_ bridged: Bool) throws {
    let host = try TestNamespace()
    let one = try TestNamespace()
    let two = try TestNamespace()
    let bridge = try Self.bridge("apus0", host, ["172.30.0.1/24", "fd00:30::1/64"])
    let isThere = try host.inside { try ForwardingSettings.bridgedPacketsPassRules() } != nil
    if bridged && !isThere { return }
    if isThere {
      try host.inside {
        for name in ["iptables", "ip6tables"] {
          try writeExistingFile("/proc/sys/net/bridge/bridge-nf-call-\(name)", bridged ? "1" : "0")
        }
      }
    }
    try Self.cable(
      "veth1", host, one, bridge: bridge, ["172.30.0.2/24", "fd00:30::2/64"], by: ["172.30.0.1"])
    try Self.cable(
      "veth2", host, two, bridge: bridge, ["172.30.0.3/24", "fd00:30::3/64"], by: ["172.30.0.1"])
    var rules = try host.rules()
    try rules.commit(NetworkRules.compile(), table: "apus", family: .inet)
    for _ in 0..<2 { try rules.commit(PortRules.compile(), table: "apus", family: .bridge) }
    let network = RuledNetwork(
      bridge: "apus0",
      subnets: [try #require(IPNetwork("172.30.0.0/24")), try #require(IPNetwork("fd00:30::/64"))],
      isOpen: false)
    try rules.commit(
      NetworkRules.adding(network.elements() + [Self.port("0.0.0.0", 8080, "172.30.0.2", 81).element()]),
      table: "apus", family: .inet)
    try rules.commit(
      NetworkRules.adding([
        (PortRules.apart, ["veth1", "veth2"].map { NFTElement(key: NFTKey.interface($0)) })
      ]), table: "apus", family: .bridge)

    let db = try one.inside { try Listener(.v4, port: 80) }
    let shell = try one.inside { try Listener(.v4, port: 81) }
    let six = try one.inside { try Listener(.v6, port: 82) }
    #expect(try db.seen(from: two, to: "172.30.0.2", 80) == nil)
    #expect(try db.seen(from: host, to: "172.30.0.2", 80) == "172.30.0.1")
    let links = [
      RuledLink(
        from: try #require(IPAddress("172.30.0.3")), to: try #require(IPAddress("172.30.0.2")), .tcp, 80
      ).element(),
      RuledLink(
        from: try #require(IPAddress("fd00:30::3")), to: try #require(IPAddress("fd00:30::2")), .tcp, 82
      ).element(),
    ]
    for family in [NFTFamily.inet, .bridge] {
      try rules.commit(NetworkRules.adding(links), table: "apus", family: family)
    }
    #expect(try db.seen(from: two, to: "172.30.0.2", 80) == "172.30.0.3")
    #expect(try six.seen(from: two, to: "fd00:30::2", 82) == "fd00:30::3")
    #expect(try shell.seen(from: two, to: "172.30.0.2", 81) == nil)
    // With br_netfilter such a packet changes its address on the bridge and never leaves it (spec/decisions/0018).
    #expect(try shell.seen(from: two, to: "172.30.0.1", 8080) == (bridged ? nil : "172.30.0.1"))
    for family in [NFTFamily.inet, .bridge] {
      try rules.commit(NetworkRules.removing(links), table: "apus", family: family)
    }
    #expect(try db.seen(from: two, to: "172.30.0.2", 80) == nil)
  }

  /// From and to an internal network nothing goes but among its own.
  @Test func anInternalNetworkIsOnItsOwn() throws {
    let host = try TestNamespace()
    let outside = try TestNamespace()
    let one = try TestNamespace()
    let two = try TestNamespace()
    let other = try TestNamespace()
    let inner = try Self.bridge("apus0", host, ["172.30.0.1/24"])
    let apus1 = try Self.bridge("apus1", host, ["172.31.0.1/24"])
    // The containers know the way out all the same.
    try Self.cable("veth1", host, one, bridge: inner, ["172.30.0.2/24"], by: ["172.30.0.1"])
    try Self.cable("veth2", host, two, bridge: inner, ["172.30.0.3/24"], by: ["172.30.0.1"])
    try Self.cable("veth3", host, other, bridge: apus1, ["172.31.0.2/24"], by: ["172.31.0.1"])
    try Self.cable("out0", host, outside, bridge: nil, ["10.9.0.2/24"], by: ["10.9.0.1"])
    var routes = try host.routes()
    try routes.addAddress(Self.interface("10.9.0.1/24"), to: try #require(try routes.link(named: "out0")))
    var rules = try host.rules()
    try rules.commit(NetworkRules.compile(), table: "apus", family: .inet)
    let networks = [
      RuledNetwork(bridge: "apus0", subnets: [try #require(IPNetwork("172.30.0.0/24"))], isInternal: true),
      RuledNetwork(bridge: "apus1", subnets: [try #require(IPNetwork("172.31.0.0/24"))]),
    ]
    let ports = [
      try Self.port("0.0.0.0", 8080, "172.30.0.2", 80), try Self.port("0.0.0.0", 8081, "172.31.0.2", 80),
    ]
    try rules.commit(
      NetworkRules.adding(networks.flatMap { $0.elements() } + ports.map { $0.element() }), table: "apus",
      family: .inet)
    let hidden = try one.inside { try Listener(.v4, port: 80) }
    let open = try other.inside { try Listener(.v4, port: 80) }
    let away = try outside.inside { try Listener(.v4, port: 80) }
    #expect(try hidden.seen(from: two, to: "172.30.0.2", 80) == "172.30.0.3")
    #expect(try hidden.seen(from: host, to: "172.30.0.2", 80) == "172.30.0.1")
    #expect(try hidden.seen(from: outside, to: "10.9.0.1", 8080) == nil)
    #expect(try hidden.seen(from: other, to: "10.9.0.1", 8080) == nil)
    #expect(try open.seen(from: one, to: "10.9.0.1", 8081) == nil)
    #expect(try open.seen(from: one, to: "172.31.0.2", 80) == nil)
    #expect(try away.seen(from: one, to: "10.9.0.2", 80) == nil)
    #expect(try away.seen(from: other, to: "10.9.0.2", 80) == "10.9.0.1")
    #expect(try open.seen(from: outside, to: "10.9.0.1", 8081) == "10.9.0.2")
  }
}
