internal import Addresses
internal import Firewall
internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// The network's bridge, made with all that belongs to it where it is missing. It is brought up last: a bridge that is up
/// has its address and its elements, whoever was killed in between.
func ensureNetwork(
  _ order: NetworkOrder, _ host: inout NetlinkSocket, _ paths: NetworkPaths
) throws -> Link {
  if let parent = order.driver.parent { return try ensureParent(parent, of: order, &host, paths) }
  var rules = try NetlinkSocket(.netfilter)
  let hasRules = try rules.hasTable(NetworkRules.table, NetworkRules.family)
  // Whose record cannot be read was left out when the rules were made anew: it is made whole here.
  if hasRules, paths.readableNetwork(order.bridge) != nil, let bridge = try host.link(named: order.bridge),
    bridge.kind == "bridge", bridge.isUp
  {
    try checkOwner(bridge, order)
    return bridge
  }
  // What is somebody else's is not written down: whoever finds it there would take it away.
  if let bridge = try host.link(named: order.bridge) { try checkOwner(bridge, order) }
  try record(order, paths)
  // An address of its own: else it has its ports' lowest, and changes it when they come and go.
  let mac = order.mac ?? order.subnets.first.map { MACAddress(for: $0.gateway) }
  let bridge = try host.ensureBridge(LinkSettings(order.bridge, mac: mac, mtu: order.mtu, isUp: false))
  // Somebody was faster.
  do { try checkOwner(bridge, order) } catch {
    try removeFile(paths.bridge(order.bridge))
    throw error
  }
  let families = order.subnets.map(\.network.family)
  for family in families where !order.isInternal { try ForwardingSettings.allowForwarding(family) }
  try ForwardingSettings.allowLoopbackSources(onBridge: order.bridge)
  try ForwardingSettings.refuseRedirects(onBridge: order.bridge)
  if families.contains(.v6) {
    try ForwardingSettings.trustIPv6Addresses(on: order.bridge)
  } else if fileExists("/proc/sys/net/ipv6/conf/\(order.bridge)/disable_ipv6") {
    try ForwardingSettings.setIPv6(false, on: order.bridge)
  }
  for subnet in order.subnets {
    try host.addAddress(
      InterfaceAddress(subnet.gateway, prefixLength: subnet.network.prefixLength), to: bridge)
  }
  try rules.commit(
    NetworkRules.compile() + NetworkRules.adding(order.ruled.elements()), table: NetworkRules.table,
    family: NetworkRules.family)
  try host.set(LinkChange(up: true), of: bridge)
  return bridge
}

private func record(_ order: NetworkOrder, _ paths: NetworkPaths) throws {
  try writeAtomically(paths.bridge(order.bridge), JSON.write(order.document), durable: false)
}

/// A bridge of the same name that another engine has made, or the user, is not ours to use: two engines would give the same
/// addresses to different containers. Ours has the network's hardware address, from its first moment on; that holds when
/// the journal is lost, too.
private func checkOwner(_ bridge: Link, _ order: NetworkOrder) throws {
  guard let mac = order.mac, bridge.mac != mac else { return }
  throw NetworkFailure(
    "there is a bridge \(order.bridge) already, which another engine has made, or somebody else",
    isAboutOthers: true)
}

/// Has the bridge's port of this name speak with other such ports only by links.
func keepApart(_ veth: String) throws {
  var rules = try NetlinkSocket(.netfilter)
  let objects = NetworkRules.adding([(PortRules.apart, [NFTElement(key: NFTKey.interface(veth))])])
  try rules.commit(PortRules.compile() + objects, table: PortRules.table, family: PortRules.family)
}

extension NetworkOrder {
  /// As the rules know it.
  var ruled: RuledNetwork {
    RuledNetwork(
      bridge: bridge, subnets: subnets.map(\.network), isInternal: isInternal, isOpen: isOpen,
      isHidden: isHidden)
  }
}
