internal import Addresses
package import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Options
internal import ShimProtocol
package import Store

/// A network that is always there.
package enum PredefinedNetwork: String, CaseIterable, Sendable {
  case bridge, host, none

  /// The same on every machine: the name's bytes.
  package var id: String {
    let digits = hexadecimal(Array(rawValue.utf8))
    return digits + String(repeating: "0", count: 64 - digits.utf8.count)
  }

  /// As docker calls it.
  package var driver: String { self == .none ? "null" : rawValue }
}

/// A line of `network ls`.
package struct ListedNetwork: Sendable {
  package let id: String
  package let name: String
  package let driver: String
  /// Its row; nil for one that needs none.
  package let record: NetworkRecord?
  package let labels: [String: String]
  /// Whether no container has it.
  package let isDangling: Bool

  /// Whether nobody made it.
  package var isPredefined: Bool { PredefinedNetwork(rawValue: name) != nil }
}

extension ContainerEngine {
  /// Every network, by name.
  package func networks() throws(EngineError) -> [ListedNetwork] {
    let records = try attempt { () throws(StoreError) in try store.networks() }
    var listed: [ListedNetwork] = []
    for network in PredefinedNetwork.allCases where !records.contains(where: { $0.name == network.rawValue })
    {
      listed.append(
        ListedNetwork(
          id: network.id, name: network.rawValue, driver: network.driver, record: nil, labels: [:],
          isDangling: false))
    }
    for record in records {
      let users = try attempt { () throws(StoreError) in try store.endpoints(ofNetwork: record.id) }
      listed.append(
        ListedNetwork(
          id: record.id, name: record.name, driver: record.driver, record: record,
          labels: try storedTexts(record.labels), isDangling: users.isEmpty))
    }
    return listed.sorted { $0.name < $1.name }
  }

  /// The network that a name, an id or the beginning of one means.
  /// - Throws: `.notFound`, in docker's words.
  func listedNetwork(_ reference: String) throws(EngineError) -> ListedNetwork {
    let networks = try networks()
    let found =
      networks.filter { $0.name == reference || $0.id == reference }
      + networks.filter { !reference.isEmpty && $0.id.hasPrefix(reference) }
    guard let first = found.first, Set(found.map(\.id)).count == 1 || first.name == reference else {
      throw EngineError(StoreError.noSuchNetwork(reference))
    }
    return first
  }

  /// Forgets a network, then takes its bridge away.
  /// - Throws: `.conflict` while a container has it.
  package func removeNetwork(_ reference: String) throws(EngineError) {
    let listed = try listedNetwork(reference)
    guard !listed.isPredefined, let network = listed.record else {
      throw EngineError(
        .conflict, "\(listed.name) is a pre-defined network and cannot be removed")
    }
    try sweep()
    try attempt { () throws(StoreError) in _ = try store.deleteNetwork(network) }
    record(.network("destroy", network))
    // Whoever asked is to hear of it; what a sweep cannot do is only said.
    if fileExists(NetworkPaths(state: paths.networks).bridge(network.bridge)) {
      try removeBridge(network.bridge)
    }
  }

  /// Removes the networks that no container has.
  /// - Parameter isChosen: which of them.
  /// - Returns: their names.
  package func pruneNetworks(_ isChosen: (ListedNetwork) -> Bool) throws(EngineError) -> [String] {
    try sweep()
    var removed: [String] = []
    for network in try networks() where !network.isPredefined && network.isDangling && isChosen(network) {
      do throws(EngineError) { try removeNetwork(network.id) } catch {
        // Somebody has just taken it, or removed it.
        guard error.kind == .conflict || error.kind == .notFound else { throw error }
        continue
      }
      removed.append(network.name)
    }
    if !removed.isEmpty { record(.prune(.network, reclaimedBytes: 0)) }
    return removed
  }

  /// A network in the shape of docker's inspect (API 1.51, Network).
  package func inspectNetwork(_ reference: String) throws(EngineError) -> JSONValue {
    let listed = try listedNetwork(reference)
    let network = listed.record
    var containers: [JSONObject.Member] = []
    if let network {
      let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofNetwork: network.id) }
      for (endpoint, container) in endpoints where endpoint.isHeld {
        containers.append(
          .init(
            key: container.id,
            value: [
              "Name": .string(container.name), "EndpointID": .string(endpoint.id),
              "MacAddress": .string(endpoint.mac ?? ""),
              "IPv4Address": .string(endpoint.prefixed(endpoint.address4, network.subnet4)),
              "IPv6Address": .string(endpoint.prefixed(endpoint.address6, network.subnet6)),
            ]))
      }
    }
    let subnets = [network?.subnet4, network?.subnet6].compactMap { $0 }
    let auxiliary = try network.map { (row) throws(EngineError) in try storedTexts(row.auxiliary) } ?? [:]
    return [
      "Name": .string(listed.name), "Id": .string(listed.id),
      "Created": .string(network?.createdAt.description ?? "0001-01-01T00:00:00Z"), "Scope": "local",
      "Driver": .string(listed.driver), "EnableIPv4": true, "EnableIPv6": .bool(network?.subnet6 != nil),
      "IPAM": [
        "Driver": "default", "Options": nil,
        "Config": .array(subnets.map { inspect($0, auxiliary) }),
      ],
      "Internal": .bool(network?.isInternal ?? false), "Attachable": false, "Ingress": false,
      "ConfigFrom": ["Network": ""], "ConfigOnly": false,
      "Containers": .object(JSONObject(containers)),
      "Options": map(try network.map { (row) throws(EngineError) in try storedTexts(row.options) } ?? [:]),
      "Labels": map(listed.labels),
    ]
  }

  private func inspect(
    _ subnet: NetworkRecord.SubnetRecord, _ auxiliary: [String: String]
  ) -> JSONValue {
    let network = IPNetwork(subnet.subnet)
    let own = auxiliary.filter { IPAddress($0.value).map { network?.contains($0) ?? false } ?? false }
    let document: JSONValue = ["Subnet": .string(subnet.subnet)]
    return document.with("IPRange", subnet.range.map { .string($0) })
      .with("Gateway", subnet.order.map { .string("\($0.gateway)") })
      .with("AuxiliaryAddresses", own.isEmpty ? Optional.none : map(own))
  }
}

extension EndpointRecord {
  /// `172.17.0.2/16`; empty without an address.
  func prefixed(_ address: String?, _ subnet: NetworkRecord.SubnetRecord?) -> String {
    guard let address, let subnet, let slash = subnet.subnet.firstIndex(of: "/") else { return "" }
    return address + subnet.subnet[slash...]
  }
}
