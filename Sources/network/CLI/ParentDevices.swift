internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

extension EndpointOrder {
  /// The device, or the pair, that it is.
  /// - Parameters:
  ///   - below: the number of the bridge, or of the parent.
  ///   - namespace: the container's, open.
  func link(on below: UInt32, in namespace: Int32) throws(NetworkFailure) -> NewLink {
    var inner = LinkSettings(device, mac: mac, mtu: network.mtu, namespace: namespace, isUp: false)
    switch network.driver {
    case .bridge:
      return .veth(LinkSettings(veth, mtu: network.mtu, master: below), peer: inner)
    case .macvlan(_, let text):
      guard let mode = MacvlanMode(rawValue: text) else { throw NetworkFailure("macvlan mode \(text)") }
      return .macvlan(inner, parent: below, mode)
    case .ipvlan(_, let text):
      guard let mode = IpvlanMode(rawValue: text) else { throw NetworkFailure("ipvlan mode \(text)") }
      // It has its parent's.
      inner.mac = nil
      return .ipvlan(inner, parent: below, mode)
    }
  }
}

/// The device that a network's containers stand on, made where docker makes it: a parent of the network's own name, on
/// which only its containers are, or `eth0.10`, what has tag 10 of eth0's frames.
/// - Throws: `NetworkFailure` when it is not there and cannot be made.
func ensureParent(
  _ parent: String, of order: NetworkOrder, _ host: inout NetlinkSocket, _ paths: NetworkPaths
) throws -> Link {
  let path = paths.bridge(order.bridge)
  if let found = try host.link(named: parent) {
    if !fileExists(path) { try writeAtomically(path, JSON.write(order.document), durable: false) }
    return found
  }
  var record = order
  record.ownsParent = true
  if parent == order.bridge {
    try writeAtomically(path, JSON.write(record.document), durable: false)
    // docker makes a dummy; a bridge without ports serves the same and needs no module more.
    return try host.ensureBridge(LinkSettings(parent, mtu: order.mtu))
  }
  guard let dot = parent.lastIndex(of: "."), let id = UInt16(parent[parent.index(after: dot)...]),
    (1...4094).contains(id), let base = try host.link(named: String(parent[..<dot]))
  else { throw NetworkFailure("parent network device \(parent) is not there") }
  try writeAtomically(path, JSON.write(record.document), durable: false)
  do throws(NetlinkError) {
    try host.create(.vlan(LinkSettings(parent), parent: base.index, id: id))
  } catch {
    if error.code != ErrorCode.exists { throw error }
  }
  guard let made = try host.link(named: parent) else {
    throw NetworkFailure("parent network device \(parent) is not there")
  }
  return made
}

/// Removes a parent that was made for a network, or leaves it to another network that stands on it.
func releaseParent(_ order: NetworkOrder, _ host: inout NetlinkSocket, _ paths: NetworkPaths) throws {
  guard order.ownsParent, let parent = order.driver.parent else { return }
  let journal = try paths.networks()
  // Another network may stand on it.
  if let unread = journal.unreadable.first { throw NetworkFailure(unread) }
  for var other in journal.records
  where other.bridge != order.bridge && other.driver.parent == parent {
    other.ownsParent = true
    return try writeAtomically(paths.bridge(other.bridge), JSON.write(other.document), durable: false)
  }
  try host.deleteLink(named: parent)
}
