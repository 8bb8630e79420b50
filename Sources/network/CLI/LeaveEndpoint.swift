internal import Addresses
internal import NetworkProtocol

extension AttachRequest {
  /// Without this endpoint. The default routes go by the first that is left whose network leads anywhere, and what was
  /// published of its addresses leads to the first that is left: somebody else may have the address next.
  /// - Returns: the endpoints that have got default routes by this.
  mutating func leave(_ gone: EndpointOrder) -> [EndpointOrder] {
    endpoints.removeAll { $0.veth == gone.veth }
    let addresses = gone.addresses.map(\.address)
    links.removeAll { addresses.contains($0.recipient) || addresses.contains($0.source) }
    ports = ports.compactMap { port in
      guard addresses.contains(port.container) else { return port }
      let others = endpoints.filter { !$0.network.isInternal }.flatMap(\.addresses).map(\.address)
      guard let next = others.first(where: { $0.family == port.container.family }) else { return nil }
      var moved = port
      moved.container = next
      return moved
    }
    var changed: [EndpointOrder] = []
    for family in gone.gateways.map(\.family) {
      for index in endpoints.indices where !endpoints[index].network.isInternal {
        guard let subnet = endpoints[index].network.subnets.first(where: { $0.network.family == family })
        else {
          continue
        }
        endpoints[index].gateways.append(subnet.gateway)
        changed.append(endpoints[index])
        break
      }
    }
    return changed
  }
}
