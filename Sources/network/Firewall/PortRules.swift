package import Netlink

/// The rules of networks that keep their containers apart (docker's `icc` off). Frames between two ports of one bridge never
/// come to the rules of IP, unless somebody loaded br_netfilter; so these stand where bridges decide: in a table of
/// their family, `bridge apus`.
///
/// It does not track connections, which Linux can do here only with one more module: a link is two directions, to the
/// source's port and from it.
package enum PortRules {
  package static let table = "apus"
  package static let family = NFTFamily.bridge

  /// The bridges' ports whose containers are kept apart.
  package static let apart = NFTSet("apart", [.interfaceName])
  package static let links4 = NetworkRules.v4.links
  package static let links6 = NetworkRules.v6.links

  /// The table with its rules; what its sets hold stays. May be repeated at any time.
  package static func compile() -> [NFTObject] {
    [
      .table(table, family), .set(apart), .set(links4), .set(links6), .chain("linked", nil),
      .chain("forward", NFTHook(type: "filter", .forward, priority: 0)),
    ] + rules("linked", linked) + rules("forward", [toLinked])
  }

  private static func rules(_ chain: String, _ rules: [[NFTExpression]]) -> [NFTObject] {
    [.flush(chain: chain)] + rules.map { .rule(chain: chain, $0) }
  }

  private static let toLinked: [NFTExpression] = [
    .load(.inputName, into: 0), .lookup(apart.name, key: 0), .load(.outputName, into: 0),
    .lookup(apart.name, key: 0), .verdict(.jump("linked")),
  ]

  private static let linked: [[NFTExpression]] = [
    // Who has an address may be asked; of IPv6 that is ICMP's business.
    isOfType(0x0806) + [.verdict(.accept)],
    isOfType(0x86dd) + NetworkRules.isNeighbourDiscovery + [.verdict(.accept)],
    forth(links4, isOfType(0x0800), at: 12, addressBytes: 4, isAnswer: false),
    forth(links4, isOfType(0x0800), at: 12, addressBytes: 4, isAnswer: true),
    forth(links6, isOfType(0x86dd), at: 8, addressBytes: 16, isAnswer: false),
    forth(links6, isOfType(0x86dd), at: 8, addressBytes: 16, isAnswer: true), [.verdict(.drop)],
  ]

  private static func isOfType(_ type: UInt16) -> [NFTExpression] {
    [
      .payload(.link, offset: 12, length: 2, into: 0),
      .compare(0, .equal, [UInt8(type >> 8), UInt8(type & 0xff)]),
    ]
  }

  /// - Parameter isAnswer: whether it goes from the source to the recipient.
  private static func forth(
    _ links: NFTSet, _ isFamily: [NFTExpression], at offset: UInt32, addressBytes: Int, isAnswer: Bool
  ) -> [NFTExpression] {
    let (words, length) = (addressBytes / 4, UInt32(addressBytes))
    let (from, to) = isAnswer ? (offset + length, offset) : (offset, offset + length)
    return isFamily + [
      .payload(.network, offset: from, length: length, into: 0),
      .payload(.network, offset: to, length: length, into: words),
      .load(.protocolNumber, into: 2 * words),
      .payload(.transport, offset: isAnswer ? 0 : 2, length: 2, into: 2 * words + 1),
      .lookup(links.name, key: 0), .verdict(.accept),
    ]
  }
}
