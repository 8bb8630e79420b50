internal import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Begins to put a container that is about to start on its networks: addresses in the database, then namespace and
  /// devices, while the caller prepares what does not need them. The caller holds its lock, and goes on with
  /// `finishJoining`.
  /// - Returns: what takes it all back unless it is kept; for a container without networks there is nothing to do.
  func joinNetworks(
    _ record: ContainerRecord, _ settings: ContainerSettings
  ) throws(EngineError) -> NetworksGuard {
    guard settings.network.isNamed else { return NetworksGuard(engine: nil, id: record.id) }
    var undo = NetworksGuard(engine: self, id: record.id)
    try attachEndpoints(of: record, settings, &undo)
    return undo
  }

  /// Waits until the devices are there, then writes the names by which the container and its neighbours know each other.
  /// Nothing of it has been started.
  func finishJoining(
    _ record: ContainerRecord, _ settings: ContainerSettings, _ undo: inout NetworksGuard
  ) throws(EngineError) {
    guard undo.isJoining else { return }
    do throws(EngineError) { try undo.finishCall() } catch {
      let isDefault = undo.endpoints.contains { $0.1.id == PredefinedNetwork.bridge.id }
      guard error.kind == .conflict, isDefault else { throw error }
      guard try moveDefaultNetwork(for: record.id) else {
        throw EngineError(.conflict, "network: another engine has the bridge of the default network")
      }
      // Else they would be in the way of those that are held now.
      undo.ports = nil
      try attachEndpoints(of: record, settings, &undo)
      try undo.finishCall()
    }
    let endpoints = undo.endpoints
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    try attempt("write hosts") { () throws(SystemError) in
      try overwrite(
        paths.networkFile(record.id, "hosts"), hostsFile(settings, hostname, endpoints: endpoints))
    }
    try announceNames(onBridges: Set(endpoints.map(\.1.bridge)))
    for (_, network) in endpoints { self.record(.network("connect", network, container: record.id)) }
    undo.isTold = true
  }

  private func attachEndpoints(
    of record: ContainerRecord, _ settings: ContainerSettings, _ undo: inout NetworksGuard
  ) throws(EngineError) {
    let endpoints = try attempt { () throws(StoreError) in
      try store.holdEndpoints(ofContainer: record.id, Self.chooseAddresses)
    }
    let ports = try holdPorts(record, settings, endpoints)
    let request = AttachRequest(
      state: paths.networks, container: record.id, endpoints: try Self.orders(endpoints), ports: ports.orders)
    undo.call = try programs.beginNetwork("attach", request.document, warn: warn)
    undo.endpoints = endpoints
    undo.ports = ports.chest
  }

  private static func orders(
    _ endpoints: [(EndpointRecord, NetworkRecord)]
  ) throws(EngineError) -> [EndpointOrder] {
    var orders: [EndpointOrder] = []
    for (index, (endpoint, network)) in endpoints.enumerated() {
      let routed = Set(orders.flatMap(\.gateways).map(\.family))
      guard let order = endpoint.order(on: network, device: "eth\(index)", routed: routed) else {
        throw EngineError(.failed, "the addresses of network \(network.name) cannot be read")
      }
      orders.append(order)
    }
    return orders
  }
}

extension EndpointRecord {
  /// What is to be made for it; nil when a row cannot be read.
  /// - Parameter routed: the families for which another endpoint has the default route: it is the first's whose network
  ///   leads anywhere.
  func order(on network: NetworkRecord, device: String, routed: Set<IPFamily>) -> EndpointOrder? {
    let own = [address4, address6].compactMap { $0.flatMap { IPAddress($0) } }
    guard let order = network.order, let veth,
      // A device of ipvlan has none of its own.
      let mac = mac.flatMap({ MACAddress($0) }) ?? own.first.map({ MACAddress(for: $0) })
    else { return nil }
    let addresses = own.compactMap { address in
      order.subnets.first { $0.network.family == address.family }.map {
        InterfaceAddress(address, prefixLength: $0.network.prefixLength)
      }
    }
    // An internal network leads nowhere.
    let gateways = network.isInternal ? [] : order.subnets.map(\.gateway)
    return EndpointOrder(
      network: order, veth: veth, device: device, mac: mac, addresses: addresses,
      gateways: gateways.filter { !routed.contains($0.family) })
  }
}

/// A container's places on its networks: left again unless they are kept.
struct NetworksGuard: ~Copyable {
  private let engine: ContainerEngine?
  private let id: String
  private var isArmed = true
  /// Whether it was told that the container is there.
  fileprivate var isTold = false
  /// What holds its ports, until its shim does.
  var ports: PortChest?
  /// Where it is to be.
  fileprivate(set) var endpoints: [(EndpointRecord, NetworkRecord)] = []
  /// What `apus-network` is still doing.
  fileprivate var call: NetworkCall?

  init(engine: ContainerEngine?, id: String) {
    self.engine = engine
    self.id = id
  }

  deinit {
    guard isArmed, let engine else { return }
    // What is still being made cannot be taken away.
    if case .some(let call) = call { call.waitForEnd() }
    do throws(EngineError) { try engine.leaveNetworks(id, isTold: isTold) } catch { return }
    do throws(StoreError) { try engine.store.releaseEndpoints(ofContainer: id) } catch { return }
  }

  /// The chest's number, for the shim to inherit; nil when nothing is published.
  var portsNumber: Int32? {
    switch ports {
    case .some(let chest): chest.descriptor.raw
    case .none: nil
    }
  }

  /// Whether there is still something to wait for.
  var isJoining: Bool {
    switch call {
    case .some: true
    case .none: false
    }
  }

  /// Waits for it.
  fileprivate mutating func finishCall() throws(EngineError) {
    if let call = call.take() { try call.finish() }
  }

  consuming func keep() { isArmed = false }
}
