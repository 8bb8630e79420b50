internal import Addresses
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// Has the kernel forget what it tracks of containers' addresses that are free now: a flow that goes on would be sent to
/// whoever has the address next, past rules and maps, which see only the first packet of each.
func forgetConnections(of addresses: [IPAddress]) throws {
  let count = addresses.isEmpty ? 0 : try trackedCount()
  guard count > 0 else { return }
  var rules = try NetlinkSocket(.netfilter)
  // Each question costs the kernel a walk over the whole table, 11 ms where that has 262144 places, however few are taken;
  // to be told of a thousand connections costs less than one.
  if count <= 1024 {
    let all = Set(addresses)
    for family in Set(addresses.map(\.family)) {
      try rules.forgetConnections(.all(family)) {
        all.contains($0.forth.source) || all.contains($0.back.source)
      }
    }
    return
  }
  for address in addresses {
    try rules.forgetConnections(.answeredBy(address))
    try rules.forgetConnections(.from(address))
  }
}

/// The same for ports that lead elsewhere from now on: flows to a port's container, when it is published no more; and of
/// UDP, which goes on for as long as somebody sends, flows that the host itself answered until it was published.
func forgetConnections(gone: Set<PortOrder>, fresh: Set<PortOrder>) throws {
  let new = fresh.filter { $0.proto == .udp }
  let count = gone.isEmpty && new.isEmpty ? 0 : try trackedCount()
  guard count > 0 else { return }
  var rules = try NetlinkSocket(.netfilter)
  if count <= 1024 || gone.count + new.count > 64 {
    return try forgetConnections(gone: Places(gone), fresh: Places(new), &rules)
  }
  for port in gone {
    try rules.forgetConnections(port.query) { $0.back.source == port.container && !$0.isDirect }
  }
  for port in new {
    try rules.forgetConnections(port.query) {
      $0.isDirect && (port.host.isUnspecified || $0.forth.destination == port.host)
    }
  }
}

/// The same by one question for each family: a question for each of ten thousand ports would be as many walks.
private func forgetConnections(gone: Places, fresh: Places, _ rules: inout NetlinkSocket) throws {
  for family in gone.families.union(fresh.families) {
    try rules.forgetConnections(.all(family)) { connection in
      if connection.isDirect {
        return fresh.at(connection).contains {
          $0.host.isUnspecified || connection.forth.destination == $0.host
        }
      }
      return gone.at(connection).contains { $0.container == connection.back.source }
    }
  }
}

/// Ports, to be found by what a connection was begun to.
private struct Places {
  private struct Key: Hashable {
    let proto: UInt8
    let number: UInt16
    let family: IPFamily
  }
  private let ports: [Key: [PortOrder]]
  let families: Set<IPFamily>

  init(_ ports: Set<PortOrder>) {
    self.ports = Dictionary(grouping: ports) {
      Key(proto: $0.proto.rawValue, number: $0.hostPort, family: $0.container.family)
    }
    families = Set(ports.map(\.container.family))
  }

  func at(_ connection: TrackedConnection) -> [PortOrder] {
    let way = connection.forth
    return ports[Key(proto: way.proto, number: way.destinationPort, family: way.source.family)] ?? []
  }
}

extension PortOrder {
  fileprivate var query: ConnectionQuery { .to(ContainerPort(hostPort, proto), container.family) }
}

/// How many connections the network namespace tracks; none in most that are made for one container.
private func trackedCount() throws(SystemError) -> Int {
  do throws(SystemError) {
    return Int(try readText("/proc/sys/net/netfilter/nf_conntrack_count")) ?? Int.max
  } catch {
    // Nothing has asked for it.
    if error.code == ErrorCode.noEntry { return 0 }
    throw error
  }
}
