internal import CLinux
internal import Glibc

/// Gives a socket room for so many bytes that are under way, whatever the system's limit. Calls `setsockopt(2)`
/// SO_SNDBUFFORCE.
package func forceSendBuffer(_ socket: borrowing OwnedDescriptor, bytes: Int32) throws(SystemError) {
  try forceSendBuffer(socket.raw, bytes: bytes)
}

/// Likewise for a socket that a library owns, by its number.
package func forceSendBuffer(_ socket: Int32, bytes: Int32) throws(SystemError) {
  try setOption(socket, SOL_SOCKET, SO_SNDBUFFORCE, bytes)
}

/// Gives a socket that a library owns room for so many bytes that nobody has read yet, whatever the system's limit. Calls
/// `setsockopt(2)` SO_RCVBUFFORCE.
package func forceReceiveBuffer(_ socket: Int32, bytes: Int32) throws(SystemError) {
  try setOption(socket, SOL_SOCKET, SO_RCVBUFFORCE, bytes)
}

/// Has a receive by a socket that a library owns fail with EAGAIN after so many seconds without anything. Calls
/// `setsockopt(2)` SO_RCVTIMEO.
package func limitReceiving(_ socket: Int32, seconds: Int64) throws(SystemError) {
  try checkDone("setsockopt SO_RCVTIMEO") { clinux_receive_timeout(socket, seconds) }
}

/// Sets an option whose value is a number. Calls `setsockopt(2)`.
func setOption(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
  try checkDone("setsockopt") {
    unsafe withUnsafeBytes(of: value) {
      unsafe setsockopt(socket, level, option, $0.baseAddress, socklen_t($0.count))
    }
  }
}
