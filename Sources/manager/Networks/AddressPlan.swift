package import Addresses

/// A network's addresses: which there are, and who gets the next.
package struct AddressPlan: Sendable, Equatable {
  package let subnet: IPNetwork
  package let gateway: IPAddress
  /// Where containers' addresses are taken from when nobody asks for one.
  package let range: IPNetwork

  /// - Parameters:
  ///   - gateway: nil for the subnet's first address, as docker has it.
  ///   - range: nil for all of the subnet.
  /// - Throws: `NetworkProblem` for a subnet that holds no gateway and container, and for what is not in it.
  package init(subnet: IPNetwork, gateway: IPAddress? = nil, range: IPNetwork? = nil) throws(NetworkProblem) {
    self.subnet = subnet
    self.range = range ?? subnet
    guard subnet.family.bits - subnet.prefixLength >= 2 else {
      throw NetworkProblem(
        "subnet \(subnet) is too small: a gateway and a container need a prefix of at most "
          + "\(subnet.family.bits - 2) bits")
    }
    guard subnet.contains(self.range) else {
      throw NetworkProblem("no matching subnet for range \(self.range)")
    }
    guard let gateway = gateway ?? subnet.base.advanced(by: 1), subnet.contains(gateway) else {
      throw NetworkProblem(gateway.map { "no matching subnet for gateway \($0)" } ?? "no gateway")
    }
    self.gateway = gateway
    guard !Self.isNobodys(gateway, in: subnet) else {
      throw NetworkProblem("gateway \(gateway) is the first or the last address of \(subnet)")
    }
  }

  /// The lowest address that is free.
  /// - Throws: `NetworkProblem` when all are taken.
  package func firstFree(taken: Set<IPAddress>) throws(NetworkProblem) -> IPAddress {
    var next: IPAddress? = range.base
    while let address = next, range.contains(address) {
      if isForContainers(address), !taken.contains(address) { return address }
      next = address.advanced(by: 1)
    }
    throw NetworkProblem("no available addresses on this pool: \(range)")
  }

  /// The address that somebody asked for (`--ip`), or had before; it need not lie in the range.
  /// - Throws: `NetworkProblem` when it is not the network's to give, or taken.
  package func claim(_ address: IPAddress, taken: Set<IPAddress>) throws(NetworkProblem) -> IPAddress {
    guard subnet.contains(address) else {
      throw NetworkProblem("no configured subnet contains IP address \(address)")
    }
    guard isForContainers(address), !taken.contains(address) else {
      throw NetworkProblem("Address already in use: \(address)")
    }
    return address
  }

  /// The gateway as the bridge has it.
  package var gatewayAddress: InterfaceAddress {
    InterfaceAddress(gateway, prefixLength: subnet.prefixLength)
  }

  private func isForContainers(_ address: IPAddress) -> Bool {
    address != gateway && !Self.isNobodys(address, in: subnet)
  }

  /// The network's own address (of IPv6: that of any router), and of IPv4 the one that reaches all.
  private static func isNobodys(_ address: IPAddress, in subnet: IPNetwork) -> Bool {
    address == subnet.base || (subnet.family == .v4 && address == subnet.last)
  }
}
