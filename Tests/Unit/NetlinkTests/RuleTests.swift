import Addresses
import Firewall
import JSONDocument
import LinuxSystem
import Testing

@testable import Netlink

@Suite struct RuleTests {
  @Test func theRulesAreWhatNftLists() throws {
    let host = try TestNamespace()
    var rules = try host.rules()
    // Twice: nothing is there twice.
    for _ in 0..<2 { try rules.commit(NetworkRules.compile(), table: "apus", family: .inet) }
    let network = RuledNetwork(
      bridge: "apus0",
      subnets: [try #require(IPNetwork("172.30.0.0/24")), try #require(IPNetwork("fd00:30::/64"))])
    let port = RuledPort(
      host: IPAddress(.v4, 0), 8080, .tcp, to: try #require(IPAddress("172.30.0.2")), 80)
    let at = RuledPort(
      host: try #require(IPAddress("127.0.0.1")), 53, .udp, to: try #require(IPAddress("172.30.0.2")), 5353)
    let six = RuledPort(
      host: IPAddress(.v6, 0), 8080, .sctp, to: try #require(IPAddress("fd00:30::2")), 80)
    let link = RuledLink(
      from: try #require(IPAddress("172.30.0.3")), to: try #require(IPAddress("172.30.0.2")), .tcp, 5432)
    let elements = network.elements() + [port.element(), at.element(), six.element(), link.element()]
    for _ in 0..<2 { try rules.commit(NetworkRules.adding(elements), table: "apus", family: .inet) }

    let listed = try host.output("nft", ["list", "table", "inet", "apus"]).split(
      separator: "\t", omittingEmptySubsequences: false)
    #expect(listed.joined(separator: "  ") == Self.listing)
    for one in [port, at, six] {
      let set = one.element().0
      let found = try rules.elements(of: set, table: "apus", family: .inet)
      #expect(found.compactMap { RuledPort($0, of: set) } == [one])
    }
    // What is there with another value is refused, and with it all of the transaction.
    let other = RuledPort(host: IPAddress(.v4, 0), 8080, .tcp, to: try #require(IPAddress("172.30.0.9")), 80)
    let fresh = RuledPort(host: IPAddress(.v4, 0), 8081, .tcp, to: try #require(IPAddress("172.30.0.9")), 80)
    let error = #expect(throws: NetlinkError.self) {
      try rules.commit(
        NetworkRules.adding([fresh.element(), other.element()]), table: "apus", family: .inet)
    }
    #expect(error?.code == ErrorCode.exists || error?.code == ErrorCode.busy)
    #expect(
      try rules.elements(of: NetworkRules.v4.ports, table: "apus", family: .inet) == port.element().1)

    try rules.commit(NetworkRules.removing(elements), table: "apus", family: .inet)
    #expect(try !host.output("nft", ["list", "table", "inet", "apus"]).contains("elements"))
    let gone = #expect(throws: NetlinkError.self) {
      try rules.commit(NetworkRules.removing([port.element()]), table: "apus", family: .inet)
    }
    #expect(gone?.code == ErrorCode.noEntry)
    #expect(try rules.hasTable("apus", .inet))
    #expect(try rules.deleteTable("apus", .inet))
    #expect(try !rules.deleteTable("apus", .inet))
    #expect(try !rules.hasTable("apus", .inet))
  }

  @Test func whatElseHasASayIsFound() throws {
    let host = try TestNamespace()
    let said = try host.output(
      "nft",
      [
        "add table ip other; add chain ip other fw { type filter hook forward priority 5; policy drop; }"
      ])
    #expect(said == "")
    var rules = try host.rules()
    #expect(
      try rules.baseChains() == [
        NFTBaseChain(
          family: 2, table: "other", name: "fw", type: "filter", place: 2, priority: 5, isClosed: true)
      ])
  }

  /// What a thousand ports cost: as much as one.
  @Test func aThousandPortsAreOneTransaction() throws {
    let host = try TestNamespace()
    var rules = try host.rules()
    try rules.commit(NetworkRules.compile(), table: "apus", family: .inet)
    let container = try #require(IPAddress("172.30.0.2"))
    let ports = (0..<1000).map { RuledPort(host: IPAddress(.v4, 0), 20000 + $0, .tcp, to: container, 80) }
    let elements = [(NetworkRules.v4.ports, ports.flatMap { $0.element().1 })]
    try rules.commit(NetworkRules.adding(elements), table: "apus", family: .inet)
    let found = try rules.elements(of: NetworkRules.v4.ports, table: "apus", family: .inet)
    #expect(Set(found.compactMap { RuledPort($0, of: NetworkRules.v4.ports) }) == Set(ports))
    try rules.commit(NetworkRules.removing(elements), table: "apus", family: .inet)
    #expect(try rules.elements(of: NetworkRules.v4.ports, table: "apus", family: .inet).isEmpty)
  }

  /// As nft(8) puts it, with two spaces for a tab.
  static let listing = """
    table inet apus {
      set bridges {
        type ifname
        elements = { "apus0" }
      }

      set open {
        type ifname . ifname
        elements = { "apus0" . "apus0" }
      }

      set internal {
        type ifname
      }

      set outward4 {
        type ipv4_addr
        flags interval
        elements = { 172.30.0.0/24 }
      }

      set behind4 {
        type ifname . ipv4_addr
        flags interval
        elements = { "apus0" . 172.30.0.0/24 }
      }

      set links4 {
        type ipv4_addr . ipv4_addr . inet_proto . inet_service
        elements = { 172.30.0.3 . 172.30.0.2 . tcp . 5432 }
      }

      map ports4 {
        type inet_proto . inet_service : ipv4_addr . inet_service
        elements = { tcp . 8080 : 172.30.0.2 . 80 }
      }

      map portsat4 {
        type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
        elements = { 127.0.0.1 . udp . 53 : 172.30.0.2 . 5353 }
      }

      set outward6 {
        type ipv6_addr
        flags interval
        elements = { fd00:30::/64 }
      }

      set behind6 {
        type ifname . ipv6_addr
        flags interval
        elements = { "apus0" . fd00:30::/64 }
      }

      set links6 {
        type ipv6_addr . ipv6_addr . inet_proto . inet_service
      }

      map ports6 {
        type inet_proto . inet_service : ipv6_addr . inet_service
        elements = { sctp . 8080 : fd00:30::2 . 80 }
      }

      map portsat6 {
        type ipv6_addr . inet_proto . inet_service : ipv6_addr . inet_service
      }

      chain published4 {
        dnat ip to ip daddr . meta l4proto . th dport map @portsat4
        dnat ip to meta l4proto . th dport map @ports4
      }

      chain published6 {
        ip6 daddr ::1 return
        dnat ip6 to ip6 daddr . meta l4proto . th dport map @portsat6
        dnat ip6 to meta l4proto . th dport map @ports6
      }

      chain spoofed {
        type filter hook prerouting priority raw; policy accept;
        iifname != "lo" ip daddr 127.0.0.0/8 drop
      }

      chain arriving {
        type nat hook prerouting priority dstnat; policy accept;
        meta nfproto ipv4 fib daddr type local jump published4
        meta nfproto ipv6 fib daddr type local jump published6
      }

      chain leaving {
        type nat hook output priority -100; policy accept;
        meta nfproto ipv4 fib daddr type local jump published4
        meta nfproto ipv6 fib daddr type local jump published6
      }

      chain into {
        ct state established,related accept
        iifname . oifname @open accept
        icmpv6 type 133-137 accept
        ip saddr . ip daddr . meta l4proto . th dport @links4 accept
        ip6 saddr . ip6 daddr . meta l4proto . th dport @links6 accept
        iifname @internal drop
        oifname @internal drop
        ct status dnat accept
        drop
      }

      chain forward {
        type filter hook forward priority filter; policy accept;
        oifname @bridges jump into
        iifname @internal drop
      }

      chain outward {
        type nat hook postrouting priority srcnat; policy accept;
        oifname @bridges ip saddr 127.0.0.0/8 masquerade
        ct status dnat oifname . ip saddr @behind4 masquerade
        ct status dnat oifname . ip6 saddr @behind6 masquerade
        oifname != @bridges ip saddr @outward4 masquerade
        oifname != @bridges ip6 saddr @outward6 masquerade
      }
    }

    """
}
