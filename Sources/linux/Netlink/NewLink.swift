package import Addresses
internal import CLibmnl
internal import LinuxSystem

/// What a new device has from its first moment on. What is nil is the kernel's choice.
package struct LinkSettings: Sendable, Equatable {
  package var name: String
  package var mac: MACAddress?
  package var mtu: UInt32?
  /// The number of the bridge it becomes a port of.
  package var master: UInt32?
  /// The descriptor of the network namespace it is born in; it must be open while the request is made.
  package var namespace: Int32?
  package var isUp: Bool

  package init(
    _ name: String, mac: MACAddress? = nil, mtu: UInt32? = nil, master: UInt32? = nil,
    namespace: Int32? = nil,
    isUp: Bool = true
  ) {
    self.name = name
    self.mac = mac
    self.mtu = mtu
    self.master = master
    self.namespace = namespace
    self.isUp = isUp
  }
}

/// How the devices on one parent see each other (macvlan: drivers/net/macvlan.c).
package enum MacvlanMode: String, Sendable, CaseIterable {
  case `private`, vepa, bridge, passthru

  var number: UInt32 {
    switch self {
    case .private: MACVLAN_MODE_PRIVATE.rawValue
    case .vepa: MACVLAN_MODE_VEPA.rawValue
    case .bridge: MACVLAN_MODE_BRIDGE.rawValue
    case .passthru: MACVLAN_MODE_PASSTHRU.rawValue
    }
  }
}

/// What an ipvlan device does itself: move frames (l2), packets (l3), or packets past the host's netfilter (l3s).
package enum IpvlanMode: String, Sendable, CaseIterable {
  case l2, l3, l3s

  var number: UInt16 {
    switch self {
    case .l2: UInt16(IPVLAN_MODE_L2.rawValue)
    case .l3: UInt16(IPVLAN_MODE_L3.rawValue)
    case .l3s: UInt16(IPVLAN_MODE_L3S.rawValue)
    }
  }
}

/// A device to be made.
package enum NewLink: Sendable, Equatable {
  case bridge(LinkSettings)
  /// Two devices, each the other's cable. The peer is born down, whatever its settings say: the kernel ties the two
  /// together only afterwards (drivers/net/veth.c, veth_newlink).
  case veth(LinkSettings, peer: LinkSettings)
  /// A device with an address of its own on the parent of this number.
  case macvlan(LinkSettings, parent: UInt32, MacvlanMode)
  /// A device that shares its parent's hardware address.
  case ipvlan(LinkSettings, parent: UInt32, IpvlanMode)
  /// What of its parent's frames has this tag (802.1Q).
  case vlan(LinkSettings, parent: UInt32, id: UInt16)

  /// Its own settings.
  package var settings: LinkSettings {
    switch self {
    case .bridge(let settings), .veth(let settings, _), .macvlan(let settings, _, _),
      .ipvlan(let settings, _, _), .vlan(let settings, _, _):
      settings
    }
  }

  private var kind: String {
    switch self {
    case .bridge: "bridge"
    case .veth: "veth"
    case .macvlan: "macvlan"
    case .ipvlan: "ipvlan"
    case .vlan: "vlan"
    }
  }

  /// The request for it.
  func batch() -> NetlinkBatch {
    var batch = NetlinkBatch()
    batch.link(RTM_NEWLINK, flags: NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, up: settings.isUp ? true : nil)
    batch.put(settings)
    if case .macvlan(_, let parent, _) = self { batch.put(IFLA_LINK, number: parent) }
    if case .ipvlan(_, let parent, _) = self { batch.put(IFLA_LINK, number: parent) }
    if case .vlan(_, let parent, _) = self { batch.put(IFLA_LINK, number: parent) }
    batch.nest(IFLA_LINKINFO) { batch in
      batch.put(IFLA_INFO_KIND, text: kind)
      switch self {
      case .bridge: break
      case .veth(_, let peer):
        batch.nest(IFLA_INFO_DATA) { batch in
          batch.nest(VETH_INFO_PEER) { batch in
            batch.append(NetlinkBatch.linkHeader())
            batch.put(peer)
          }
        }
      case .macvlan(_, _, let mode):
        batch.nest(IFLA_INFO_DATA) { $0.put(IFLA_MACVLAN_MODE, number: mode.number) }
      case .ipvlan(_, _, let mode):
        batch.nest(IFLA_INFO_DATA) { $0.put(IFLA_IPVLAN_MODE, machineBytes(mode.number)) }
      case .vlan(_, _, let id):
        batch.nest(IFLA_INFO_DATA) { $0.put(IFLA_VLAN_ID, machineBytes(id)) }
      }
    }
    return batch
  }
}

extension NetlinkSocket {
  /// Makes a device, at once with all that its settings say.
  /// - Throws: `NetlinkError`; EEXIST when the name is taken.
  package mutating func create(_ link: NewLink) throws(NetlinkError) {
    try perform(link.batch(), "create network device", link.settings.name)
  }

  /// The bridge of this name, made when it is not there; what is there stays as it is, but is brought up if the settings
  /// say so.
  /// - Throws: `NetlinkError`; EEXIST when something else has the name.
  /// - Returns: the bridge.
  package mutating func ensureBridge(_ settings: LinkSettings) throws(NetlinkError) -> Link {
    // Somebody else may make it, or remove it, between two questions.
    for _ in 0..<8 {
      if let found = try link(named: settings.name) {
        guard found.kind == "bridge" else {
          throw NetlinkError("create bridge", settings.name, code: ErrorCode.exists)
        }
        if settings.isUp, !found.isUp { try set(LinkChange(up: true), of: found) }
        return found
      }
      do throws(NetlinkError) { try create(.bridge(settings)) } catch {
        if error.code != ErrorCode.exists { throw error }
      }
    }
    throw NetlinkError("create bridge", settings.name, code: ErrorCode.again)
  }
}

extension NetlinkBatch {
  mutating func put(_ settings: LinkSettings) {
    put(IFLA_IFNAME, text: settings.name)
    if let mtu = settings.mtu { put(IFLA_MTU, number: mtu) }
    if let mac = settings.mac { put(IFLA_ADDRESS, mac.bytes) }
    if let master = settings.master { put(IFLA_MASTER, number: master) }
    if let namespace = settings.namespace { put(IFLA_NET_NS_FD, number: UInt32(bitPattern: namespace)) }
  }
}
