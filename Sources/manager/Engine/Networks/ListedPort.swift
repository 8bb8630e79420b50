/// A container's port as lists show it.
package struct ListedPort: Sendable, Hashable {
  /// The container's, and its protocol.
  package let port: UInt16
  package let transport: String
  /// Where it is on the host: the address as text and the port; nil for one that is only exposed.
  package let place: Place?

  /// A port at an address of the host's.
  package struct Place: Sendable, Hashable {
    package let address: String
    package let port: UInt16

    package init(_ address: String, _ port: UInt16) {
      self.address = address
      self.port = port
    }

    /// `0.0.0.0:80`, `[::]:80`.
    package var text: String { "\(host):\(port)" }

    fileprivate var host: String { address.contains(":") ? "[\(address)]" : address }
  }

  package init(_ port: UInt16, _ transport: String, at place: Place? = nil) {
    self.port = port
    self.transport = transport
    self.place = place
  }

  /// `80/tcp`.
  package var name: String { "\(port)/\(transport)" }

  private static func precedes(_ one: ListedPort, _ other: ListedPort) -> Bool {
    (one.port, one.place?.address ?? "", one.place?.port ?? 0, one.transport)
      < (other.port, other.place?.address ?? "", other.place?.port ?? 0, other.transport)
  }

  /// The text of a PORTS column: neighbours that have the same number on the host are one range; what has another number
  /// comes last (docker/cli, formatter/container.go, DisplayablePorts).
  package static func column(_ ports: [ListedPort]) -> String {
    struct Group: Hashable {
      let host: String?
      let transport: String
    }
    var open: [(group: Group, ports: ClosedRange<UInt16>)] = []
    var ranges: [String] = []
    var moved: [String] = []
    func text(_ group: Group, _ ports: ClosedRange<UInt16>) -> String {
      let numbers = ports.count == 1 ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
      return (group.host.map { "\($0):\(numbers)->" } ?? "") + "\(numbers)/\(group.transport)"
    }
    for port in ports.sorted(by: precedes) {
      if let place = port.place, place.port != port.port {
        moved.append("\(place.text)->\(port.name)")
        continue
      }
      let group = Group(host: port.place?.host, transport: port.transport)
      guard let index = open.firstIndex(where: { $0.group == group }) else {
        open.append((group, port.port...port.port))
        continue
      }
      let last = open[index].ports.upperBound
      if last != UInt16.max, port.port == last + 1 {
        open[index].ports = open[index].ports.lowerBound...port.port
      } else {
        ranges.append(text(group, open[index].ports))
        open[index].ports = port.port...port.port
      }
    }
    return (ranges + open.map { text($0.group, $0.ports) } + moved).joined(separator: ", ")
  }
}
