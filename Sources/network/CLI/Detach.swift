internal import Addresses
internal import Firewall
internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// `detach`: by what was written down. What is not there any more is no failure.
struct Detach {
  let request: DetachRequest
  private var paths: NetworkPaths { NetworkPaths(state: request.state) }

  init(_ request: DetachRequest) { self.request = request }

  func perform() throws -> JSONValue {
    guard var record = try AttachRequest(record: request.container, paths) else { return [:] }
    if let veth = request.veth {
      let gone = record.endpoints.filter { $0.veth == veth }
      try takeElements(of: gone)
      var host = try NetlinkSocket(.routes)
      for endpoint in gone { try host.deleteLink(named: endpoint.veth) }
      record.endpoints.removeAll { $0.veth == veth }
      try writeAtomically(paths.container(request.container), JSON.write(record.document), durable: false)
      return [:]
    }
    try changeElements(from: ContainerElements(record), to: ContainerElements())
    try takeElements(of: record.endpoints)
    takeAddresses(of: record.endpoints)
    try forgetNamespace(paths.namespace(request.container))
    try removeFile(paths.container(request.container))
    return [:]
  }

  private func takeElements(of endpoints: [EndpointOrder]) throws {
    let apart = endpoints.filter { !$0.network.isOpen }.map { NFTElement(key: NFTKey.interface($0.veth)) }
    guard !apart.isEmpty else { return }
    try removeElements([(PortRules.apart, apart)], table: PortRules.table, family: PortRules.family)
  }

  /// The kernel takes the namespace down some time later, and until then it would answer for addresses that somebody else
  /// may have by then. Removing the devices would end that as well, and take 15 to 40 ms.
  private func takeAddresses(of endpoints: [EndpointOrder]) {
    do {
      let namespace = try openFile(paths.namespace(request.container), .readOnly)
      var inner = try NetlinkSocket(.routes, in: namespace)
      for endpoint in endpoints {
        guard let link = try inner.link(named: endpoint.device) else { continue }
        for address in endpoint.addresses { try inner.removeAddress(address, from: link) }
      }
    } catch {
      // Never made, or gone.
      return
    }
  }
}

/// `remove`: a network's bridge and elements.
func removeNetwork(_ request: RemoveNetworkRequest) throws -> JSONValue {
  let paths = NetworkPaths(state: request.state)
  let path = paths.bridge(request.bridge)
  let bytes: [UInt8]
  do throws(SystemError) { bytes = try readFile(path, limit: 16 << 20) } catch {
    if error.code == ErrorCode.noEntry { return [:] }
    throw error
  }
  let order = try JSON.read(NetworkOrder.self, from: bytes, file: path)
  var host = try NetlinkSocket(.routes)
  // By now the name may be somebody else's, and the elements with it.
  let bridge = try host.link(named: order.bridge)
  if bridge == nil || order.mac == nil || bridge?.mac == order.mac {
    try host.deleteLink(named: order.bridge)
    try removeElements(order.ruled.elements(), table: NetworkRules.table, family: NetworkRules.family)
  }
  try removeFile(path)
  return [:]
}

/// `inspect`: where the host's routes lead, and its devices.
func inspect() throws -> JSONValue {
  var host = try NetlinkSocket(.routes)
  let routes = try host.routes().map(\.destination).filter { $0.prefixLength > 0 }
  return HostNetworks(routes: routes, devices: try host.links().map(\.name)).document
}

/// Removes elements, all at once, or one by one where some are gone already.
func removeElements(_ elements: [(NFTSet, [NFTElement])], table: String, family: NFTFamily) throws {
  var rules = try NetlinkSocket(.netfilter)
  do throws(NetlinkError) {
    try rules.commit(NetworkRules.removing(elements), table: table, family: family)
  } catch {
    // More refusals than the socket has room for are answered by ENOBUFS.
    guard [ErrorCode.noEntry, ErrorCode.noBuffers].contains(error.code) else { throw error }
    rules = try NetlinkSocket(.netfilter)
    for element in elements {
      do throws(NetlinkError) {
        try rules.commit(NetworkRules.removing([element]), table: table, family: family)
      } catch {
        guard error.code == ErrorCode.noEntry else { throw error }
      }
    }
  }
}
