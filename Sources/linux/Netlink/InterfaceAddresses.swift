package import Addresses
internal import CLibmnl
internal import LinuxSystem

/// An address that a device has.
package struct AssignedAddress: Sendable, Equatable {
  /// The device's number.
  package let link: UInt32
  package let address: InterfaceAddress

  init?(_ reply: NetlinkReply) {
    guard reply.type == RTM_NEWADDR, reply.body.count >= 8 else { return nil }
    let found = reply.attributes(after: 8)
    // With a peer, IFA_ADDRESS is the peer's (linux/if_addr.h).
    guard let bytes = found[IFA_LOCAL] ?? found[IFA_ADDRESS], let address = IPAddress(bytes: bytes) else {
      return nil
    }
    link = machineNumber(reply.body[4...])
    self.address = InterfaceAddress(address, prefixLength: Int(reply.body[1]))
  }
}

extension InterfaceAddress {
  /// - Parameter type: RTM_NEWADDR or RTM_DELADDR.
  func batch(_ type: Int, flags: Int32, index: UInt32) -> NetlinkBatch {
    var batch = NetlinkBatch()
    batch.message(
      Int32(type), flags: flags | NLM_F_ACK,
      fixed: [address.family.number, UInt8(prefixLength), 0, 0] + machineBytes(index))
    batch.put(IFA_LOCAL, address.bytes)
    batch.put(IFA_ADDRESS, address.bytes)
    if type == RTM_NEWADDR {
      if address.family == .v4, prefixLength < 31,
        let network = IPNetwork(containing: address, prefixLength: prefixLength)
      {
        batch.put(IFA_BROADCAST, network.last.bytes)
      }
      // The address is ours alone: nobody has to be asked for two seconds before it can be used.
      if address.family == .v6 { batch.put(IFA_FLAGS, number: UInt32(IFA_F_NODAD)) }
    }
    return batch
  }
}

extension NetlinkSocket {
  /// The addresses of all devices.
  package mutating func addresses() throws(NetlinkError) -> [AssignedAddress] {
    var batch = NetlinkBatch()
    batch.message(
      Int32(RTM_GETADDR), flags: NLM_F_ROOT | NLM_F_MATCH, fixed: [UInt8](repeating: 0, count: 8))
    return try list(batch, "list network addresses").compactMap { AssignedAddress($0) }
  }

  /// Gives a device an address; that it has it already is no failure.
  package mutating func addAddress(_ address: InterfaceAddress, to link: Link) throws(NetlinkError) {
    let batch = address.batch(RTM_NEWADDR, flags: NLM_F_CREATE | NLM_F_REPLACE, index: link.index)
    try perform(batch, "add address to network device", "\(link.name) \(address)")
  }

  /// Takes an address from a device.
  /// - Returns: whether it had it.
  @discardableResult
  package mutating func removeAddress(_ address: InterfaceAddress, from link: Link) throws(NetlinkError)
    -> Bool
  {
    let batch = address.batch(RTM_DELADDR, flags: 0, index: link.index)
    do throws(NetlinkError) {
      try perform(batch, "remove address from network device", "\(link.name) \(address)")
    } catch {
      if error.code == ErrorCode.addressNotAvailable { return false }
      throw error
    }
    return true
  }
}

extension IPFamily {
  /// AF_INET or AF_INET6.
  var number: UInt8 { UInt8(self == .v4 ? AF_INET : AF_INET6) }
}
