/// Transports with ports, by their numbers (the IANA's).
package enum PortProtocol: UInt8, Sendable, CaseIterable {
  case tcp = 6
  case udp = 17
  case sctp = 132

  /// As it is written: `tcp`.
  package var name: String {
    switch self {
    case .tcp: "tcp"
    case .udp: "udp"
    case .sctp: "sctp"
    }
  }

  /// Reads a name, in capitals too; nil for another protocol.
  package init?(name: String) {
    let lower = name.lowercased()
    guard let found = Self.allCases.first(where: { $0.name == lower }) else { return nil }
    self = found
  }
}

/// A port of a container: `80/tcp`.
package struct ContainerPort: Sendable, Hashable, CustomStringConvertible {
  package let number: UInt16
  package let proto: PortProtocol

  package init(_ number: UInt16, _ proto: PortProtocol = .tcp) {
    self.number = number
    self.proto = proto
  }

  package var description: String { "\(number)/\(proto.name)" }

  /// The order of link variables: all of TCP first, then by protocol's name, each by number (moby, daemon/links).
  package static func precedes(_ one: ContainerPort, _ other: ContainerPort) -> Bool {
    if one.proto == other.proto { return one.number < other.number }
    if one.proto == .tcp || other.proto == .tcp { return one.proto == .tcp }
    return one.proto.name < other.proto.name
  }
}
