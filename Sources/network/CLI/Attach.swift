internal import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// `attach`: networks that are missing, then the namespace, then the devices.
///
/// What is to be made is written down before the first of it is made, so that whoever finds the container not running
/// knows what to take away.
struct Attach {
  let request: AttachRequest
  private var paths: NetworkPaths { NetworkPaths(state: request.state) }

  init(_ request: AttachRequest) { self.request = request }

  func perform() throws -> JSONValue {
    for path in [paths.containers, paths.bridges, paths.namespaces] {
      try makeDirectories(path, mode: 0o700)
    }
    try restoreRules(paths)
    // Without a namespace of ours there is nothing but the record to take back: who asked sees to the rest.
    guard request.makesNamespace else {
      let lock = try JournalLock(paths)
      try writeRecord()
      let answer = try make()
      _ = consume lock
      return answer
    }
    let lock = try JournalLock(making: paths)
    do {
      try writeRecord()
      let answer = try make()
      _ = consume lock
      return answer
    } catch {
      _ = consume lock
      takeBack()
      throw error
    }
  }

  /// What cannot be taken back now is in the journal, and the next sweep's: why nothing was made is what is to be said.
  private func takeBack() {
    let undo = Detach(DetachRequest(state: request.state, container: request.container))
    do { _ = try undo.perform() } catch { return }
  }

  private func make() throws -> JSONValue {
    var host = try NetlinkSocket(.routes)
    var below: [UInt32] = []
    for endpoint in request.endpoints {
      below.append(try ensureNetwork(endpoint.network, &host, paths).index)
    }
    let namespace = request.makesNamespace ? try makeNamespace() : try openNamespace()
    let bridged = try ForwardingSettings.bridgedPacketsPassRules() != nil
    for (endpoint, below) in zip(request.endpoints, below) {
      try host.create(endpoint.link(on: below, in: namespace.raw))
      guard endpoint.network.driver == .bridge else { continue }
      if bridged, let port = try host.link(named: endpoint.veth) {
        try host.set(BridgePortChange(hairpin: true), ofPort: port)
      }
      if !endpoint.network.isOpen { try keepApart(endpoint.veth) }
    }
    // The rules are the host's.
    try changeElements(from: ContainerElements(), to: ContainerElements(request))
    try joinNamespace(namespace, kind: .newNetwork)
    var inner = try NetlinkSocket(.routes)
    if request.makesNamespace, let loopback = try inner.link(named: "lo") {
      try inner.set(LinkChange(up: true), of: loopback)
    }
    for endpoint in request.endpoints { try configure(endpoint, &inner) }
    return ["namespace": .string(paths.namespace(request.container))]
  }

  private func writeRecord() throws {
    var record = request
    if !request.makesNamespace {
      let old = try AttachRequest(record: request.container, paths)
      record.endpoints = (old?.endpoints ?? []) + request.endpoints
      record.ports = (old?.ports ?? []) + request.ports
      record.links = (old?.links ?? []) + request.links
    }
    try paths.write(record)
  }

  /// A namespace that lives as long as it is mounted. This process stays where it is.
  private func makeNamespace() throws(SystemError) -> OwnedDescriptor {
    let path = paths.namespace(request.container)
    try forgetNamespace(path)
    _ = try openFile(path, [.writeOnly, .create], mode: 0o600)
    let own = try openFile("/proc/thread-self/ns/net", .readOnly)
    try unshare(.newNetwork)
    try mount("/proc/thread-self/ns/net", on: path, .bind)
    try joinNamespace(own, kind: .newNetwork)
    return try openFile(path, .readOnly)
  }

  private func openNamespace() throws(SystemError) -> OwnedDescriptor {
    try openFile(paths.namespace(request.container), .readOnly)
  }

  /// In the namespace.
  private func configure(_ endpoint: EndpointOrder, _ inner: inout NetlinkSocket) throws {
    guard let link = try inner.link(named: endpoint.device) else {
      throw NetworkFailure("network device \(endpoint.device) of the container is not there")
    }
    let families = endpoint.addresses.map(\.address.family)
    // No addresses that nobody has given.
    if !families.contains(.v6), fileExists("/proc/sys/net/ipv6/conf/\(endpoint.device)/disable_ipv6") {
      try ForwardingSettings.setIPv6(false, on: endpoint.device)
    }
    for address in endpoint.addresses { try inner.addAddress(address, to: link) }
    try inner.set(LinkChange(up: true), of: link)
    try addGateways(of: endpoint, by: link, &inner)
  }
}

/// The default routes by an endpoint.
func addGateways(of endpoint: EndpointOrder, by link: Link, _ inner: inout NetlinkSocket) throws {
  for gateway in endpoint.gateways {
    guard let all = IPNetwork(containing: IPAddress(gateway.family, 0), prefixLength: 0) else { continue }
    try inner.addRoute(
      Route(to: all, by: endpoint.network.driver.isRouted ? nil : gateway, link: link.index))
  }
}

/// Unmounts a namespace and removes its file; the kernel takes it and its devices down later.
func forgetNamespace(_ path: String) throws(SystemError) {
  guard fileExists(path) else { return }
  // EINVAL: a file that nothing is mounted on.
  do throws(SystemError) { try unmountLazily(path) } catch {
    if error.code != ErrorCode.invalid { throw error }
  }
  try removeFile(path)
}
