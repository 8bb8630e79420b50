internal import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Networks
package import Options
internal import Store

extension ContainerEngine {
  /// Puts a container on one more network: at once when it runs, else from its next start on.
  ///
  /// All or nothing: the endpoint's row counts as being on its way until the last step is done, and whoever finds it so
  /// takes it off again.
  /// - Parameter option: the network, and how the container is on it.
  /// - Throws: `EngineError`, in docker's words (moby, runconfig/errors.go; libnetwork/error.go).
  package func connect(_ reference: String, _ option: NetworkOption) throws(EngineError) {
    try sweep()
    let lock = try lockContainer(try find(reference).id)
    let record = try find(reference)
    let settings = try settings(of: record)
    let network = try connectable(option, settings)
    let wanted = EndpointRecord(
      id: try Self.newID(), containerID: record.id, networkID: network.id, position: 0,
      wanted4: option.address4.map { "\($0)" }, wanted6: option.address6.map { "\($0)" },
      wantedMAC: option.mac.map { "\($0)" }, aliases: option.aliases.joined(separator: " "))
    let runs = try status(of: record).isRunning
    let endpoint = try attempt { () throws(StoreError) in
      try store.addEndpoint(wanted, of: NamedContainer(name: record.name, id: record.id), to: network)
    }
    do throws(EngineError) {
      if runs { try join(endpoint, record, settings) } else { try checkAddresses(endpoint, network) }
    } catch {
      try takeBack(endpoint, record.id)
      throw error
    }
    _ = consume lock
  }

  /// Takes a container off a network.
  /// - Parameter force: docker's: a container that is not there is looked for among the network's endpoints only.
  /// - Throws: `EngineError`, in docker's words.
  package func disconnect(
    _ reference: String, fromNetwork name: String, force: Bool = false
  ) throws(EngineError) {
    try sweep()
    let listed = try listedNetwork(name)
    let id: String
    do throws(EngineError) { id = try find(reference).id } catch {
      guard force, error.kind == .notFound else { throw error }
      throw EngineError(.notFound, "endpoint \(reference) not found")
    }
    let lock = try lockContainer(id)
    let record = try find(id)
    let mode = try settings(of: record).network
    guard mode != .host || listed.name != PredefinedNetwork.host.rawValue else { throw Self.aboutHost }
    guard mode != .none || listed.name != PredefinedNetwork.none.rawValue else {
      throw EngineError(
        .conflict,
        "container \(record.name) cannot be disconnected from network none: it was made without networks")
    }
    let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
    guard let (endpoint, network) = endpoints.first(where: { $0.1.id == listed.id }) else {
      throw EngineError(.conflict, "container \(id) is not connected to the network \(listed.name)")
    }
    try takeOff(endpoint, network, id)
    _ = consume lock
  }

  /// Takes containers off networks that somebody killed was putting them on, or taking them off.
  func finishMoves(_ known: Set<String>) throws(EngineError) {
    for id in try attempt({ () throws(StoreError) in try store.containersMovingEndpoints() })
    where known.contains(id) {
      guard let lock = try freeLock(paths.containerDirectory(id)) else { continue }
      let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
      for (endpoint, network) in endpoints where endpoint.isMoving {
        _ = settle(NetworkPaths(state: paths.networks).container(id)) { () throws(EngineError) in
          try takeOff(endpoint, network, id)
        }
      }
      _ = consume lock
    }
  }

  private static let aboutHost = EngineError(
    .conflict, "container cannot be disconnected from host network or connected to host network")

  /// The network, if the container may join it.
  private func connectable(
    _ option: NetworkOption, _ settings: ContainerSettings
  ) throws(EngineError) -> NetworkRecord {
    switch option.mode {
    case .host: throw Self.aboutHost
    case .none: throw Self.aboutNone
    case .container:
      throw EngineError(.invalid, "\(option.mode.rawValue) is no network")
    case .named: break
    }
    let network = try network(option.mode.rawValue)
    switch settings.network {
    case .host, .container:
      throw EngineError(
        .conflict,
        "container sharing network namespace with another container or host cannot be connected to any other network"
      )
    case .none: throw Self.aboutNone
    case .named: break
    }
    if network.name == NetworkMode.bridge.rawValue, !option.aliases.isEmpty {
      throw EngineError(
        .invalid, "network-scoped alias is supported only for containers in user defined networks")
    }
    return network
  }

