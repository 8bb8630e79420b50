package import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Networks
package import Options
internal import ShimProtocol
package import Store

/// What `network create` asks for.
package struct NetworkRequest: Sendable {
  /// A range of addresses; what is nil is chosen.
  package struct Subnet: Sendable, Equatable {
    package var subnet: IPNetwork
    package var gateway: IPAddress?
    package var range: IPNetwork?

    package init(_ subnet: IPNetwork) { self.subnet = subnet }
  }

  package var name: NetworkName
  /// `bridge`, `macvlan` or `ipvlan`.
  package var driver = "bridge"
  /// At most one of each family; without one of IPv4 it is chosen.
  package var subnets: [Subnet] = []
  /// `--internal`.
  package var isInternal = false
  /// `--ipv6`: has a subnet of IPv6, a chosen one where none is given.
  package var usesIPv6 = false
  /// `--aux-address` by name: addresses that containers do not get.
  package var auxiliary: [String: IPAddress] = [:]
  /// `--opt` by name.
  package var options: [String: String] = [:]
  package var labels: [Label] = []

  package init(name: NetworkName) { self.name = name }
}

extension ContainerEngine {
  /// Makes a network: a row. Its bridge comes with its first container.
  /// - Throws: `EngineError`, in docker's words where it has some.
  package func createNetwork(_ request: NetworkRequest) throws(EngineError) -> NetworkRecord {
    try sweep()
    let id = try Self.newID()
    let options = try DriverOptions(request.driver, request.options)
    let host = try hostNetworks()
    let number = try attempt("make a network") { () throws(SystemError) in try randomBytes(5) }
      .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let network = try attempt { () throws(StoreError) in
      try store.insertNetwork(named: request.name.text) { (others) throws(StoreError) in
        do throws(NetworkProblem) {
          return try Self.network(id, request, options, others, host, random: number)
        } catch { throw StoreError.refused(error.description) }
      }
    }
    record(.network("create", network))
    return network
  }

  private static func network(
    _ id: String, _ request: NetworkRequest, _ options: DriverOptions, _ others: [NetworkRecord],
    _ host: HostNetworks, random: UInt64
  ) throws(NetworkProblem) -> NetworkRecord {
    let taken = others.flatMap {
      [$0.subnet4, $0.subnet6].compactMap { $0.flatMap { IPNetwork($0.subnet) } }
    }
    for asked in request.subnets {
      let plan = try AddressPlan(subnet: asked.subnet, gateway: asked.gateway, range: asked.range)
      for address in request.auxiliary.values where asked.subnet.contains(address) {
        _ = try plan.claim(address, taken: [])
      }
      if let other = taken.first(where: { $0.overlaps(asked.subnet) }) {
        throw NetworkProblem(
          "invalid pool request: Pool overlaps with other one on this address space: \(asked.subnet) and \(other)"
        )
      }
    }
    let four: NetworkRequest.Subnet
    if let asked = request.subnets.first(where: { $0.subnet.family == .v4 }) {
      four = asked
    } else {
      four = NetworkRequest.Subnet(try AddressPool.firstFree(avoiding: taken + host.routes))
    }
    var six = request.subnets.first { $0.subnet.family == .v6 }
    if six == nil, request.usesIPv6 {
      six = AddressPool.uniqueLocal(host: random, number: 0).map { NetworkRequest.Subnet($0) }
    }
    let isBridge = request.driver == "bridge"
    if let fault = options.parentFault(devices: host.devices, others) { throw NetworkProblem(fault) }
    // Of what stands on a parent the column has the name of that which is made when none is given (docker's dm-…).
    let bridge = isBridge ? options.device ?? "apus-\(id.prefix(10))" : "dm-\(id.prefix(12))"
    guard !others.contains(where: { $0.bridge == bridge }) else {
      throw NetworkProblem("bridge \(bridge) is another network's")
    }
    if isBridge, options.device != nil, host.devices.contains(bridge) {
      throw NetworkProblem("there is a network device \(bridge) already")
    }
    return NetworkRecord(
      id: id, name: request.name.text, driver: request.driver, bridge: bridge, subnet4: four.record,
      subnet6: six?.record,
      // From a parent of its own nothing leads anywhere.
      isInternal: request.isInternal || (!isBridge && options.device == nil), isOpen: options.isOpen,
      mtu: options.mtu,
      options: String(decoding: JSON.write(map(request.options)), as: UTF8.self),
      labels: String(
        decoding: JSON.write(
          map(Dictionary(request.labels.map { ($0.key, $0.value) }) { _, new in new })), as: UTF8.self),
      auxiliary: String(
        decoding: JSON.write(map(request.auxiliary.mapValues { "\($0)" })), as: UTF8.self),
      createdAt: Timestamp.now())
  }

