package import Addresses
internal import CLibmnl
internal import LinuxSystem

/// A way to a range of addresses.
package struct Route: Sendable, Equatable {
  /// Where it leads; the whole of a family (`0.0.0.0/0`) for the default route.
  package let destination: IPNetwork
  /// The next station; nil when the destination is on the device's own wire.
  package let gateway: IPAddress?
  /// The device's number; nil for a route with several.
  package let link: UInt32?

  package init(to destination: IPNetwork, by gateway: IPAddress?, link: UInt32?) {
    self.destination = destination
    self.gateway = gateway
    self.link = link
  }

  init?(_ reply: NetlinkReply) {
    guard reply.type == RTM_NEWROUTE, reply.body.count >= 12,
      reply.body[0] == AF_INET || reply.body[0] == AF_INET6
    else { return nil }
    let found = reply.attributes(after: 12)
    // Routes to the host's own addresses, to all, and those of other tables are of no use to whom plans networks.
    guard reply.body[7] == RTN_UNICAST, reply.body[4] == RT_TABLE_MAIN.rawValue else { return nil }
    let family: IPFamily = reply.body[0] == AF_INET ? .v4 : .v6
    let base = found[Int(RTA_DST.rawValue)].flatMap { IPAddress(bytes: $0) } ?? IPAddress(family, 0)
    guard let network = IPNetwork(containing: base, prefixLength: Int(reply.body[1])) else { return nil }
    destination = network
    gateway = found[Int(RTA_GATEWAY.rawValue)].flatMap { IPAddress(bytes: $0) }
    link = found.number(Int(RTA_OIF.rawValue))
  }

  /// - Parameter type: RTM_NEWROUTE or RTM_DELROUTE.
  func batch(_ type: Int, flags: Int32) -> NetlinkBatch {
    var batch = NetlinkBatch()
    let scope = gateway == nil ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE
    batch.message(
      Int32(type), flags: flags | NLM_F_ACK,
      fixed: [
        destination.family.number, UInt8(destination.prefixLength), 0, 0, UInt8(RT_TABLE_MAIN.rawValue),
        UInt8(RTPROT_STATIC), UInt8(scope.rawValue), UInt8(RTN_UNICAST), 0, 0, 0, 0,
      ])
    if destination.prefixLength > 0 { batch.put(RTA_DST, destination.base.bytes) }
    if let gateway { batch.put(RTA_GATEWAY, gateway.bytes) }
    if let link { batch.put(RTA_OIF, machineBytes(link)) }
    return batch
  }
}

extension NetlinkSocket {
  /// The namespace's routes of both families, without those to its own addresses.
  package mutating func routes() throws(NetlinkError) -> [Route] {
    var batch = NetlinkBatch()
    batch.message(
      Int32(RTM_GETROUTE), flags: NLM_F_ROOT | NLM_F_MATCH, fixed: [UInt8](repeating: 0, count: 12))
    return try list(batch, "list routes").compactMap { Route($0) }
  }

  /// Adds a route; that there is the same one already is no failure, and another one to the same place gives way.
  package mutating func addRoute(_ route: Route) throws(NetlinkError) {
    try perform(
      route.batch(RTM_NEWROUTE, flags: NLM_F_CREATE | NLM_F_REPLACE), "add route", "\(route.destination)")
  }

  /// Removes a route.
  /// - Returns: whether there was one.
  @discardableResult
  package mutating func removeRoute(_ route: Route) throws(NetlinkError) -> Bool {
    do throws(NetlinkError) {
      try perform(route.batch(RTM_DELROUTE, flags: 0), "remove route", "\(route.destination)")
    } catch {
      if error.code == ErrorCode.noProcess { return false }
      throw error
    }
    return true
  }
}
