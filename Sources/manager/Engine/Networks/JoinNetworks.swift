internal import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Networks
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

  /// Takes a container that does not run off its networks, by what was written down when it joined them: its row may be
  /// gone. One that is on none costs a look.
  func leaveNetworks(_ id: String) throws(EngineError) {
    let journal = NetworkPaths(state: paths.networks)
    // Of a record that somebody has removed the namespace is left.
    guard fileExists(journal.container(id)) || fileExists(journal.namespace(id)) else { return }
    let bridges = Set(try journalRecord(of: id)?.endpoints.map(\.network.bridge) ?? [])
    try noteTelling(id, bridges)
    try callNetwork("detach", DetachRequest(state: paths.networks, container: id).document)
    try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: id) }
    try announceNames(onBridges: bridges)
    try forgetTelling(id)
    for network in try attempt({ () throws(StoreError) in try store.networks() })
    where bridges.contains(network.bridge) {
      record(.network("disconnect", network, container: id))
    }
  }

  /// Removes what commands left that were killed between making something on the host and recording it, or the other way
  /// round.
  func sweepNetworks(_ known: Set<String>, _ removed: (String) -> Void) throws(EngineError) {
    let journal = NetworkPaths(state: paths.networks)
    try finishMoves(known)
    try finishTelling(known)
    for id in try names(in: journal.containers) {
      if known.contains(id) {
        guard let lock = try freeLock(paths.containerDirectory(id)) else { continue }
        let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
        // Lost its shim, and may live: its namespace is in use.
        let state = try status(of: record)
        if !state.isRunning, state != .exited(code: nil, at: nil) || !hasOrphan(id),
          try !isInterrupted(record)
        {
          sweepRecord(id, journal, removed)
        }
        _ = consume lock
      } else if !fileExists(paths.containerDirectory(id)) {
        sweepRecord(id, journal, removed)
      }
    }
    try releaseAbandoned(known, journal)
    try sweepLinks()
    let bridges = try names(in: journal.bridges)
    guard !bridges.isEmpty else { return }
    let recorded = try attempt { () throws(StoreError) in try store.networks() }.map(\.bridge)
    for bridge in bridges where !recorded.contains(bridge) {
      let isDone = settle(journal.bridge(bridge)) { () throws(EngineError) in try removeBridge(bridge) }
      if isDone { removed("networks/bridges/\(bridge)") }
    }
  }

  private func sweepRecord(_ id: String, _ journal: NetworkPaths, _ removed: (String) -> Void) {
    let isDone = settle(journal.container(id)) { () throws(EngineError) in try leaveNetworks(id) }
    if isDone { removed("networks/containers/\(id)") }
  }

  /// Takes a bridge away that no network has.
  func removeBridge(_ bridge: String) throws(EngineError) {
    try callNetwork("remove", RemoveNetworkRequest(state: paths.networks, bridge: bridge).document)
  }

  /// Addresses of a start that was killed before anything was made, or of before the machine went down.
  private func releaseAbandoned(_ known: Set<String>, _ journal: NetworkPaths) throws(EngineError) {
    for id in try attempt({ () throws(StoreError) in try store.containersHoldingEndpoints() })
    where !fileExists(journal.container(id)) {
      guard known.contains(id), let lock = try freeLock(paths.containerDirectory(id)) else { continue }
      let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
      if try !status(of: record).isRunning, !fileExists(journal.container(id)) {
        let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
        let bridges = Set(endpoints.map(\.1.bridge))
        try noteTelling(id, bridges)
        try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: id) }
        try announceNames(onBridges: bridges)
        try forgetTelling(id)
      }
      _ = consume lock
    }
  }

  private func names(in directory: String) throws(EngineError) -> [String] {
    guard fileExists(directory) else { return [] }
    return try attempt("sweep") { () throws(SystemError) in try listDirectory(directory) }
      // What is being written has a dot before it.
      .filter { !$0.hasPrefix(".") }
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

  /// The address that was asked for, else the one it had, else the first that nobody has or had, else the first that
  /// nobody has.
  static func chooseAddresses(
    _ endpoint: EndpointRecord, _ network: NetworkRecord, known: Set<String>, held: Set<String>
  ) throws(StoreError) -> EndpointRecord {
    var chosen = endpoint
    // Somebody else's, and never given.
    let others: Set<String>
    do throws(EngineError) { others = Set(try storedTexts(network.auxiliary).values) } catch {
      throw StoreError.refused(error.message)
    }
    let (known, held) = (known.union(others), held.union(others))
    if network.driver == "ipvlan", endpoint.wantedMAC != nil {
      throw StoreError.refused("network \(network.name): a device of ipvlan has its parent's MAC address")
    }
    do throws(NetworkProblem) {
      chosen.address4 = try choose(
        network.subnet4, wanted: endpoint.wanted4, previous: endpoint.address4, known, held)
      if let subnet6 = network.subnet6 {
        chosen.address6 = try choose(
          subnet6, wanted: endpoint.wanted6, previous: endpoint.address6, known, held)
      } else if endpoint.wanted6 != nil {
        throw NetworkProblem(
          "network \(network.name) has no IPv6 subnet for the address \(endpoint.wanted6 ?? "")")
      }
    } catch { throw StoreError.refused(error.description) }
    chosen.mac =
      endpoint.wantedMAC ?? chosen.address4.flatMap { IPAddress($0) }.map { "\(MACAddress(for: $0))" }
    if network.driver == "ipvlan" { chosen.mac = nil }
    do throws(SystemError) { chosen.veth = "veth" + hexadecimal(try randomBytes(4)).prefix(7) } catch {
      throw StoreError.refused("\(error)")
    }
    return chosen
  }

  private static func choose(
    _ subnet: NetworkRecord.SubnetRecord, wanted: String?, previous: String?, _ known: Set<String>,
    _ held: Set<String>
  ) throws(NetworkProblem) -> String {
    guard let network = IPNetwork(subnet.subnet) else { throw NetworkProblem("no subnet") }
    let plan = try AddressPlan(
      subnet: network, gateway: subnet.gateway.flatMap { IPAddress($0) },
      range: subnet.range.flatMap { IPNetwork($0) })
    let taken = Set(held.compactMap { IPAddress($0) })
    if let wanted, let address = IPAddress(wanted) { return "\(try plan.claim(address, taken: taken))" }
    if let previous, let address = IPAddress(previous), !known.contains(previous) { return "\(address)" }
    do throws(NetworkProblem) {
      return "\(try plan.firstFree(taken: Set(known.compactMap { IPAddress($0) })))"
    } catch { return "\(try plan.firstFree(taken: taken))" }
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
    do throws(EngineError) { try engine.leaveNetworks(id) } catch { return }
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
