package import Addresses
internal import CLibmnl
internal import LinuxSystem

/// What is to be different about a device; what is nil stays.
package struct LinkChange: Sendable, Equatable {
  package var up: Bool?
  /// Only while the device is down, for most kinds.
  package var name: String?
  package var mac: MACAddress?
  package var mtu: UInt32?
  /// The bridge it becomes a port of; 0 for none.
  package var master: UInt32?
  /// The descriptor of the network namespace it moves to. Its addresses stay behind.
  package var namespace: Int32?

  package init(
    up: Bool? = nil, name: String? = nil, mac: MACAddress? = nil, mtu: UInt32? = nil, master: UInt32? = nil,
    namespace: Int32? = nil
  ) {
    self.up = up
    self.name = name
    self.mac = mac
    self.mtu = mtu
    self.master = master
    self.namespace = namespace
  }

  func batch(index: UInt32) -> NetlinkBatch {
    var batch = NetlinkBatch()
    batch.link(RTM_NEWLINK, flags: NLM_F_ACK, index: index, up: up)
    if let name { batch.put(IFLA_IFNAME, text: name) }
    if let mtu { batch.put(IFLA_MTU, number: mtu) }
    if let mac { batch.put(IFLA_ADDRESS, mac.bytes) }
    if let master { batch.put(IFLA_MASTER, number: master) }
    if let namespace { batch.put(IFLA_NET_NS_FD, number: UInt32(bitPattern: namespace)) }
    return batch
  }
}

/// What a port of a bridge may do (bridge-link: `bridge link set`).
package struct BridgePortChange: Sendable, Equatable {
  /// Whether a frame may leave by the port it came in by: with br_netfilter, a container reaches itself through a
  /// published port only so.
  package var hairpin: Bool?
  /// Whether frames to and from other isolated ports are dropped.
  package var isolated: Bool?

  package init(hairpin: Bool? = nil, isolated: Bool? = nil) {
    self.hairpin = hairpin
    self.isolated = isolated
  }

  func batch(index: UInt32) -> NetlinkBatch {
    var batch = NetlinkBatch()
    batch.link(RTM_SETLINK, flags: NLM_F_ACK, family: UInt8(AF_BRIDGE), index: index)
    batch.nest(UInt32(IFLA_PROTINFO) | UInt32(NLA_F_NESTED)) { batch in
      if let hairpin { batch.put(IFLA_BRPORT_MODE, [hairpin ? 1 : 0]) }
      if let isolated { batch.put(IFLA_BRPORT_ISOLATED, [isolated ? 1 : 0]) }
    }
    return batch
  }
}

extension NetlinkSocket {
  /// Changes a device.
  package mutating func set(_ change: LinkChange, of link: Link) throws(NetlinkError) {
    try perform(change.batch(index: link.index), "change network device", link.name)
  }

  /// Changes what a bridge does with one of its ports.
  package mutating func set(_ change: BridgePortChange, ofPort link: Link) throws(NetlinkError) {
    try perform(change.batch(index: link.index), "change bridge port", link.name)
  }

  /// Removes a device, and its peer where it has one.
  /// - Returns: whether there was one of this name.
  @discardableResult
  package mutating func deleteLink(named name: String) throws(NetlinkError) -> Bool {
    var batch = NetlinkBatch()
    batch.link(RTM_DELLINK, flags: NLM_F_ACK)
    batch.put(IFLA_IFNAME, text: name)
    do throws(NetlinkError) { try perform(batch, "remove network device", name) } catch {
      if error.code == ErrorCode.noDevice { return false }
      throw error
    }
    return true
  }
}
