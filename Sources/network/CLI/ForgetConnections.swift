internal import Addresses
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// Has the kernel forget what it tracks of containers' addresses that are free now: a flow that goes on would be sent to
/// whoever has the address next, past rules and maps, which see only the first packet of each.
func forgetConnections(of addresses: [IPAddress]) throws {
  guard !addresses.isEmpty, try tracksAny() else { return }
  var rules = try NetlinkSocket(.netfilter)
  for address in addresses {
    try rules.forgetConnections(.answeredBy(address))
    try rules.forgetConnections(.from(address))
  }
}

/// The same for ports that lead elsewhere from now on: flows to a port's container, when it is published no more; and of
/// UDP, which goes on for as long as somebody sends, flows that the host itself answered until it was published.
func forgetConnections(gone: Set<PortOrder>, fresh: Set<PortOrder>) throws {
  let new = fresh.filter { $0.proto == .udp }
  guard !gone.isEmpty || !new.isEmpty, try tracksAny() else { return }
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

/// Whether the network namespace tracks a connection at all; most that are made for one container do not.
private func tracksAny() throws(SystemError) -> Bool {
  do throws(SystemError) { return try readText("/proc/sys/net/netfilter/nf_conntrack_count") != "0" } catch {
    // Nothing has asked for it.
    if error.code == ErrorCode.noEntry { return false }
    throw error
  }
}
