package import Netlink

/// The rules of all networks: one table, `inet apus`, whose rules are always the same. What changes with networks,
/// published ports and links are elements of its sets and maps, so a lookup costs the same with one port and with a
/// thousand (spec/decisions/0018).
package enum NetworkRules {
  package static let table = "apus"
  package static let family = NFTFamily.inet

  /// The devices that are ours.
  package static let bridges = NFTSet("bridges", [.interfaceName])
  /// Pairs of a bridge and itself: their containers may speak with each other.
  package static let open = NFTSet("open", [.interfaceName, .interfaceName])
  /// Bridges from and to which nothing goes.
  package static let closed = NFTSet("internal", [.interfaceName])

  /// What there is of a kind for each family.
  package struct PerFamily: Sendable {
    /// Sources that leave under the host's address.
    package let outward: NFTSet
    /// A bridge and the addresses behind it.
    package let behind: NFTSet
    /// Recipient, source, protocol and port of the links.
    package let links: NFTSet
    /// Ports on all of the host's addresses.
    package let ports: NFTSet
    /// Ports on one address.
    package let portsAt: NFTSet

    init(_ suffix: String, _ address: NFTType) {
      outward = NFTSet("outward\(suffix)", [address], isInterval: true)
      behind = NFTSet("behind\(suffix)", [.interfaceName, address], isInterval: true)
      links = NFTSet("links\(suffix)", [address, address, .protocolNumber, .service])
      ports = NFTSet("ports\(suffix)", [.protocolNumber, .service], to: [address, .service])
      portsAt = NFTSet("portsat\(suffix)", [address, .protocolNumber, .service], to: [address, .service])
    }

    var all: [NFTSet] { [outward, behind, links, ports, portsAt] }
  }

  package static let v4 = PerFamily("4", .ipv4Address)
  package static let v6 = PerFamily("6", .ipv6Address)

  /// The table with its rules; what its sets hold stays. One transaction, which may be repeated at any time: chains are
  /// emptied before their rules are added.
  package static func compile() -> [NFTObject] {
    var objects: [NFTObject] = [.table(table, family)]
    objects += ([bridges, open, closed] + v4.all + v6.all).map(NFTObject.set)
    // Those that are jumped to come first.
    let chains = publishing + [spoofed, arriving, leaving, into, forward, outward]
    objects += chains.map { NFTObject.chain($0.name, $0.hook) }
    for chain in chains {
      objects.append(.flush(chain: chain.name))
      objects += chain.rules.map { NFTObject.rule(chain: chain.name, $0) }
    }
    return objects
  }

  struct Chain {
    let name: String
    var hook: NFTHook?
    let rules: [[NFTExpression]]
  }
}

extension NetworkRules {
  private static let isV4: [NFTExpression] = [.load(.family, into: 0), .compare(0, .equal, [2])]
  private static let isV6: [NFTExpression] = [.load(.family, into: 0), .compare(0, .equal, [10])]
  /// The address is one of the host's own (RTN_LOCAL).
  private static let isForHost: [NFTExpression] = [
    .load(.destinationType, into: 0), .compare(0, .equal, [2, 0, 0, 0]),
  ]
  /// The connection was sent on to another address (IPS_DST_NAT).
  private static let wasSentOn: [NFTExpression] = [
    .load(.connectionStatus, into: 0), .mask(0, [0x20, 0, 0, 0]), .compare(0, .notEqual, [0, 0, 0, 0]),
  ]
  /// Established or related.
  private static let isAnswer: [NFTExpression] = [
    .load(.connectionState, into: 0), .mask(0, [6, 0, 0, 0]), .compare(0, .notEqual, [0, 0, 0, 0]),
  ]
  private static func leaves(by set: NFTSet, not: Bool = false) -> [NFTExpression] {
    [.load(.outputName, into: 0), .lookup(set.name, key: 0, isAbsent: not)]
  }
  private static func comes(by set: NFTSet) -> [NFTExpression] {
    [.load(.inputName, into: 0), .lookup(set.name, key: 0)]
  }
  /// ICMPv6 about neighbours and routers on the same wire.
  static let isNeighbourDiscovery: [NFTExpression] = [
    .load(.protocolNumber, into: 0), .compare(0, .equal, [58]),
    .payload(.transport, offset: 0, length: 1, into: 0), .compare(0, .atLeast, [133]),
    .compare(0, .atMost, [137]),
  ]
  private static let accept: [NFTExpression] = [.verdict(.accept)]
  private static let drop: [NFTExpression] = [.verdict(.drop)]

  /// Before connections are known: 127.0.0.0/8 never comes from a wire. Without this a neighbour, or a container,
  /// would reach what is published for the host alone, since addresses change before the kernel looks at routes, and
  /// a bridge that lets 127.0.0.1 out lets it in as well (CVE-2020-8558).
  private static let spoofed = Chain(
    name: "spoofed", hook: NFTHook(type: "filter", .prerouting, priority: -300),
    rules: [
      [.load(.inputName, into: 0), .compare(0, .notEqual, NFTKey.interface("lo"))] + isV4
        + [.payload(.network, offset: 16, length: 1, into: 0), .compare(0, .equal, [127])] + drop
    ])

