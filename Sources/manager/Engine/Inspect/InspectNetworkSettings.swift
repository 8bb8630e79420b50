internal import Addresses
internal import JSONDocument
internal import NetworkProtocol
internal import Options
internal import Store

extension ContainerEngine {
  /// docker's NetworkSettings. The members beside `Networks` are those of the container's first network, which docker
  /// has left out since API 1.52 and which everything that was written before asks for.
  func inspectNetworkSettings(
    _ record: ContainerRecord, _ settings: ContainerSettings
  ) throws(EngineError) -> JSONValue {
    let endpoints =
      settings.network.isNamed
      ? try attempt { () throws(StoreError) in try store.endpoints(ofContainer: record.id) } : []
    let isThere = endpoints.contains { $0.0.isHeld }
    let key = isThere ? NetworkPaths(state: paths.networks).namespace(record.id) : ""
    let outside: JSONValue = [
      "Bridge": "", "SandboxID": .string(isThere ? record.id : ""), "SandboxKey": .string(key),
      "Ports": isThere ? try inspectPorts(record, settings) : [:],
      "HairpinMode": false, "LinkLocalIPv6Address": "", "LinkLocalIPv6PrefixLen": 0,
      "SecondaryIPAddresses": nil, "SecondaryIPv6Addresses": nil,
    ]
    var networks: [JSONObject.Member] = []
    for (endpoint, network) in endpoints {
      let isNamed = network.name != NetworkMode.bridge.rawValue
      let links = isNamed ? try inspectLinks(record, on: network) : []
      networks.append(
        .init(
          key: network.name,
          value: inspectEndpoint(endpoint, network, links: links)
            .with("DNSNames", isNamed ? strings(endpoint.names(beside: record.name)) : .null)))
    }
    // One that has no row of an endpoint: none, host; another container's has no network.
    if !settings.network.isNamed, !settings.network.isOthers {
      networks.append(
        .init(key: settings.network.rawValue, value: inspectEndpoint(nil, nil).with("DNSNames", .null)))
    }
    let first = endpoints.first
    return outside.merging(inspectAddresses(first?.0, first?.1))
      .with("Networks", .object(JSONObject(networks)))
  }

  /// A container's end of a network.
  private func inspectEndpoint(_ endpoint: EndpointRecord?, _ network: NetworkRecord?, links: [String] = [])
    -> JSONValue
  {
    var wanted = JSONObject()
    wanted["IPv4Address"] = endpoint?.wanted4.map { .string($0) }
    wanted["IPv6Address"] = endpoint?.wanted6.map { .string($0) }
    let aliases = (endpoint?.aliases ?? "").split(separator: " ").map(String.init)
    let own: JSONValue = [
      "IPAMConfig": wanted.isEmpty ? nil : .object(wanted), "Links": stringsOrNull(links),
      "Aliases": aliases.isEmpty ? nil : strings(aliases), "DriverOpts": nil, "GwPriority": 0,
      "NetworkID": .string(network?.id ?? ""),
    ]
    return own.merging(inspectAddresses(endpoint, network))
  }

  /// Only what it has now: what it had before somebody else may have.
  private func inspectAddresses(_ endpoint: EndpointRecord?, _ network: NetworkRecord?) -> JSONValue {
    guard let endpoint, let network, endpoint.isHeld else {
      return [
        "EndpointID": "", "Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0, "IPAddress": "",
        "IPPrefixLen": 0, "IPv6Gateway": "", "MacAddress": "",
      ]
    }
    let (four, six) = (network.subnet4.order, network.subnet6?.order)
    return [
      "EndpointID": .string(endpoint.id),
      "Gateway": .string(four.map { "\($0.gateway)" } ?? ""),
      "GlobalIPv6Address": .string(endpoint.address6 ?? ""),
      "GlobalIPv6PrefixLen": .integer(Int64(six?.network.prefixLength ?? 0)),
      "IPAddress": .string(endpoint.address4 ?? ""),
      "IPPrefixLen": .integer(Int64(four?.network.prefixLength ?? 0)),
      "IPv6Gateway": .string(six.map { "\($0.gateway)" } ?? ""),
      "MacAddress": .string(endpoint.mac ?? ""),
    ]
  }
}

extension JSONValue {
  /// An object with another one's members behind its own.
  fileprivate func merging(_ other: JSONValue) -> JSONValue {
    .object(JSONObject((object?.members ?? []) + (other.object?.members ?? [])))
  }
}
