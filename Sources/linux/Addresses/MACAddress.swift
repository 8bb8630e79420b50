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
