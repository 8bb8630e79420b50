internal import Addresses
internal import JSONDocument
internal import Options
package import Store

extension ContainerEngine {
  /// The ports of a container that runs: those that are published, and those that are only exposed.
  /// - Parameter held: what is published.
  package func listedPorts(_ held: [PortRecord], exposed: [String]) -> [ListedPort] {
    var listed: [ListedPort] = []
    for record in held where record.isHeld {
      listed += record.places.map {
        ListedPort(record.port, record.transport, at: .init("\($0.address)", $0.port))
      }
    }
    let published = Set(listed.map(\.name))
    for port in exposed.compactMap({ ContainerPort(text: $0) }) where !published.contains("\(port)") {
      listed.append(ListedPort(port.number, port.proto.name))
    }
    return listed
  }

  /// What a container publishes now, in the order of ports; nothing when it does not run.
  package func publishedPorts(_ reference: String) throws(EngineError) -> [ListedPort] {
    let record = try find(reference)
    guard try status(of: record).isRunning else { return [] }
    let ports = try attempt { () throws(StoreError) in try store.ports(ofContainer: record.id) }
    return listedPorts(ports, exposed: []).sorted {
      ($0.port, $0.transport, $0.place?.address ?? "", $0.place?.port ?? 0)
        < ($1.port, $1.transport, $1.place?.address ?? "", $1.place?.port ?? 0)
    }
  }

  /// docker's NetworkSettings.Ports: of a container that runs, what is exposed and where it is.
  func inspectPorts(_ record: ContainerRecord, _ settings: ContainerSettings) throws(EngineError) -> JSONValue
  {
    let ports = try attempt { () throws(StoreError) in try store.ports(ofContainer: record.id) }
    var members = JSONObject()
    for port in listedPorts(ports, exposed: settings.exposedPorts) {
      guard let place = port.place else {
        members[port.name] = .null
        continue
      }
      let others = members[port.name]?.array ?? []
      members[port.name] = .array(others + [Self.place(place.address, "\(place.port)")])
    }
    return .object(members)
  }

  /// docker's HostConfig.PortBindings: what was asked for.
  func inspectPortBindings(_ id: String) throws(EngineError) -> JSONValue {
    let ports = try attempt { () throws(StoreError) in try store.ports(ofContainer: id) }
    var members = JSONObject()
    for port in ports {
      guard let wanted = port.hostPorts else { continue }
      let number =
        wanted.lowerBound == 0
        ? "" : wanted.count == 1 ? "\(wanted.lowerBound)" : "\(wanted.lowerBound)-\(wanted.upperBound)"
      let name = "\(port.containerPort)"
      members[name] = .array((members[name]?.array ?? []) + [Self.place(port.host ?? "", number)])
    }
    return .object(members)
  }

  private static func place(_ address: String, _ port: String) -> JSONValue {
    ["HostIp": .string(address), "HostPort": .string(port)]
  }
}
