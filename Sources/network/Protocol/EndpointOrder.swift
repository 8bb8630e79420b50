package import Addresses
package import JSONDocument

/// A container's end of a network, as it is to be made.
package struct EndpointOrder: Sendable, Equatable {
  /// What it is an end of; made where it is missing.
  package var network: NetworkOrder
  /// The host's end of the pair, a name that no device has.
  package var veth: String
  /// The container's end: `eth0`.
  package var device: String
  package var mac: MACAddress
  /// The container's, with the subnets' prefixes.
  package var addresses: [InterfaceAddress]
  /// Where everything else goes; empty when another endpoint says that.
  package var gateways: [IPAddress]

  package init(
    network: NetworkOrder, veth: String, device: String, mac: MACAddress, addresses: [InterfaceAddress],
    gateways: [IPAddress]
  ) {
    self.network = network
    self.veth = veth
    self.device = device
    self.mac = mac
    self.addresses = addresses
    self.gateways = gateways
  }
}

extension EndpointOrder: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    network = try members.read("network")
    veth = try members.read("veth")
    device = try members.read("device")
    mac = try members.text("mac") { MACAddress($0) }
    addresses = try members.texts("addresses") { text in
      guard let slash = text.lastIndex(of: "/"), let address = IPAddress(String(text[..<slash])),
        let length = Int(text[text.index(after: slash)...]), (0...address.family.bits).contains(length)
      else { return nil }
      return InterfaceAddress(address, prefixLength: length)
    }
    gateways = try members.texts("gateways") { IPAddress($0) }
  }

  /// As requests have it.
  package var document: JSONValue {
    [
      "network": network.document, "veth": .string(veth), "device": .string(device), "mac": .string("\(mac)"),
      "addresses": .array(addresses.map { .string("\($0)") }),
      "gateways": .array(gateways.map { .string("\($0)") }),
    ]
  }
}