  /// The network of this name. `bridge` is made when it is first asked for: the host's routes say by then where it may be.
  func network(_ name: String) throws(EngineError) -> NetworkRecord {
    do throws(StoreError) { return try store.findNetwork(name) } catch {
      guard name == NetworkMode.bridge.rawValue, case .noSuchNetwork = error else { throw EngineError(error) }
    }
    let host = try hostNetworks()
    do throws(StoreError) {
      return try store.insertNetwork(named: name) { (others) throws(StoreError) in
        try Self.defaultNetwork(others, host)
      }
    } catch {
      // Somebody else's command was first.
      if case .networkNameInUse = error {
        return try attempt { () throws(StoreError) in try store.findNetwork(name) }
      }
      throw EngineError(error)
    }
  }
}

extension ContainerEngine {
  /// The default network on the first bridge `apusN` and the first pool that nobody has on this host: another engine, with
  /// other roots, may have the first.
  private static func defaultNetwork(
    _ others: [NetworkRecord], _ host: HostNetworks
  ) throws(StoreError) -> NetworkRecord {
    let taken = others.compactMap { IPNetwork($0.subnet4.subnet) }
    let bridge = (0..<1000).lazy.map { "apus\($0)" }.first { name in
      !host.devices.contains(name) && !others.contains { $0.bridge == name }
    }
    guard let bridge else { throw StoreError.refused("all bridges apus0 to apus999 are taken") }
    do throws(NetworkProblem) {
      return NetworkRecord(
        id: PredefinedNetwork.bridge.id, name: NetworkMode.bridge.rawValue, bridge: bridge,
        subnet4: NetworkRecord.SubnetRecord(
          subnet: "\(try AddressPool.firstFree(avoiding: taken + host.routes))"), options: emptyDocument,
        labels: emptyDocument, createdAt: Timestamp.now())
    } catch { throw StoreError.refused(error.description) }
  }

  /// Puts the default network on another bridge with other addresses, because somebody else had its bridge before its first
  /// container since the machine came up. Nobody chose either, so nobody has to see to it.
  /// - Parameter id: the container that is about to start.
  /// - Returns: whether it could be done: not while another container is on it.
  func moveDefaultNetwork(for id: String) throws(EngineError) -> Bool {
    let host = try hostNetworks()
    return try attempt { () throws(StoreError) in
      try store.moveNetwork(PredefinedNetwork.bridge.id, for: id) { (others) throws(StoreError) in
        try Self.defaultNetwork(others, host)
      }
    }
  }
}

extension NetworkRequest.Subnet {
  fileprivate var record: NetworkRecord.SubnetRecord {
    NetworkRecord.SubnetRecord(
      subnet: "\(subnet)", gateway: gateway.map { "\($0)" }, range: range.map { "\($0)" })
  }
}

extension Event {
  /// An event of a network: `create`, `connect`, `disconnect`, `destroy`.
  /// - Parameter container: who joins or leaves it, by id.
  static func network(_ action: String, _ network: NetworkRecord, container: String? = nil) -> Event {
    let who = container.map { [Attribute("container", $0)] } ?? []
    return Event(
      .network, action, id: network.id,
      who + [Attribute("name", network.name), Attribute("type", network.driver)])
  }
}
