internal import CLibmnl
package import LinuxSystem

/// What the kernel is spoken to about.
package enum NetlinkBus: Sendable {
  /// Devices, addresses, routes: rtnetlink(7).
  case routes
  /// nf_tables.
  case netfilter

  var number: Int32 { self == .routes ? NETLINK_ROUTE : NETLINK_NETFILTER }
}

/// A conversation with the kernel in one network namespace, by a socket of libmnl's: a question at a time, an answer for
/// each. It closes when the value ends.
@safe package struct NetlinkSocket: ~Copyable {
  private let socket: OpaquePointer
  private var sequence: UInt32 = 0
  private var buffer: [UInt8] = []
  private var silence = longestSilence

  /// Speaks with this thread's own network namespace, wherever it goes later.
  /// - Parameter silence: how many seconds an answer may take.
  package init(_ bus: NetlinkBus, silence: Int64 = longestSilence) throws(SystemError) {
    unsafe socket = try unsafe Self.open(bus, silence)
    self.silence = silence
  }

  /// Speaks with another network namespace: joins it, opens the socket and comes back. Only this thread is elsewhere for
  /// that moment.
  /// - Throws: `SystemError`; a thread that cannot come back must not go on.
  package init(_ bus: NetlinkBus, in namespace: borrowing OwnedDescriptor) throws(SystemError) {
    let own = try openFile("/proc/thread-self/ns/net", .readOnly)
    try joinNamespace(namespace, kind: .newNetwork)
    let opened: OpaquePointer
    do throws(SystemError) { unsafe opened = try unsafe Self.open(bus, Self.longestSilence) } catch {
      try joinNamespace(own, kind: .newNetwork)
      throw error
    }
    do throws(SystemError) { try joinNamespace(own, kind: .newNetwork) } catch {
      _ = unsafe mnl_socket_close(opened)
      throw error
    }
    unsafe socket = opened
  }

  /// How many seconds an answer may take. The kernel does what it is asked, and answers, within the call that sends
  /// (af_netlink.c, netlink_unicast_kernel): what is not there by then is not to come, however busy the machine is.
  package static let longestSilence: Int64 = 10

  private static func open(_ bus: NetlinkBus, _ silence: Int64) throws(SystemError) -> OpaquePointer {
    var opened: OpaquePointer?
    try checkDone("socket", "netlink") {
      unsafe opened = mnl_socket_open2(bus.number, Int32(SOCK_CLOEXEC.rawValue))
      return unsafe opened == nil ? -1 : 0
    }
    guard let socket = unsafe opened else { throw SystemError("socket", code: ErrorCode.invalid) }
    do throws(SystemError) {
      try checkDone("bind", "netlink") { unsafe mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) }
      // Errors without the request, which we have, and with words, where the kernel has some (Linux 4.12).
      for option in [NETLINK_CAP_ACK, NETLINK_EXT_ACK] {
        var on: Int32 = 1
        try checkDone("setsockopt", "netlink") {
          unsafe mnl_socket_setsockopt(socket, option, &on, UInt32(MemoryLayout<Int32>.size))
        }
      }
      try limitReceiving(unsafe mnl_socket_get_fd(socket), seconds: silence)
    } catch {
      _ = unsafe mnl_socket_close(socket)
      throw error
    }
    return unsafe socket
  }

  deinit { _ = unsafe mnl_socket_close(socket) }

  /// Sends messages, the last of which asks for an acknowledgement, and waits for it.
  /// - Throws: `NetlinkError` with the first thing that the kernel refused.
  mutating func perform(_ batch: NetlinkBatch, _ action: String, _ subject: String) throws(NetlinkError) {
    let (first, count) = try send(batch, action, subject)
    while true {
      for reply in try receive(from: first, count: count, action, subject)
      where reply.type == NLMSG_ERROR {
        try check(reply, action, subject)
        if reply.sequence == first &+ (count - 1) { return }
      }
    }
  }

  /// Sends messages between a beginning and an end, of which the last one in between asks for an acknowledgement, and
  /// waits for it (nfnetlink: the answers come together, when all is done or nothing).
  mutating func performTransaction(
    _ batch: NetlinkBatch, _ action: String, _ subject: String
  ) throws(NetlinkError) {
    let (first, count) = try send(batch, action, subject)
    while true {
      for reply in try receive(from: first, count: count, action, subject)
      where reply.type == NLMSG_ERROR {
        try check(reply, action, subject)
        if reply.sequence == first &+ (count - 2) { return }
      }
    }
  }

  /// Sends a request for a list, or for one object.
  /// - Parameter isWanted: which answers are kept, of lists that may be long.
  mutating func list(
    _ batch: NetlinkBatch, _ action: String, _ subject: String = "",
    where isWanted: (NetlinkReply) -> Bool = { _ in true }
  ) throws(NetlinkError) -> [NetlinkReply] {
    // The kernel says when the list changed while it was given (NLM_F_DUMP_INTR); then it is asked for again.
    for _ in 0..<16 {
      let (first, count) = try send(batch, action, subject)
      var found: [NetlinkReply] = []
      var isWhole = true
      receiving: while true {
        for reply in try receive(from: first, count: count, action, subject) {
          if reply.flags & NLM_F_DUMP_INTR != 0 { isWhole = false }
          if reply.type == NLMSG_DONE {
            try check(reply, action, subject)
            break receiving
          }
          if reply.type == NLMSG_ERROR {
            try check(reply, action, subject)
            break receiving
          }
          if isWanted(reply) { found.append(reply) }
          if reply.flags & NLM_F_MULTI == 0 { break receiving }
        }
      }
      if isWhole { return found }
    }
    throw NetlinkError(action, subject, code: ErrorCode.again)
  }

  private mutating func send(
    _ batch: NetlinkBatch, _ action: String, _ subject: String
  ) throws(NetlinkError) -> (first: UInt32, count: UInt32) {
    let first = sequence &+ 1
    let (bytes, count) = batch.numbered(from: first)
    sequence = sequence &+ count
    let socket = unsafe socket
    do throws(SystemError) {
      try makeRoom(bytes: bytes.count, messages: count)
      try checkDone("send") {
        unsafe mnl_socket_sendto(socket, bytes, bytes.count) == bytes.count ? 0 : -1
      }
    } catch { throw NetlinkError(action, subject, code: error.code) }
    return (first, count)
  }

  /// A batch is one datagram, which must fit into the socket's send buffer whole, or is EMSGSIZE; each of its messages may
  /// be refused, and answers that do not fit into the receive buffer are lost (ENOBUFS). Both buffers are as large as the
  /// system's settings say, 208 KiB where nobody changed them, and a thousand ports need 40.
  private func makeRoom(bytes: Int, messages: UInt32) throws(SystemError) {
    let number = unsafe mnl_socket_get_fd(socket)
    // The least that net.core.wmem_default can be is more (net/core/sock.h, SOCK_MIN_SNDBUF).
    if bytes > 4096 { try forceSendBuffer(number, bytes: Int32(clamping: bytes)) }
    // An answer counts with what the kernel needs to keep it, some 800 bytes.
    if messages > 64 { try forceReceiveBuffer(number, bytes: Int32(clamping: messages << 10)) }
  }

  /// The next messages that answer the last requests.
  private mutating func receive(
    from first: UInt32, count: UInt32, _ action: String, _ subject: String
  ) throws(NetlinkError) -> [NetlinkReply] {
    // The kernel fills at most 32 KiB for a list (netlink(7); net/netlink/af_netlink.c, netlink_dump).
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 32 << 10) }
    let socket = unsafe socket
    var size = 0
    do throws(SystemError) {
      try checkDone("recv") {
        unsafe buffer.withUnsafeMutableBytes {
          size = unsafe mnl_socket_recvfrom(socket, $0.baseAddress, $0.count)
        }
        return size < 0 ? -1 : 0
      }
    } catch {
      guard error.code == ErrorCode.again else { throw NetlinkError(action, subject, code: error.code) }
      throw NetlinkError(
        action, subject, code: error.code, words: "the kernel has not answered in \(silence) s")
    }
    guard let replies = NetlinkReply.split(Array(buffer.prefix(size))) else {
      throw NetlinkError(action, subject, code: ErrorCode.invalid)
    }
    return replies.filter { $0.sequence &- first < count }
  }

  /// The errno at the beginning, 0 for an acknowledgement, and behind it what more the kernel says.
  private func check(_ reply: NetlinkReply, _ action: String, _ subject: String) throws(NetlinkError) {
    guard reply.body.count >= 4 else { throw NetlinkError(action, subject, code: ErrorCode.invalid) }
    let code = Int32(bitPattern: machineNumber(reply.body[...]))
    guard code != 0 else { return }
    // Without the request's text there is its header (NETLINK_CAP_ACK).
    let fixed = reply.type == NLMSG_DONE ? 4 : 4 + MemoryLayout<nlmsghdr>.size
    let words = reply.attributes(after: fixed).text(NLMSGERR_ATTR_MSG)
    throw NetlinkError(action, subject, code: -code, words: words)
  }
}
