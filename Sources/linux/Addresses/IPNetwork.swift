/// A range of addresses with a common prefix: `172.17.0.0/16`.
package struct IPNetwork: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first address; the bits behind the prefix are zero.
  package let base: IPAddress
  /// How many bits are the same in all.
  package let prefixLength: Int

  /// The network of this size that the address lies in.
  /// - Returns: nil for a length that the family does not have.
  package init?(containing address: IPAddress, prefixLength: Int) {
    guard (0...address.family.bits).contains(prefixLength) else { return nil }
    self.prefixLength = prefixLength
    let free = address.family.bits - prefixLength
    base = IPAddress(address.family, free == 128 ? 0 : (address.value >> UInt128(free)) << UInt128(free))
  }

  /// Reads `ADDRESS/LENGTH`. Bits behind the prefix are passed over; who must not have them compares with `base`.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = IPAddress(String(parts[0])),
      (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      parts[1].utf8.count == 1 || parts[1].utf8.first != 0x30, let length = Int(parts[1])
    else { return nil }
    self.init(containing: address, prefixLength: length)
  }

  package var family: IPFamily { base.family }

  /// The last address; of IPv4, the one that reaches all.
  package var last: IPAddress {
    let free = family.bits - prefixLength
    return IPAddress(family, base.value | (free == 128 ? .max : (1 << UInt128(free)) - 1))
  }

  /// Whether the address lies in it.
  package func contains(_ address: IPAddress) -> Bool {
    address.family == family && base <= address && address <= last
  }

  /// Whether all of the other lies in it.
  package func contains(_ other: IPNetwork) -> Bool {
    other.prefixLength >= prefixLength && contains(other.base)
  }

  /// Whether some address lies in both.
  package func overlaps(_ other: IPNetwork) -> Bool { contains(other) || other.contains(self) }

  package var description: String { "\(base)/\(prefixLength)" }

  package static func < (one: IPNetwork, other: IPNetwork) -> Bool {
    one.base == other.base ? one.prefixLength < other.prefixLength : one.base < other.base
  }
}

/// An address and the size of the network it stands in, as an interface has it: `172.17.0.1/16`.
package struct InterfaceAddress: Sendable, Hashable, CustomStringConvertible {
  package let address: IPAddress
  package let prefixLength: Int

  package init(_ address: IPAddress, prefixLength: Int) {
    self.address = address
    self.prefixLength = prefixLength
  }

  package var description: String { "\(address)/\(prefixLength)" }
}
