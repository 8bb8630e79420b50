internal import Glibc

/// A socket that is bound to a port and does nothing else: as long as it is open, nobody else can bind the port.
///
/// Without SO_REUSEADDR, and an IPv6 one without IPv4 (IPV6_V6ONLY), so that `0.0.0.0` and `::` are two. It does not
/// listen: what comes to it is refused. Calls `socket(2)`, `bind(2)`.
/// - Parameters:
///   - transport: by the IANA's number: 6 TCP, 17 UDP, 132 SCTP.
///   - address: four bytes or sixteen, the highest first.
/// - Throws: `SystemError`; EADDRINUSE when somebody has the port, EADDRNOTAVAIL when the host has no such address,
///   EPROTONOSUPPORT without that transport.
package func holdPort(
  transport: UInt8, address: [UInt8], port: UInt16
) throws(SystemError) -> OwnedDescriptor {
  let isV6 = address.count == 16
  let type = transport == 17 ? SOCK_DGRAM : SOCK_STREAM
  let held = OwnedDescriptor(
    owning: try check("socket") {
      socket(
        isV6 ? AF_INET6 : AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(transport))
    })
  let number = held.raw
  // What a UDP socket is sent nobody reads.
  if transport == 17 { try setOption(number, SOL_SOCKET, SO_RCVBUF, 0) }
  if isV6 { try setOption(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
  let bytes = socketAddress(address, port)
  try checkDone("bind") {
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return Int32(-1)
      }
      return unsafe bind(number, start, socklen_t(bytes.count))
    }
  }
  return held
}

/// sockaddr_in or sockaddr_in6, whose family is in the machine's order and whose port is in the network's (ip(7), ipv6(7)).
private func socketAddress(_ address: [UInt8], _ port: UInt16) -> [UInt8] {
  let isV6 = address.count == 16
  let family = UInt16(isV6 ? AF_INET6 : AF_INET)
  let head = unsafe withUnsafeBytes(of: family) { unsafe Array($0) } + [UInt8(port >> 8), UInt8(port & 0xff)]
  let flow = [UInt8](repeating: 0, count: 4)
  let end = [UInt8](repeating: 0, count: isV6 ? 4 : 8)
  return head + (isV6 ? flow : []) + address + end
}
