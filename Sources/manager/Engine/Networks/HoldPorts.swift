internal import Addresses
internal import LinuxSystem
internal import NetworkProtocol
internal import Options
internal import ShimProtocol
internal import Store

/// Ports that were found for a container.
struct HeldPorts: ~Copyable {
  /// What the rules are told.
  let orders: [PortOrder]
  /// What their sockets are called.
  let names: Set<String>
  /// What holds those that were not held before; nil when there are none.
  var chest: PortChest?

  /// The chest's number, for a shim to inherit.
  var number: Int32? {
    switch chest {
    case .some(let chest): chest.descriptor.raw
    case .none: nil
    }
  }
}

extension ContainerEngine {
  /// Finds a place on the host for each port that a container publishes, and holds it. The caller holds its lock.
  /// - Parameters:
  ///   - endpoints: its networks; the first that is not internal is the ports'.
  ///   - new: what it publishes from now on; nil leaves that as it is.
  ///   - kept: what its shim holds already.
  func holdPorts(
    _ record: ContainerRecord, _ settings: ContainerSettings, _ endpoints: [(EndpointRecord, NetworkRecord)],
    replacing new: [PortRecord]? = nil, kept: Set<String> = []
  ) throws(EngineError) -> HeldPorts {
    var known = new ?? []
    if new == nil {
      known = try attempt { () throws(StoreError) in try store.ports(ofContainer: record.id) }
    }
    guard !known.isEmpty || new != nil else { return HeldPorts(orders: [], names: [], chest: nil) }
    guard let (endpoint, network) = endpoints.first(where: { !$0.1.isInternal }) ?? endpoints.first else {
      if let new {
        try attempt { () throws(StoreError) in try store.replacePorts(ofContainer: record.id, by: new) }
      }
      return HeldPorts(orders: [], names: [], chest: nil)
    }
    guard !network.isInternal || known.isEmpty else {
      throw EngineError(
        .conflict, "cannot publish ports: network \(network.name) is internal, nobody outside reaches it")
    }
    var alive: Set<String> = []
    while true {
      let claim = PortClaim(settings, endpoint, network, kept: kept, alive: alive)
      let ports: [PortRecord]
      do throws(StoreError) {
        ports = try store.holdPorts(ofContainer: record.id, replacing: new) {
          (known, holder) throws(StoreError) in try claim.choose(known, holder)
        }
      } catch {
        guard let doubtful = claim.doubtful else { throw EngineError(error) }
        if try hasPorts(doubtful) { alive.insert(doubtful.id) }
        continue
      }
      return HeldPorts(
        orders: ports.flatMap { $0.orders(to: endpoint) },
        names: Set(ports.flatMap { $0.places.map(\.name) }),
        chest: try attempt("hold ports") { () throws(SystemError) in try claim.close() })
    }
  }

  /// Whether a container that has ports by the database does: it runs. Of one that does not the end is just being cleaned
  /// up, or a command was killed that should have; then it is done here.
  private func hasPorts(_ holder: NamedContainer) throws(EngineError) -> Bool {
    do throws(EngineError) {
      guard try !status(of: find(holder.id)).isRunning else { return true }
      let lock = try lockContainer(holder.id)
      // It may just have been started.
      guard try !status(of: find(holder.id)).isRunning else { return true }
      try leaveNetworks(holder.id)
      try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: holder.id) }
      _ = consume lock
    } catch {
      guard error.kind == .notFound else { throw error }
    }
    return false
  }

  /// Holds the ports of a container again that runs and lost its shim, and with it what held them. One that somebody has
  /// taken since is not held: packets for it go to the container all the same.
  func holdPortsAgain(ofContainer id: String) throws(EngineError) -> HeldPorts {
    let ports = try attempt { () throws(StoreError) in try store.ports(ofContainer: id) }
    let places = ports.filter(\.isHeld).flatMap(\.places)
    guard !places.isEmpty else { return HeldPorts(orders: [], names: [], chest: nil) }
    let chest = try attempt("hold ports") { () throws(SystemError) in
      var filling = try PortChestFilling()
      for place in places {
        do throws(SystemError) {
          let socket = try holdPort(
            transport: place.proto.rawValue, address: place.address.bytes, port: place.port)
          try filling.put(socket, name: place.name)
        } catch {
          guard [ErrorCode.addressInUse, ErrorCode.addressNotAvailable].contains(error.code) else {
            throw error
          }
        }
      }
      return try filling.close()
    }
    return HeldPorts(orders: [], names: Set(places.map(\.name)), chest: chest)
  }
}
