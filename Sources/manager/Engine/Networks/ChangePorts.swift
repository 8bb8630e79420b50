internal import Addresses
internal import LinuxSystem
internal import NetworkProtocol
internal import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Gives a container other published ports; the caller holds its lock. Of one that runs the new ones are held and in the
  /// rules when this returns, else they are at its next start. All or nothing.
  func changePorts(
    _ record: ContainerRecord, _ settings: ContainerSettings, to bindings: [PortBinding], runs: Bool
  ) throws(EngineError) {
    let old = try attempt { () throws(StoreError) in try store.ports(ofContainer: record.id) }
    let had = Dictionary(old.map { ($0.wish, $0.hostPort) }, uniquingKeysWith: { first, _ in first })
    let new = settings.portRecords(bindings, of: record.id).map { port in
      var port = port
      // The one it had, when it has a choice.
      port.hostPort = had[port.wish] ?? nil
      return port
    }
    guard runs, settings.network.isNamed, let watch = try watchNow(record) else {
      return try attempt { () throws(StoreError) in
        try store.replacePorts(ofContainer: record.id, by: new)
      }
    }
    let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: record.id) }
    try movePorts(record, settings, endpoints, from: old, to: new, watch)
  }

  /// Has a running container's published ports lead to a network that it has just joined, if that is the ports'. What was
  /// held for it is so all the time; what was not, since it had no network, is from now on.
  func publishPorts(_ record: ContainerRecord, _ settings: ContainerSettings, joined: String)
    throws(EngineError)
  {
    let ports = try attempt { () throws(StoreError) in try store.ports(ofContainer: record.id) }
    guard !ports.isEmpty else { return }
    let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: record.id) }
    guard endpoints.first(where: { !$0.1.isInternal })?.0.id == joined, let watch = try watchNow(record)
    else {
      return
    }
    try movePorts(record, settings, endpoints, from: ports, to: nil, watch)
  }

  /// - Parameter new: what is published from now on; nil leaves that as it is.
  private func movePorts(
    _ record: ContainerRecord, _ settings: ContainerSettings, _ endpoints: [(EndpointRecord, NetworkRecord)],
    from old: [PortRecord], to new: [PortRecord]?, _ watch: borrowing ContainerWatch
  ) throws(EngineError) {
    let before = Set(old.filter(\.isHeld).flatMap { $0.places.map(\.name) })
    do throws(EngineError) {
      let held = try holdPorts(record, settings, endpoints, replacing: new, kept: before)
      let (names, orders) = (held.names, held.orders)
      if case .some(let chest) = held.chest { try watch.hold(chest) }
      do throws(EngineError) {
        try callNetwork(
          "publish", PublishRequest(state: paths.networks, container: record.id, ports: orders).document)
      } catch {
        try watch.letGo(of: names.subtracting(before))
        throw error
      }
      try watch.letGo(of: before.subtracting(names))
    } catch {
      try attempt { () throws(StoreError) in try store.replacePorts(ofContainer: record.id, by: old) }
      throw error
    }
  }
}

extension PortRecord {
  /// What was asked for.
  fileprivate struct Wish: Hashable {
    let containerPort: ContainerPort
    let host: String?
    let hostPorts: ClosedRange<UInt16>?
  }

  fileprivate var wish: Wish { Wish(containerPort: containerPort, host: host, hostPorts: hostPorts) }
}

extension ContainerWatch {
  /// Has the shim hold what is in a chest.
  fileprivate borrowing func hold(_ chest: borrowing PortChest) throws(EngineError) {
    do throws(ShimProtocolError) { try connection.send(.ports(without: []), with: chest.descriptor) } catch {
      throw EngineError(.failed, error.description)
    }
    try awaitPorts()
  }

  /// Has the shim let go of ports.
  fileprivate borrowing func letGo(of names: Set<String>) throws(EngineError) {
    var rest = names.sorted()[...]
    while !rest.isEmpty {
      // A name has 60 bytes at most, a message 32 KiB.
      try send(.ports(without: Array(rest.prefix(500))))
      try awaitPorts()
      rest = rest.dropFirst(500)
    }
  }

  /// Waits for the answer. One that has ended meanwhile holds nothing any more.
  private borrowing func awaitPorts() throws(EngineError) {
    while let message = try next(until: nil) {
      switch message {
      case .delivered(errno: 0), .delivered(errno: ErrorCode.noProcess), .exited, .failed: return
      case .delivered(let code):
        throw EngineError(
          .failed, "the shim of container \(container.shortID) cannot hold ports: \(SystemError.reason(code))"
        )
      default: continue
      }
    }
  }
}
