internal import CLinux
package import LinuxSystem

/// A conversation with rtnetlink(7) in one network namespace: a question at a time, an answer for each.
package struct NetlinkSocket: ~Copyable {
  private let descriptor: OwnedDescriptor
  private var sequence: UInt32 = 0

  /// Speaks with this process's own network namespace, wherever the process goes later.
  package init() throws(SystemError) { descriptor = try openRouteSocket() }

  /// Speaks with another network namespace: joins it, opens the socket and comes back. The process must have one
  /// thread.
  /// - Throws: `SystemError`; a process that cannot come back must not go on.
  package init(in namespace: borrowing OwnedDescriptor) throws(SystemError) {
    let own = try openFile("/proc/self/ns/net", .readOnly)
    try joinNamespace(namespace, kind: .newNetwork)
    let opened: OwnedDescriptor
    do throws(SystemError) { opened = try openRouteSocket() } catch {
      try joinNamespace(own, kind: .newNetwork)
      throw error
    }
    try joinNamespace(own, kind: .newNetwork)
    descriptor = opened
  }

  /// Sends a request and waits for its acknowledgement.
  /// - Throws: `SystemError` with the errno of the kernel, `what` and `subject`.
  mutating func perform(
    _ request: NetlinkRequest, _ what: String, _ subject: String
  ) throws(SystemError) {
    try send(request)
    while true {
      for reply in try receive() where reply.type == clinux_NLMSG_ERROR {
        return try check(reply, what, subject)
      }
    }
  }

  /// Sends a request for a list.
  mutating func list(_ request: NetlinkRequest, _ what: String) throws(SystemError) -> [NetlinkReply] {
    // The kernel says when the list changed while it was given (NLM_F_DUMP_INTR); then it is asked for again.
    for _ in 0..<16 {
      try send(request)
      var found: [NetlinkReply] = []
      var isWhole = true
      receiving: while true {
        for reply in try receive() {
          if reply.flags & clinux_NLM_F_DUMP_INTR != 0 { isWhole = false }
          if reply.type == clinux_NLMSG_DONE { break receiving }
          if reply.type == clinux_NLMSG_ERROR { try check(reply, what, "") }
          found.append(reply)
        }
      }
      if isWhole { return found }
    }
    throw SystemError(what, code: ErrorCode.again)
  }

  private mutating func send(_ request: NetlinkRequest) throws(SystemError) {
    sequence += 1
    let bytes = request.finished(sequence: sequence)
    guard try sendRecord(descriptor, bytes) == bytes.count else {
      throw SystemError("send", code: ErrorCode.inputOutput, subject: "rtnetlink")
    }
  }

  /// The next messages that answer the last request.
  private borrowing func receive() throws(SystemError) -> [NetlinkReply] {
    // The kernel fills at most 32 KiB for a list (netlink(7); net/netlink/af_netlink.c, netlink_dump).
    guard let replies = NetlinkReply.split(try receiveFromKernel(descriptor, limit: 65536)) else {
      throw SystemError("recv", code: ErrorCode.invalid, subject: "rtnetlink")
    }
    return replies.filter { $0.sequence == sequence }
  }

  /// struct nlmsgerr: the negative errno first, 0 for an acknowledgement.
  private borrowing func check(
    _ reply: NetlinkReply, _ what: String, _ subject: String
  ) throws(SystemError) {
    guard reply.body.count >= 4 else { throw SystemError(what, code: ErrorCode.invalid, subject: subject) }
    let code: Int32 = number(reply.body[...], at: 0)
    if code != 0 { throw SystemError(what, code: -code, subject: subject) }
  }
}
