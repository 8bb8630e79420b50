internal import Addresses
internal import NetworkProtocol
internal import Options
internal import Store

extension ContainerSettings {
  /// What a container's rows of ports are: what `-p` named, each once, then with `-P` the other exposed ones.
  func portRecords(_ bindings: [PortBinding], of id: String) -> [PortRecord] {
    var seen: Set<PortBinding> = []
    var records: [PortRecord] = []
    for binding in bindings where seen.insert(binding).inserted {
      records.append(
        PortRecord(
          containerID: id, position: records.count, port: binding.container.number,
          transport: binding.container.proto.name, host: binding.host.map { "\($0)" },
          hostPorts: binding.hostPorts ?? 0...0))
    }
    guard publishesAllPorts else { return records }
    let named = Set(bindings.map(\.container))
    for port in exposedPorts.compactMap({ ContainerPort(text: $0) }) where !named.contains(port) {
      records.append(
        PortRecord(
          containerID: id, position: records.count, port: port.number, transport: port.proto.name, host: nil,
          hostPorts: nil))
    }
    return records
  }
}

extension ContainerPort {
  /// Reads `80/tcp`, as settings have it.
  init?(text: String) {
    let parts = text.split(separator: "/")
    guard parts.count == 2, let number = UInt16(parts[0]), let proto = PortProtocol(name: String(parts[1]))
    else { return nil }
    self.init(number, proto)
  }
}

extension PortBinding {
  /// That no port of the host is asked for twice.
  /// - Parameter usual: the address of those that name none; nil is all.
  /// - Throws: `EngineError.invalid`.
  static func check(_ bindings: [PortBinding], usual: IPAddress?) throws(EngineError) {
    var fixed: [ContainerPort: [PortBinding]] = [:]
    for binding in bindings {
      guard let ports = binding.hostPorts, ports.count == 1, let port = ports.first else { continue }
      let key = ContainerPort(port, binding.container.proto)
      let other = fixed[key]?.first { other in
        other != binding && overlap(other.host ?? usual, binding.host ?? usual)
      }
      if let other {
        let place = HostPort(binding.host ?? usual ?? IPAddress(.v4, 0), port, key.proto)
        throw EngineError(
          .invalid,
          "Bind for \(place) failed: port is already allocated: it is published for \(other.container) and for "
            + "\(binding.container)")
      }
      fixed[key, default: []].append(binding)
    }
  }

  private static func overlap(_ one: IPAddress?, _ other: IPAddress?) -> Bool {
    guard let one, let other else { return true }
    return one.family == other.family && (one == other || one.isUnspecified || other.isUnspecified)
  }
}

/// A port at an address of the host's.
struct HostPort: Hashable, CustomStringConvertible {
  let address: IPAddress
  let port: UInt16
  let proto: PortProtocol

  init(_ address: IPAddress, _ port: UInt16, _ proto: PortProtocol) {
    self.address = address
    self.port = port
    self.proto = proto
  }

  /// `0.0.0.0:80`, `[::]:80`.
  var description: String { "\(address.family == .v6 ? "[\(address)]" : "\(address)"):\(port)" }

  /// What its socket is called among others (spec/shim-protocol.md, Ports).
  var name: String { "\(proto.name) \(self)" }
}

extension PortRecord {
  /// nil for a row that none of ours has written.
  var proto: PortProtocol? { PortProtocol(name: transport) }

  /// The container's.
  var containerPort: ContainerPort { ContainerPort(port, proto ?? .tcp) }

  /// Where it is on the host, or was the last time.
  var places: [HostPort] {
    guard let hostPort, let proto else { return [] }
    return (addresses ?? "").split(separator: " ").compactMap { IPAddress(String($0)) }
      .map { HostPort($0, hostPort, proto) }
  }

  /// What the rules are told of it.
  func orders(to endpoint: EndpointRecord) -> [PortOrder] {
    places.compactMap { place in
      let own = place.address.family == .v4 ? endpoint.address4 : endpoint.address6
      return own.flatMap { IPAddress($0) }.map {
        PortOrder(place.proto, host: place.address, place.port, to: $0, port)
      }
    }
  }
}
