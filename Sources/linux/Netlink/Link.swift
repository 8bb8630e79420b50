package import Addresses
internal import CLibmnl
internal import LinuxSystem

/// A network device as its namespace knows it.
package struct Link: Sendable, Equatable {
  /// Its number in its namespace.
  package let index: UInt32
  package let name: String
  /// Its driver's name, such as `veth` and `bridge`; nil for a device of hardware.
  package let kind: String?
  /// Whether it was brought up.
  package let isUp: Bool
  package let mtu: UInt32
  package let mac: MACAddress?
  /// The number of the bridge it is a port of.
  package let master: UInt32?
  /// The number of what it stands on or is paired with, perhaps in another namespace.
  package let lower: UInt32?
  /// Whether a packet came in by it since it was made: of the host's end of a pair, whether the other end has sent one.
  /// Also where the kernel does not say.
  package let hasReceived: Bool

  init?(_ reply: NetlinkReply) {
    guard reply.type == RTM_NEWLINK, reply.body.count >= 16 else { return nil }
    let found = reply.attributes(after: 16)
    guard let name = found.text(IFLA_IFNAME) else { return nil }
    index = machineNumber(reply.body[4...])
    self.name = name
    kind = found.inside(IFLA_LINKINFO).text(IFLA_INFO_KIND)
    isUp = machineNumber(reply.body[8...]) & clibmnl_IFF_UP != 0
    mtu = found.number(IFLA_MTU) ?? 0
    mac = found[IFLA_ADDRESS].flatMap { MACAddress(bytes: $0) }
    master = found.number(IFLA_MASTER)
    lower = found.number(IFLA_LINK)
    // The first of struct rtnl_link_stats64 (linux/if_link.h).
    hasReceived = found[IFLA_STATS64].map { $0.prefix(8).contains { $0 != 0 } } ?? true
  }
}

extension NetlinkSocket {
  /// All devices of the namespace.
  package mutating func links() throws(NetlinkError) -> [Link] {
    var batch = NetlinkBatch()
    batch.link(RTM_GETLINK, flags: NLM_F_ROOT | NLM_F_MATCH)
    return try list(batch, "list network devices").compactMap { Link($0) }
  }

  /// The device of this name; nil when there is none.
  package mutating func link(named name: String) throws(NetlinkError) -> Link? {
    var batch = NetlinkBatch()
    batch.link(RTM_GETLINK)
    batch.put(IFLA_IFNAME, text: name)
    do throws(NetlinkError) {
      return try list(batch, "find network device", name).lazy.compactMap { Link($0) }.first
    } catch {
      if error.code == ErrorCode.noDevice { return nil }
      throw error
    }
  }
}

extension NetlinkBatch {
  /// Begins a message about links, with struct ifinfomsg (rtnetlink(7)).
  mutating func link(
    _ type: Int, flags: Int32 = 0, family: UInt8 = 0, index: UInt32 = 0, up: Bool? = nil
  ) {
    message(Int32(type), flags: flags, fixed: Self.linkHeader(family: family, index: index, up: up))
  }

  static func linkHeader(family: UInt8 = 0, index: UInt32 = 0, up: Bool? = nil) -> [UInt8] {
    let bit = clibmnl_IFF_UP
    return [family, 0, 0, 0] + machineBytes(index) + machineBytes(up == true ? bit : 0)
      + machineBytes(up == nil ? 0 : bit)
  }
}