  private static let aboutNone = EngineError(
    .conflict,
    "container cannot be connected to multiple networks with one of the networks in private (none) mode")

  /// What was asked for must be the network's to give, also when it is asked for later.
  private func checkAddresses(_ endpoint: EndpointRecord, _ network: NetworkRecord) throws(EngineError) {
    try attempt { () throws(StoreError) in
      _ = try Self.chooseAddresses(endpoint, network, known: [], held: [])
    }
  }

  /// Puts a running container on a network.
  private func join(
    _ endpoint: EndpointRecord, _ record: ContainerRecord, _ settings: ContainerSettings
  ) throws(EngineError) {
    let held = try attempt { () throws(StoreError) in
      try store.holdEndpoints(ofContainer: record.id, moving: endpoint.id, Self.chooseAddresses)
    }
    guard let (chosen, network) = held.first else { return }
    let others = try journalRecord(of: record.id)?.endpoints ?? []
    let device = (0...).lazy.map { "eth\($0)" }.first { name in !others.contains { $0.device == name } }
    let routed = Set(others.flatMap(\.gateways).map(\.family))
    guard let device, let order = chosen.order(on: network, device: device, routed: routed) else {
      throw EngineError(.failed, "the addresses of network \(network.name) cannot be read")
    }
    try callNetwork(
      "attach",
      AttachRequest(
        state: paths.networks, container: record.id, makesNamespace: false, endpoints: [order]
      ).document)
    try changeOwnNames(record.id, settings) { HostsFile.adding(chosen.ownLines($0), to: $1) }
    try publishPorts(record, settings, joined: endpoint.id)
    try noteTelling(record.id, [network.bridge])
    try attempt { () throws(StoreError) in try store.setMoving(false, endpoint: endpoint.id) }
    try announceNames(onBridges: [network.bridge])
    try forgetTelling(record.id)
    self.record(.network("connect", network, container: record.id))
  }

  /// Undoes what a failed `connect` has made, as far as it goes; the first failure is the one to tell.
  private func takeBack(_ endpoint: EndpointRecord, _ id: String) throws(EngineError) {
    let rows = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
    guard let (found, network) = rows.first(where: { $0.0.id == endpoint.id }) else { return }
    do throws(EngineError) { try takeOff(found, network, id, wasThere: false) } catch { return }
  }

  /// - Parameter wasThere: whether others know of it.
  private func takeOff(
    _ endpoint: EndpointRecord, _ network: NetworkRecord, _ id: String, wasThere: Bool = true
  ) throws(EngineError) {
    if endpoint.isHeld || endpoint.isMoving, let veth = endpoint.veth {
      try attempt { () throws(StoreError) in try store.setMoving(true, endpoint: endpoint.id) }
      try callNetwork(
        "detach", DetachRequest(state: paths.networks, container: id, veth: veth).document)
      let settings = try settings(of: try find(id))
      try changeOwnNames(id, settings) { HostsFile.removing(endpoint.ownLines($0), from: $1) }
    }
    let isTold = wasThere && (endpoint.isHeld || endpoint.isMoving)
    if isTold { try noteTelling(id, [network.bridge]) }
    try attempt { () throws(StoreError) in try store.deleteEndpoint(endpoint.id) }
    guard wasThere else { return }
    if isTold {
      try announceNames(onBridges: [network.bridge], also: [id])
      try forgetTelling(id)
    }
    record(.network("disconnect", network, container: id))
  }

  /// Changes what a container's hosts file says of itself.
  private func changeOwnNames(
    _ id: String, _ settings: ContainerSettings, _ change: ([String], String) -> String
  ) throws(EngineError) {
    let path = paths.networkFile(id, "hosts")
    try attempt("write hosts") { () throws(SystemError) in
      let hostname = try hostname(of: settings)
      let names = HostsFile.ownNames(hostname: hostname, domain: settings.isolation.domainname)
      let old = String(decoding: try readFile(path, limit: 16 << 20), as: UTF8.self)
      try overwrite(path, change(names, old))
    }
  }
}

extension EndpointRecord {
  /// The lines by which the container finds itself.
  fileprivate func ownLines(_ names: [String]) -> [HostsFile.Line] {
    [address4, address6].compactMap { $0.flatMap { IPAddress($0) } }.map { HostsFile.Line($0, names) }
  }
}
