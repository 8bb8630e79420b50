// What nf_tables keeps, as values (libnftnl's and nft(8)'s nouns). How they are written for the kernel is in
// NFTObject+Batch.swift.

/// The packets a table sees.
package enum NFTFamily: UInt8, Sendable, Hashable {
  /// IPv4 and IPv6.
  case inet = 1
  case ip = 2
  case arp = 3
  case netdev = 5
  case bridge = 7
  case ip6 = 10
}

/// Where a chain of a table is entered from.
package struct NFTHook: Sendable, Hashable {
  /// The places of inet, ip and ip6 tables (linux/netfilter.h); a bridge table has the same.
  package enum Place: UInt32, Sendable { case prerouting, input, forward, output, postrouting }

  package let type: String
  package let place: Place
  /// Chains of the same place are entered in the order of these numbers (nft(8), standard priority names).
  package let priority: Int32

  package init(type: String, _ place: Place, priority: Int32) {
    self.type = type
    self.place = place
    self.priority = priority
  }
}

/// Types of what stands in a set, numbered as nft(8) numbers them (nftables, include/datatype.h): the kernel only keeps the
/// number for those who list the set.
package enum NFTType: UInt32, Sendable, Hashable {
  case ipv4Address = 7
  case ipv6Address = 8
  case protocolNumber = 12
  case service = 13
  case interfaceName = 41

  /// How many bytes a value has.
  package var size: Int {
    switch self {
    case .ipv4Address: 4
    case .ipv6Address: 16
    case .protocolNumber: 1
    case .service: 2
    case .interfaceName: 16
    }
  }

  /// The same filled up to whole registers, as in a key of several parts.
  var paddedSize: Int { (size + 3) & ~3 }
}

/// A set of keys, or a map from keys to values.
package struct NFTSet: Sendable, Hashable {
  package let name: String
  package let key: [NFTType]
  /// Empty for a set without values.
  package let value: [NFTType]
  /// Whether an element is a range of keys.
  package let isInterval: Bool

  package init(_ name: String, _ key: [NFTType], to value: [NFTType] = [], isInterval: Bool = false) {
    self.name = name
    self.key = key
    self.value = value
    self.isInterval = isInterval
  }
}

/// An element of a set: bytes as `NFTKey` makes them.
package struct NFTElement: Sendable, Hashable {
  package let key: [UInt8]
  /// The last key of a range, in a set of ranges whose keys have several parts.
  package let keyEnd: [UInt8]?
  package let value: [UInt8]?
  /// Whether it is not the first key of a range but the first behind it, in a set of ranges whose keys have one part.
  package let isEnd: Bool

  package init(key: [UInt8], keyEnd: [UInt8]? = nil, value: [UInt8]? = nil, isEnd: Bool = false) {
    self.key = key
    self.keyEnd = keyEnd
    self.value = value
    self.isEnd = isEnd
  }
}

/// A comparison.
package enum NFTComparison: UInt32, Sendable { case equal, notEqual, less, atMost, more, atLeast }

/// What a rule does with a packet that all expressions before let pass.
package enum NFTVerdict: Sendable, Hashable {
  case accept, drop
  case jump(String)
  case leave
}

/// One step of a rule. Registers are of four bytes, numbered from 0; a value that is longer fills those behind.
package enum NFTExpression: Sendable, Hashable {
  /// What is known of the packet beside its bytes.
  package enum Fact: Sendable, Hashable {
    case inputName, outputName, family, protocolNumber
    /// `fib daddr type`: whose the destination is, as a route type (RTN_LOCAL …).
    case destinationType
    case connectionState, connectionStatus
  }
  /// Where in the packet.
  package enum Header: UInt32, Sendable { case link, network, transport }

  case load(Fact, into: Int)
  case payload(Header, offset: UInt32, length: UInt32, into: Int)
  case compare(Int, NFTComparison, [UInt8])
  /// `register & mask` stays in the register.
  case mask(Int, [UInt8])
  /// The rule goes on when the key from this register on is in the set; a map's value then stands from `into` on.
  case lookup(String, key: Int, into: Int? = nil, isAbsent: Bool = false)
  /// Sends the connection to the address in one register and the port in another.
  case destinationNAT(NFTFamily, address: Int, port: Int)
  /// Gives the connection the address of the device it leaves by.
  case masquerade
  case verdict(NFTVerdict)
}

/// Something to make, change or remove. A list of them is one transaction: all or nothing.
package enum NFTObject: Sendable, Hashable {
  /// There is a table of this name.
  case table(String, NFTFamily)
  /// There is a chain of this name; with a hook, packets enter it from there, and those it does not refuse go on.
  case chain(String, NFTHook?)
  case set(NFTSet)
  /// The chain has no rules.
  case flush(chain: String)
  /// The chain's next rule.
  case rule(chain: String, [NFTExpression])
  /// These elements are in the set; that they are already is no failure, unless they have another value.
  case elements(NFTSet, [NFTElement])
  /// These elements are not in the set any more; one that is not there fails the transaction.
  case absentElements(NFTSet, [NFTElement])
  /// The table is gone with all that is in it; one that is not there fails the transaction.
  case absentTable(String, NFTFamily)
}

/// The bytes of a key or a value of several parts.
package enum NFTKey {
  /// Each part filled up to whole registers.
  package static func bytes(_ parts: [[UInt8]]) -> [UInt8] {
    parts.flatMap { $0 + [UInt8](repeating: 0, count: ($0.count + 3) / 4 * 4 - $0.count) }
  }

  /// A device's name, as keys have it.
  package static func interface(_ name: String) -> [UInt8] {
    let bytes = Array(name.utf8.prefix(15))
    return bytes + [UInt8](repeating: 0, count: 16 - bytes.count)
  }

  /// A port.
  package static func service(_ port: UInt16) -> [UInt8] { [UInt8(port >> 8), UInt8(port & 0xff)] }
}
