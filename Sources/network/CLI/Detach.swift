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
    let lock = try JournalLock(paths)
    let answer = try performLocked()
    _ = consume lock
    return answer
  }

  private func performLocked() throws -> JSONValue {
    guard var record = try AttachRequest(record: request.container, paths) else {
      // Its record was removed by hand.
      if request.veth == nil { try forgetNamespace(paths.namespace(request.container)) }
      return [:]
    }
    if let veth = request.veth { return try leave(&record, veth) }
    takeAddresses(of: record.endpoints)
    let hasTalked = try hasTalked(record)
    try forgetNamespace(paths.namespace(request.container))
    try changeElements(from: ContainerElements(record), to: ContainerElements())
    try takeElements(of: record.endpoints)
    try removeFile(paths.container(request.container))
    if hasTalked { try forgetConnections(of: record.endpoints.flatMap(\.addresses).map(\.address)) }
    return [:]
  }

  /// Whether there may be connections of its addresses that outlive it. To find them costs the kernel a walk over its whole
  /// table, 10 ms and more each; who published nothing and never sent a packet has answered none. What was sent to it
  /// alone the rules take for new.
  ///
  /// By the host's end of each pair: the other one is the container's to rename.
  private func hasTalked(_ record: AttachRequest) throws -> Bool {
    guard record.ports.isEmpty else { return true }
    var host = try NetlinkSocket(.routes)
    for endpoint in record.endpoints {
      guard endpoint.network.driver == .bridge, let port = try host.link(named: endpoint.veth),
        !port.hasReceived
      else { return true }
    }
    return false
  }

  /// Takes one endpoint of a container that goes on. What it leaves undone it does when it is called again.
  private func leave(_ record: inout AttachRequest, _ veth: String) throws -> JSONValue {
    guard let gone = record.endpoints.first(where: { $0.veth == veth }) else { return [:] }
    let old = record
    let ways = record.leave(gone)
    var both = record
    both.endpoints.append(gone)
    both.keep(portsAndLinksOf: old)
    try paths.write(both)
    try changeElements(from: ContainerElements(old), to: ContainerElements(record))
    try takeElements(of: [gone])
    try removeDevice(gone, ways)
    try paths.write(record)
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
  guard fileExists(path) else { return [:] }
  // Before it is read: somebody else may be taking the same away.
  let lock = try JournalLock(paths)
  guard let order = try NetworkOrder(record: request.bridge, paths) else { return [:] }
  var host = try NetlinkSocket(.routes)
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