  private static let toPublished: [[NFTExpression]] = [
    isV4 + isForHost + [.verdict(.jump("published4"))], isV6 + isForHost + [.verdict(.jump("published6"))],
  ]
  /// From outside, and from containers.
  private static let arriving = Chain(
    name: "arriving", hook: NFTHook(type: "nat", .prerouting, priority: -100), rules: toPublished)
  /// From the host itself, by 127.0.0.1 too.
  private static let leaving = Chain(
    name: "leaving", hook: NFTHook(type: "nat", .output, priority: -100), rules: toPublished)

  /// The one address comes before all addresses. IPv6 has no way out for `::1`.
  private static let publishing = [
    Chain(name: "published4", rules: published(v4, isV4, at: 16, addressBytes: 4, .ip)),
    Chain(
      name: "published6",
      rules: [
        isV6 + [
          .payload(.network, offset: 24, length: 16, into: 0),
          .compare(0, .equal, [UInt8](repeating: 0, count: 15) + [1]), .verdict(.leave),
        ]
      ] + published(v6, isV6, at: 24, addressBytes: 16, .ip6)),
  ]

  private static func published(
    _ sets: PerFamily, _ isFamily: [NFTExpression], at offset: UInt32, addressBytes: Int, _ family: NFTFamily
  ) -> [[NFTExpression]] {
    let words = addressBytes / 4
    func port(_ register: Int) -> [NFTExpression] {
      [
        .load(.protocolNumber, into: register),
        .payload(.transport, offset: 2, length: 2, into: register + 1),
      ]
    }
    let send = NFTExpression.destinationNAT(family, address: 0, port: words)
    return [
      isFamily + [.payload(.network, offset: offset, length: UInt32(addressBytes), into: 0)] + port(words)
        + [.lookup(sets.portsAt.name, key: 0, into: 0), send],
      port(0) + [.lookup(sets.ports.name, key: 0, into: 0), send],
    ]
  }

  /// What goes to a network. Its own containers' packets pass here where the host routes them, and where the host lets
  /// bridged packets pass its rules (br_netfilter).
  private static let into = Chain(
    name: "into",
    rules: [
      isAnswer + accept,
      [
        .load(.inputName, into: 0), .load(.outputName, into: 4), .lookup(open.name, key: 0),
        .verdict(.accept),
      ],
      // Who has an address may be asked, which no router passes on: it is bridged (RFC 4861, types 133 to 137).
      isV6 + isNeighbourDiscovery + accept, linked(v4, isV4, at: 12, addressBytes: 4),
      linked(v6, isV6, at: 8, addressBytes: 16),
      comes(by: closed) + drop, leaves(by: closed) + drop, wasSentOn + accept,
      // From another network, or from a neighbour that knows the way.
      drop,
    ])

  private static func linked(
    _ sets: PerFamily, _ isFamily: [NFTExpression], at offset: UInt32, addressBytes: Int
  ) -> [NFTExpression] {
    let (words, length) = (addressBytes / 4, UInt32(addressBytes))
    return isFamily + [
      .payload(.network, offset: offset, length: length, into: 0),
      .payload(.network, offset: offset + length, length: length, into: words),
      .load(.protocolNumber, into: 2 * words),
      .payload(.transport, offset: 2, length: 2, into: 2 * words + 1),
      .lookup(sets.links.name, key: 0), .verdict(.accept),
    ]
  }

  /// What is of no network of ours is not even looked at twice.
  private static let forward = Chain(
    name: "forward", hook: NFTHook(type: "filter", .forward, priority: 0),
    rules: [leaves(by: bridges) + [.verdict(.jump("into"))], comes(by: closed) + drop])

  private static let outward = Chain(
    name: "outward", hook: NFTHook(type: "nat", .postrouting, priority: 100),
    rules: [
      // To a published port by 127.0.0.1: the container could not answer that.
      leaves(by: bridges) + isV4
        + [
          .payload(.network, offset: 12, length: 1, into: 0), .compare(0, .equal, [127]), .masquerade,
        ],
      // To a published port of the own network by an address of the host's: the answer must come back by the host.
      fromBehind(v4, isV4, at: 12, length: 4), fromBehind(v6, isV6, at: 8, length: 16),
      // To everywhere else.
      leaves(by: bridges, not: true) + isV4
        + [
          .payload(.network, offset: 12, length: 4, into: 0), .lookup(v4.outward.name, key: 0), .masquerade,
        ],
      leaves(by: bridges, not: true) + isV6
        + [
          .payload(.network, offset: 8, length: 16, into: 0), .lookup(v6.outward.name, key: 0), .masquerade,
        ],
    ])

  private static func fromBehind(
    _ sets: PerFamily, _ isFamily: [NFTExpression], at offset: UInt32, length: UInt32
  ) -> [NFTExpression] {
    wasSentOn + isFamily + [
      .load(.outputName, into: 0), .payload(.network, offset: offset, length: length, into: 4),
      .lookup(sets.behind.name, key: 0), .masquerade,
    ]
  }
}
