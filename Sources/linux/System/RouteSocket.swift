internal import CLinux
internal import Glibc

// A door to rtnetlink(7): a socket belongs for good to the network namespace that it was opened in. The messages are
// LinuxNetwork's.

/// Opens a socket to rtnetlink of this process's network namespace. Calls `socket(2)`.
package func openRouteSocket() throws(SystemError) -> OwnedDescriptor {
  OwnedDescriptor(owning: try check("socket", "rtnetlink") { clinux_route_socket() })
}

/// Receives one datagram of the kernel; what another process sends is passed over. Calls `recvfrom(2)`.
/// - Throws: `SystemError`; EMSGSIZE when it is larger than `limit`.
package func receiveFromKernel(_ socket: borrowing OwnedDescriptor, limit: Int) throws(SystemError) -> [UInt8]
{
  let number = socket.raw
  var buffer = [UInt8](repeating: 0, count: limit)
  while true {
    var port: UInt32 = 0
    let count = try check("recv", "rtnetlink") {
      unsafe buffer.withUnsafeMutableBytes {
        unsafe clinux_route_receive(number, $0.baseAddress, UInt64($0.count), &port)
      }
    }
    if port != 0 { continue }
    guard count <= limit else { throw SystemError("recv", code: EMSGSIZE, subject: "rtnetlink") }
    return Array(buffer.prefix(Int(count)))
  }
}
