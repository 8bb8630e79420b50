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
    guard fileExists(paths.containers) else { return [:] }
    let lock = try ElementsLock(paths)
    guard var record = try AttachRequest(record: request.container, paths) else { return [:] }
    if let veth = request.veth { return try leave(&record, veth, lock) }
    takeAddresses(of: record.endpoints)
    try forgetNamespace(paths.namespace(request.container))
    try changeElements(from: ContainerElements(record), to: ContainerElements())
    try takeElements(of: record.endpoints)
    try removeFile(paths.container(request.container))
    _ = consume lock
    try forgetConnections(of: record.endpoints.flatMap(\.addresses).map(\.address))
    return [:]
  }

  /// Takes one endpoint of a container that goes on. What it leaves undone it does when it is called again.
  private func leave(
    _ record: inout AttachRequest, _ veth: String, _ lock: consuming ElementsLock
  ) throws -> JSONValue {
    guard let gone = record.endpoints.first(where: { $0.veth == veth }) else { return [:] }
    let old = record
    let ways = record.leave(gone)
    var both = record
    both.endpoints.append(gone)
    both.ports += old.ports.filter { !record.ports.contains($0) }
    both.links += old.links.filter { !record.links.contains($0) }
    let path = paths.container(request.container)
    try writeAtomically(path, JSON.write(both.document), durable: false)
    try changeElements(from: ContainerElements(old), to: ContainerElements(record))
    try takeElements(of: [gone])
    try removeDevice(gone, ways)
    try writeAtomically(path, JSON.write(record.document), durable: false)
    _ = consume lock
    try forgetConnections(of: gone.addresses.map(\.address))
    return [:]
  }

  /// - Parameter ways: the endpoints by which default routes go from now on.
  private func removeDevice(_ gone: EndpointOrder, _ ways: [EndpointOrder]) throws {
    if gone.network.driver == .bridge {
      var host = try NetlinkSocket(.routes)
      try host.deleteLink(named: gone.veth)
    }
    let namespace: OwnedDescriptor
    do throws(SystemError) {
      namespace = try openFile(paths.namespace(request.container), .readOnly)
    } catch {
      if error.code == ErrorCode.noEntry { return }
      throw error
    }
    var inner = try NetlinkSocket(.routes, in: namespace)
    if gone.network.driver != .bridge { try inner.deleteLink(named: gone.device) }
    for endpoint in ways {
      guard let link = try inner.link(named: endpoint.device) else { continue }
      try addGateways(of: endpoint, by: link, &inner)
    }
  }

  private func takeElements(of endpoints: [EndpointOrder]) throws {
    let apart = endpoints.filter { !$0.network.isOpen && $0.network.driver == .bridge }
      .map { NFTElement(key: NFTKey.interface($0.veth)) }
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
  let lock = try ElementsLock(paths)
  // Somebody else's sweep was faster: that of a command that was killed goes on.
  guard fileExists(path) else { return [:] }
  if order.driver == .bridge {
    // By now the name may be somebody else's, and the elements with it.
    let bridge = try host.link(named: order.bridge)
    if bridge == nil || order.mac == nil || bridge?.mac == order.mac {
      try host.deleteLink(named: order.bridge)
      try removeElements(order.ruled.elements(), table: NetworkRules.table, family: NetworkRules.family)
    }
  } else {
    try releaseParent(order, &host, paths)
  }
  try removeFile(path)
  _ = consume lock
  return [:]
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
