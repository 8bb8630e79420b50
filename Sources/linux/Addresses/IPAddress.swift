/// The two kinds of internet addresses.
package enum IPFamily: UInt8, Sendable, Hashable, Comparable {
  case v4 = 4
  case v6 = 6

  /// How many bits an address has.
  package var bits: Int { self == .v4 ? 32 : 128 }

  package static func < (one: IPFamily, other: IPFamily) -> Bool { one.rawValue < other.rawValue }
}

/// An address of IPv4 or IPv6. They compare by family, then by number; an IPv4 address that is written inside of an IPv6
/// one (`::ffff:1.2.3.4`) is an IPv6 one here.
package struct IPAddress: Sendable, Hashable, Comparable {
  package let family: IPFamily
  /// The address as a number; an IPv4 one fills 32 bits.
  package let value: UInt128

  /// From a number; what does not fit into the family is cut off.
  package init(_ family: IPFamily, _ value: UInt128) {
    self.family = family
    self.value = family == .v4 ? value & 0xffff_ffff : value
  }

  /// From four bytes or sixteen, the highest first as on the wire; nil for another number of bytes.
  package init?<Bytes: Collection<UInt8>>(bytes: Bytes) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    self.init(bytes.count == 4 ? .v4 : .v6, bytes.reduce(0) { $0 << 8 | UInt128($1) })
  }

  /// Four bytes or sixteen, the highest first.
  package var bytes: [UInt8] {
    stride(from: family.bits - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt128($0)) }
  }

  /// `0.0.0.0` and `::`: no address, or any.
  package var isUnspecified: Bool { value == 0 }

  /// The host's own: `127.0.0.0/8` and `::1`.
  package var isLoopback: Bool { family == .v4 ? value >> 24 == 127 : value == 1 }

  /// The address so many places on; nil beyond the family's last.
  package func advanced(by places: UInt128) -> IPAddress? {
    let (sum, overflow) = value.addingReportingOverflow(places)
    return overflow || (family == .v4 && sum > 0xffff_ffff) ? nil : IPAddress(family, sum)
  }

  package static func < (one: IPAddress, other: IPAddress) -> Bool {
    one.family == other.family ? one.value < other.value : one.family < other.family
  }
}
