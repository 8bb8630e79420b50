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
  guard !gone.isEmpty || !new.isEmpty, try trackedCount() > 0 else { return }
  var rules = try NetlinkSocket(.netfilter)
  for port in gone {
    try rules.forgetConnections(port.query) { $0.back.source == port.container && !$0.isDirect }
  }
  for port in new {
    try rules.forgetConnections(port.query) {
      $0.isDirect && (port.host.isUnspecified || $0.forth.destination == port.host)
    }
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
