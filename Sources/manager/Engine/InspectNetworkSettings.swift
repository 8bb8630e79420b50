internal import JSONDocument
internal import Options

extension ContainerEngine {
  /// docker's NetworkSettings. The members beside `Networks` are those of the container's first network, which docker
  /// has left out since API 1.52 and which everything that was written before asks for.
  func inspectNetworkSettings(_ settings: ContainerSettings) -> JSONValue {
    let outside: JSONValue = [
      "Bridge": "", "SandboxID": "", "SandboxKey": "", "Ports": [:], "HairpinMode": false,
      "LinkLocalIPv6Address": "", "LinkLocalIPv6PrefixLen": 0, "SecondaryIPAddresses": nil,
      "SecondaryIPv6Addresses": nil,
    ]
    let name = settings.network.rawValue
    return outside.merging(inspectAddresses).with(
      "Networks", .object(JSONObject([.init(key: name, value: inspectEndpoint)])))
  }

  /// A container's end of a network: without addresses as long as there are no networks.
  private var inspectEndpoint: JSONValue {
    let own: JSONValue = [
      "IPAMConfig": nil, "Links": nil, "Aliases": nil, "DriverOpts": nil, "GwPriority": 0, "NetworkID": "",
    ]
    return own.merging(inspectAddresses).with("DNSNames", .null)
  }

  private var inspectAddresses: JSONValue {
    [
      "EndpointID": "", "Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0, "IPAddress": "",
      "IPPrefixLen": 0, "IPv6Gateway": "", "MacAddress": "",
    ]
  }
}

extension JSONValue {
  /// An object with another one's members behind its own.
  fileprivate func merging(_ other: JSONValue) -> JSONValue {
    .object(JSONObject((object?.members ?? []) + (other.object?.members ?? [])))
  }
}
