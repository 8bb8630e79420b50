/// An Ethernet address.
package struct MACAddress: Sendable, Hashable, CustomStringConvertible {
  /// Six.
  package let bytes: [UInt8]

  /// From six bytes; nil for another number.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 6 else { return nil }
    self.bytes = bytes
  }

  /// The one that belongs to an IPv4 address: `02:42` and its four bytes, so that whoever takes an address over is reached
  /// by it at once although neighbours remember the old one (moby, libnetwork/netutils, GenerateMACFromIP). An IPv6
  /// address gives its last four.
  package init(for address: IPAddress) { bytes = [0x02, 0x42] + address.bytes.suffix(4) }

  /// One that stands for a text: an address of local administration with 40 bits of the text's digest (FNV-1a), so that two
  /// texts hardly ever have the same.
  package init(standingFor text: String) {
    var digest: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3 }
    digest ^= digest >> 40
    bytes = [0x02] + (0..<5).map { UInt8(truncatingIfNeeded: digest >> (8 * $0)) }
  }

  /// Reads `02:42:ac:11:00:02`, or with dashes; nil for anything else.
  package init?(_ text: String) {
    let separator: Character = text.contains("-") ? "-" : ":"
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    guard parts.count == 6 else { return nil }
    var bytes: [UInt8] = []
    for part in parts {
      guard part.utf8.count == 2, part.utf8.first != UInt8(ascii: "+"), let byte = UInt8(part, radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    self.bytes = bytes
  }

  /// Whether it names a group of stations and so can be nobody's own.
  package var isMulticast: Bool { bytes[0] & 1 != 0 }

  package var description: String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
  }
}
