internal import CLinux
package import LinuxSystem

/// A network device as a namespace knows it.
package struct NetworkLink: Sendable, Equatable {
  /// Its number in its namespace.
  package let index: Int32
  package let name: String
}

extension NetlinkSocket {
  /// All devices of the namespace.
  package mutating func links() throws(SystemError) -> [NetworkLink] {
    try list(
      NetlinkRequest(link: clinux_RTM_GETLINK, flags: clinux_NLM_F_DUMP, index: 0), "list network devices"
    )
    .compactMap { reply in
      guard reply.type == clinux_RTM_NEWLINK,
        let name = reply.attributes(after: 16)?[clinux_IFLA_IFNAME]
      else { return nil }
      let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
      return NetworkLink(index: number(reply.body[...], at: 4), name: text)
    }
  }

  /// Brings a device up or takes it down.
  package mutating func setLink(_ link: NetworkLink, up: Bool) throws(SystemError) {
    let bit = UInt32(clinux_IFF_UP)
    let request = NetlinkRequest(
      link: clinux_RTM_NEWLINK, flags: clinux_NLM_F_ACK, index: link.index, state: up ? bit : 0, change: bit)
    try perform(request, up ? "bring up network device" : "take down network device", link.name)
  }

  /// Moves a device into another namespace under this name, which may hold one `%d` for a number of the kernel's
  /// choice. Its addresses stay behind.
  /// - Throws: `SystemError`; EEXIST when the name is taken there, EINVAL for a device that is bound to its namespace.
  package mutating func moveLink(
    _ link: NetworkLink, to namespace: borrowing OwnedDescriptor, as name: String
  ) throws(SystemError) {
    var request = NetlinkRequest(link: clinux_RTM_NEWLINK, flags: clinux_NLM_F_ACK, index: link.index)
    // Both at once, so that the device is at no time in the new namespace under its old name.
    request.attribute(clinux_IFLA_IFNAME, text: name)
    request.attribute(clinux_IFLA_NET_NS_FD, number: UInt32(namespace.raw))
    try perform(request, "move network device", "\(link.name) as \(name)")
  }
}

extension NetlinkRequest {
  /// With the fixed part of a message about links, struct ifinfomsg (rtnetlink(7)).
  init(link type: Int64, flags: Int64, index: Int32, state: UInt32 = 0, change: UInt32 = 0) {
    self.init(type, flags: flags)
    put(0 as UInt8)
    put(0 as UInt8)
    put(0 as UInt16)
    put(index)
    put(state)
    put(change)
  }
}
