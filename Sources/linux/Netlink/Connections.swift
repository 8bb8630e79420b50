package import Addresses
internal import CLibmnl
internal import LinuxSystem

/// A connection that the kernel tracks: who began it, to whom, and who answers whom, which is another pair where
/// addresses were changed on the way.
package struct TrackedConnection: Sendable, Equatable {
  /// The packets of one direction.
  package struct Way: Sendable, Equatable {
    package let source: IPAddress
    package let destination: IPAddress
    package let proto: UInt8
    /// 0 for a protocol without ports.
    package let sourcePort: UInt16
    package let destinationPort: UInt16
  }

  package let forth: Way
  package let back: Way

  /// Whether no address was changed.
  package var isDirect: Bool { forth.source == back.destination && forth.destination == back.source }

  init?(_ found: Attributes) {
    guard let forth = Way(found.inside(CTA_TUPLE_ORIG)), let back = Way(found.inside(CTA_TUPLE_REPLY)) else {
      return nil
    }
    (self.forth, self.back) = (forth, back)
  }
}

extension TrackedConnection.Way {
  init?(_ found: Attributes) {
    let (addresses, ports) = (found.inside(CTA_TUPLE_IP), found.inside(CTA_TUPLE_PROTO))
    guard
      let source = (addresses[CTA_IP_V4_SRC] ?? addresses[CTA_IP_V6_SRC]).flatMap({ IPAddress(bytes: $0) }),
      let destination = (addresses[CTA_IP_V4_DST] ?? addresses[CTA_IP_V6_DST])
        .flatMap({ IPAddress(bytes: $0) }), let proto = ports[CTA_PROTO_NUM]?.first
    else { return nil }
    self.source = source
    self.destination = destination
    self.proto = proto
    sourcePort = UInt16(truncatingIfNeeded: ports.wire(CTA_PROTO_SRC_PORT) ?? 0)
    destinationPort = UInt16(truncatingIfNeeded: ports.wire(CTA_PROTO_DST_PORT) ?? 0)
  }
}

/// Which connections the kernel is asked for; it looks at all of them but tells only of these (Linux 5.8, CTA_FILTER;
/// an older one tells of all of the family).
package enum ConnectionQuery: Sendable, Equatable {
  /// Begun by this address.
  case from(IPAddress)
  /// Answered by this address, whatever was asked.
  case answeredBy(IPAddress)
  /// Begun to this port of anybody's.
  case to(ContainerPort, IPFamily)
  /// All of a family.
  case all(IPFamily)

  private var family: IPFamily {
    switch self {
    case .from(let address), .answeredBy(let address): address.family
    case .to(_, let family), .all(let family): family
    }
  }

  func batch() -> NetlinkBatch {
    var batch = NetlinkBatch()
    batch.connections(IPCTNL_MSG_CT_GET, flags: NLM_F_ROOT | NLM_F_MATCH, family: family.number)
    // The bits say which parts are to be compared (kernel, net/netfilter/nf_internals.h: CTA_FILTER_F_CTA_IP_SRC,
    // _PROTO_NUM, _PROTO_DST_PORT); the numbers are not in a header of the kernel's interface.
    let (sourceBit, protocolBit, portBit): (UInt32, UInt32, UInt32) = (1 << 0, 1 << 3, 1 << 5)
    switch self {
    case .from(let address):
      batch.nest(CTA_TUPLE_ORIG) { $0.put(source: address) }
      batch.filter(forth: sourceBit, back: 0)
    case .answeredBy(let address):
      batch.nest(CTA_TUPLE_REPLY) { $0.put(source: address) }
      batch.filter(forth: 0, back: sourceBit)
    case .to(let port, _):
      batch.nest(CTA_TUPLE_ORIG) { batch in
        batch.nest(CTA_TUPLE_PROTO) { batch in
          batch.put(CTA_PROTO_NUM, [port.proto.rawValue])
          batch.put(CTA_PROTO_DST_PORT, wireBytes(port.number))
        }
      }
      batch.filter(forth: protocolBit | portBit, back: 0)
    case .all: break
    }
    return batch
  }

  func fits(_ connection: TrackedConnection) -> Bool {
    switch self {
    case .from(let address): connection.forth.source == address
    case .answeredBy(let address): connection.back.source == address
    case .to(let port, _):
      connection.forth.proto == port.proto.rawValue && connection.forth.destinationPort == port.number
    case .all: true
    }
  }
}

extension NetlinkSocket {
  /// The connections that are tracked; nil when this kernel does not tell (no nf_conntrack_netlink).
  package mutating func connections(
    _ query: ConnectionQuery
  ) throws(NetlinkError) -> [TrackedConnection]? {
    try replies(query)?.compactMap { TrackedConnection($0.attributes(after: 4)) }.filter { query.fits($0) }
  }

  /// Has the kernel forget connections: their next packet is looked at as if it were the first.
  /// - Returns: how many there were.
  @discardableResult
  package mutating func forgetConnections(
    _ query: ConnectionQuery, where isChosen: (TrackedConnection) -> Bool = { _ in true }
  ) throws(NetlinkError) -> Int {
    func isWanted(_ reply: NetlinkReply) -> Bool {
      guard let connection = TrackedConnection(reply.attributes(after: 4)) else { return false }
      return query.fits(connection) && isChosen(connection)
    }
    var count = 0
    for reply in try replies(query, where: isWanted) ?? [] {
      let found = reply.attributes(after: 4)
      guard let connection = TrackedConnection(found), let forth = found[CTA_TUPLE_ORIG] else { continue }
      var batch = NetlinkBatch()
      batch.connections(IPCTNL_MSG_CT_DELETE, flags: NLM_F_ACK, family: reply.body[0])
      batch.put(CTA_TUPLE_ORIG.rawValue | UInt32(NLA_F_NESTED), forth)
      // It and no other that has come meanwhile.
      for kind in [CTA_ID, CTA_ZONE] { if let value = found[kind] { batch.put(kind, value) } }
      do throws(NetlinkError) {
        try perform(batch, "forget connection from", "\(connection.forth.source)")
        count += 1
      } catch {
        // It has just ended.
        if error.code != ErrorCode.noEntry { throw error }
      }
    }
    return count
  }

  private mutating func replies(
    _ query: ConnectionQuery, where isWanted: (NetlinkReply) -> Bool = { _ in true }
  ) throws(NetlinkError) -> [NetlinkReply]? {
    do throws(NetlinkError) { return try list(query.batch(), "list connections", where: isWanted) } catch {
      // nfnetlink(7) knows no such subsystem.
      if error.code == ErrorCode.invalid || error.code == ErrorCode.notSupported { return nil }
      throw error
    }
  }
}

extension NetlinkBatch {
  fileprivate mutating func connections(_ type: cntl_msg_types, flags: Int32, family: UInt8) {
    message(
      Int32(NFNL_SUBSYS_CTNETLINK) << 8 | Int32(type.rawValue), flags: flags,
      fixed: [family, UInt8(NFNETLINK_V0), 0, 0])
  }

  fileprivate mutating func put(source: IPAddress) {
    nest(CTA_TUPLE_IP) { batch in
      batch.put(source.family == .v4 ? CTA_IP_V4_SRC : CTA_IP_V6_SRC, source.bytes)
    }
  }

  fileprivate mutating func filter(forth: UInt32, back: UInt32) {
    nest(CTA_FILTER) { batch in
      batch.put(CTA_FILTER_ORIG_FLAGS, machineBytes(forth))
      batch.put(CTA_FILTER_REPLY_FLAGS, machineBytes(back))
    }
  }
}
