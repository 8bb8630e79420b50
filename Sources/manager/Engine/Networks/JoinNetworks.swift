internal import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Networks
internal import Options
internal import Store

extension ContainerEngine {
  /// Puts a container that is about to start on its networks: addresses in the database, then namespace and devices, then
  /// the names by which it and its neighbours know each other. The caller holds its lock.
  /// - Returns: what takes it all back unless it is kept; for a container without networks there is nothing to do.
  func joinNetworks(
    _ record: ContainerRecord, _ settings: ContainerSettings
  ) throws(EngineError) -> NetworksGuard {
    guard settings.network.isNamed else { return NetworksGuard(engine: nil, id: record.id) }
    let undo = NetworksGuard(engine: self, id: record.id)
    let endpoints = try attempt { () throws(StoreError) in
      try store.holdEndpoints(ofContainer: record.id, Self.chooseAddresses)
    }
    let orders = try Self.orders(endpoints)
    try callNetwork(
      "attach", AttachRequest(state: paths.networks, container: record.id, endpoints: orders).document)
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    try attempt("write hosts") { () throws(SystemError) in
      try overwrite(
        paths.networkFile(record.id, "hosts"), hostsFile(settings, hostname, endpoints: endpoints))
    }
    try announceNames(onBridges: Set(endpoints.map(\.1.bridge)))
    return undo
  }

  /// Takes a container that does not run off its networks, by what was written down when it joined them: its row may be
  /// gone. One that is on none costs a look.
  func leaveNetworks(_ id: String) throws(EngineError) {
    let path = NetworkPaths(state: paths.networks).container(id)
    guard fileExists(path) else { return }
    let bytes = try attempt("leave networks") { () throws(SystemError) in try readFile(path, limit: 1 << 20) }
    var bridges: Set<String> = []
    do throws(DocumentError) {
      let request = try JSON.read(AttachRequest.self, from: bytes, file: path)
      bridges = Set(request.endpoints.map(\.network.bridge))
    } catch { throw EngineError(.failed, error.description) }
    try callNetwork("detach", DetachRequest(state: paths.networks, container: id).document)
    try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: id) }
    try announceNames(onBridges: bridges)
  }

  /// Removes what commands left that were killed between making something on the host and recording it, or the other way
  /// round.
  func sweepNetworks(_ known: Set<String>, _ removed: (String) -> Void) throws(EngineError) {
    let journal = NetworkPaths(state: paths.networks)
    guard fileExists(journal.state) else { return }
    for id in try names(in: journal.containers) {
      if known.contains(id) {
        guard let lock = try freeLock(paths.containerDirectory(id)) else { continue }
        let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
        // Lost its shim, and may live: its namespace is in use.
        let state = try status(of: record)
        if !state.isRunning, state != .exited(code: nil, at: nil) || !hasOrphan(id),
          try !isInterrupted(record)
        {
          try leaveNetworks(id)
          removed("networks/containers/\(id)")
        }
        _ = consume lock
      } else if !fileExists(paths.containerDirectory(id)) {
        try leaveNetworks(id)
        removed("networks/containers/\(id)")
      }
    }
    try releaseAbandoned(known, journal)
    let bridges = try names(in: journal.bridges)
    guard !bridges.isEmpty else { return }
    let recorded = try attempt { () throws(StoreError) in try store.networks() }.map(\.bridge)
    for bridge in bridges where !recorded.contains(bridge) {
      try callNetwork("remove", RemoveNetworkRequest(state: paths.networks, bridge: bridge).document)
      removed("networks/bridges/\(bridge)")
    }
  }

  /// Addresses of a start that was killed before anything was made, or of before the machine went down.
  private func releaseAbandoned(_ known: Set<String>, _ journal: NetworkPaths) throws(EngineError) {
    for id in try attempt({ () throws(StoreError) in try store.containersHoldingEndpoints() })
    where !fileExists(journal.container(id)) {
      guard known.contains(id), let lock = try freeLock(paths.containerDirectory(id)) else { continue }
      let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
      if try !status(of: record).isRunning, !fileExists(journal.container(id)) {
        let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
        try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: id) }
        try announceNames(onBridges: Set(endpoints.map(\.1.bridge)))
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
      guard let order = endpoint.order(on: network, device: "eth\(index)", isFirst: index == 0) else {
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
  func order(on network: NetworkRecord, device: String, isFirst: Bool) -> EndpointOrder? {
    guard let order = network.order, let veth, let mac = mac.flatMap({ MACAddress($0) }) else { return nil }
    let own = [address4, address6].compactMap { $0.flatMap { IPAddress($0) } }
    let addresses = own.compactMap { address in
      order.subnets.first { $0.network.family == address.family }.map {
        InterfaceAddress(address, prefixLength: $0.network.prefixLength)
      }
    }
    // An internal network leads nowhere.
    let leads = isFirst && !network.isInternal
    return EndpointOrder(
      network: order, veth: veth, device: device, mac: mac, addresses: addresses,
      gateways: leads ? order.subnets.map(\.gateway) : [])
  }
}

/// A container's places on its networks: left again unless they are kept.
struct NetworksGuard: ~Copyable {
  private let engine: ContainerEngine?
  private let id: String
  private var isArmed = true

  init(engine: ContainerEngine?, id: String) {
    self.engine = engine
    self.id = id
  }

  deinit {
    guard isArmed, let engine else { return }
    do throws(EngineError) { try engine.leaveNetworks(id) } catch { return }
    do throws(StoreError) { try engine.store.releaseEndpoints(ofContainer: id) } catch { return }
  }

  consuming func keep() { isArmed = false }
}
