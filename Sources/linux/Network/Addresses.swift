internal import CLinux
package import LinuxSystem

/// An address of a network device, as far as it can move with the device.
package struct NetworkAddress: Sendable, Equatable {
  /// AF_INET or AF_INET6.
  let family: UInt8
  let prefixLength: UInt8
  let scope: UInt8
  let flags: UInt32
  /// The address, the broadcast address and so on, by type, in the order of the wire.
  let values: [Int64: [UInt8]]

  /// Given to the device for good, and for use everywhere: what the runtime specification wants kept (config-linux.md,
  /// Network Devices).
  package var isPermanentAndGlobal: Bool {
    flags & UInt32(clinux_IFA_F_PERMANENT) != 0 && scope == UInt8(clinux_RT_SCOPE_UNIVERSE)
  }

  /// What describes the address itself; its label holds the device's old name, and its age its old life.
  static let kept = [clinux_IFA_ADDRESS, clinux_IFA_LOCAL, clinux_IFA_BROADCAST, clinux_IFA_RT_PRIORITY]
  /// Flags that somebody chose; the others are the kernel's findings.
  static let chosen = UInt32(clinux_IFA_F_NODAD | clinux_IFA_F_HOMEADDRESS | clinux_IFA_F_NOPREFIXROUTE)
}

extension NetlinkSocket {
  /// The addresses of a device, in the order in which they were given to it.
  package mutating func addresses(of link: NetworkLink) throws(SystemError) -> [NetworkAddress] {
    let request = NetlinkRequest(address: clinux_RTM_GETADDR, flags: clinux_NLM_F_DUMP, index: 0)
    return try list(request, "list network addresses").compactMap { reply in
      guard reply.type == clinux_RTM_NEWADDR, let found = reply.attributes(after: 8),
        number(reply.body[...], at: 4) as Int32 == link.index
      else { return nil }
      // Since Linux 3.14 the flags have an attribute of 32 bits.
      let wide = found[clinux_IFA_FLAGS].flatMap { $0.count == 4 ? $0 : nil }
      return NetworkAddress(
        family: reply.body[0], prefixLength: reply.body[1], scope: reply.body[3],
        flags: wide.map { number($0[...], at: 0) } ?? UInt32(reply.body[2]),
        values: found.filter { NetworkAddress.kept.contains($0.key) })
    }
  }

  /// Gives a device an address.
  package mutating func addAddress(_ address: NetworkAddress, to link: NetworkLink) throws(SystemError) {
    var request = NetlinkRequest(
      address: clinux_RTM_NEWADDR, flags: clinux_NLM_F_ACK | clinux_NLM_F_CREATE | clinux_NLM_F_EXCL,
      index: link.index, family: address.family, prefixLength: address.prefixLength, scope: address.scope)
    for (type, value) in address.values.sorted(by: { $0.key < $1.key }) { request.attribute(type, value) }
    request.attribute(clinux_IFA_FLAGS, number: address.flags & NetworkAddress.chosen)
    try perform(request, "add address to network device", link.name)
  }
}

extension NetlinkRequest {
  /// With the fixed part of a message about addresses, struct ifaddrmsg (rtnetlink(7)).
  init(
    address type: Int64, flags: Int64, index: Int32, family: UInt8 = 0, prefixLength: UInt8 = 0,
    scope: UInt8 = 0
  ) {
    self.init(type, flags: flags)
    put(family)
    put(prefixLength)
    put(0 as UInt8)
    put(scope)
    put(index)
  }
}
