internal import CLinux
internal import Glibc

/// The kinds of Unix sockets that this engine speaks (unix(7)).
package enum SocketKind: Sendable {
  case stream, sequencedPacket, datagram

  var number: Int32 {
    switch self {
    case .stream: Int32(SOCK_STREAM.rawValue)
    case .sequencedPacket: Int32(SOCK_SEQPACKET.rawValue)
    case .datagram: Int32(SOCK_DGRAM.rawValue)
    }
  }
}

/// Two connected sockets. Calls `socketpair(2)`.
package func makeSocketPair(_ kind: SocketKind = .sequencedPacket) throws(SystemError) -> DescriptorPair {
  var ends: (Int32, Int32) = (-1, -1)
  try checkDone("socketpair") {
    unsafe withUnsafeMutableBytes(of: &ends) { bytes in
      guard let start = unsafe bytes.assumingMemoryBound(to: Int32.self).baseAddress else { return Int32(-1) }
      return unsafe socketpair(AF_UNIX, kind.number | Int32(SOCK_CLOEXEC.rawValue), 0, start)
    }
  }
  return DescriptorPair(ends)
}

/// Listens on a new Unix socket named `name` in `directory`; an older one of that name is removed first.
///
/// The name is bound through `/proc/self/fd`, since a socket's path holds no more than 107 bytes and state roots
/// may be longer. Calls `socket(2)`, `bind(2)`, `listen(2)`.
package func listenOnSocket(
  _ name: String, in directory: borrowing OwnedDescriptor, kind: SocketKind
) throws(SystemError) -> OwnedDescriptor {
  let base = directory.raw
  if unsafe unlinkat(base, name, 0) != 0, errno != ENOENT {
    throw SystemError("unlink", code: errno, subject: name)
  }
  let socket = try makeSocket(kind)
  let number = socket.raw
  var address = try socketAddress("/proc/self/fd/\(base)/\(name)")
  try checkDone("bind", name) { unsafe withAddress(&address) { unsafe bind(number, $0, $1) } }
  try checkDone("listen", name) { listen(number, 64) }
  return socket
}

/// A datagram socket named `name` in `directory`; an older one of that name is removed first. Calls `socket(2)`,
/// `bind(2)`.
package func bindDatagramSocket(
  _ name: String, in directory: borrowing OwnedDescriptor
) throws(SystemError) -> OwnedDescriptor {
  let base = directory.raw
  if unsafe unlinkat(base, name, 0) != 0, errno != ENOENT {
    throw SystemError("unlink", code: errno, subject: name)
  }
  let socket = try makeSocket(.datagram)
  let number = socket.raw
  var address = try socketAddress("/proc/self/fd/\(base)/\(name)")
  try checkDone("bind", name) { unsafe withAddress(&address) { unsafe bind(number, $0, $1) } }
  return socket
}

/// Sends one datagram to a socket's path, or to `@` and an abstract name. Calls `connect(2)`, `send(2)`.
package func sendDatagram(_ bytes: [UInt8], to name: String) throws(SystemError) {
  guard name.hasPrefix("@") else {
    try sendRecord(try connectToSocket(name, kind: .datagram), bytes)
    return
  }
  let socket = try makeSocket(.datagram)
  let number = socket.raw
  var address = try socketAddress("\0" + name.dropFirst())
  // An abstract name has no end but its length (unix(7)).
  let unused = MemoryLayout.size(ofValue: address.sun_path) - name.utf8.count
  try checkDone("connect", name) {
    unsafe withAddress(&address) { unsafe connect(number, $0, $1 - socklen_t(unused)) }
  }
  try sendRecord(socket, bytes)
}

/// Connects to the Unix socket at `path`, however long the path is. Calls `connect(2)`.
/// - Throws: `SystemError`; ENOENT or ECONNREFUSED when nobody listens.
package func connectToSocket(_ path: String, kind: SocketKind) throws(SystemError) -> OwnedDescriptor {
  let (directory, name) = splitPath(path)
  let base = try openFile(directory, [.path, .directory])
  let socket = try makeSocket(kind)
  let number = socket.raw
  var address = try socketAddress("/proc/self/fd/\(base.raw)/\(name)")
  try checkDone("connect", path) { unsafe withAddress(&address) { unsafe connect(number, $0, $1) } }
  return socket
}

/// Has a send that must wait for its reader fail with EAGAIN after so many seconds. Calls `setsockopt(2)` SO_SNDTIMEO.
package func setSendTimeout(_ socket: borrowing OwnedDescriptor, seconds: Int64) throws(SystemError) {
  let number = socket.raw
  try checkDone("setsockopt SO_SNDTIMEO") { clinux_send_timeout(number, seconds) }
}

/// Accepts one connection. Calls `accept4(2)`.
package func acceptConnection(_ listener: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor {
  let number = listener.raw
  return OwnedDescriptor(
    owning: try check("accept4") { clinux_accept4(number, Int32(SOCK_CLOEXEC.rawValue)) })
}

/// Sends one record (or, on a stream, a prefix of the bytes). Never raises SIGPIPE. Calls `send(2)`.
/// - Returns: the number of bytes taken.
/// - Throws: `SystemError`; EAGAIN when a non-blocking socket's queue is full, EPIPE when the peer has gone.
@discardableResult
package func sendRecord(_ socket: borrowing OwnedDescriptor, _ bytes: [UInt8]) throws(SystemError) -> Int {
  let number = socket.raw
  return try check("send") {
    unsafe bytes.withUnsafeBytes { unsafe send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
  }
}

/// Receives one record of at most `limit` bytes. Calls `recv(2)`.
/// - Returns: the record; empty at the end of the connection.
package func receiveRecord(_ socket: borrowing OwnedDescriptor, limit: Int) throws(SystemError) -> [UInt8] {
  let number = socket.raw
  var buffer = [UInt8](repeating: 0, count: limit)
  let count = try check("recv") {
    unsafe buffer.withUnsafeMutableBytes { unsafe recv(number, $0.baseAddress, $0.count, 0) }
  }
  buffer.removeLast(limit - count)
  return buffer
}

/// Sends a record with a descriptor (SCM_RIGHTS, unix(7)); the descriptor stays the caller's too.
/// - Returns: the number of bytes taken: on a stream perhaps not all.
@discardableResult
package func sendDescriptor(
  _ descriptor: borrowing OwnedDescriptor, with bytes: [UInt8], over socket: borrowing OwnedDescriptor
) throws(SystemError) -> Int {
  let (number, passed) = (socket.raw, descriptor.raw)
  return Int(
    try check("sendmsg") {
      unsafe bytes.withUnsafeBytes {
        unsafe clinux_send_descriptor(number, passed, $0.baseAddress, UInt64($0.count))
      }
    })
}

/// A record and the descriptor that came with it, if one did.
package struct ReceivedDescriptor: ~Copyable {
  package let bytes: [UInt8]
  package var descriptor: OwnedDescriptor?
}

/// Receives a record of at most `limit` bytes with at most one descriptor (SCM_RIGHTS).
package func receiveDescriptor(
  over socket: borrowing OwnedDescriptor, limit: Int = 4096
) throws(SystemError) -> ReceivedDescriptor {
  let number = socket.raw
  var buffer = [UInt8](repeating: 0, count: limit)
  var passed: Int32 = -1
  let count = try check("recvmsg") {
    unsafe buffer.withUnsafeMutableBytes {
      unsafe clinux_receive_descriptor(number, &passed, $0.baseAddress, UInt64($0.count))
    }
  }
  buffer.removeLast(limit - Int(count))
  return ReceivedDescriptor(bytes: buffer, descriptor: passed >= 0 ? OwnedDescriptor(owning: passed) : nil)
}

private func makeSocket(_ kind: SocketKind) throws(SystemError) -> OwnedDescriptor {
  OwnedDescriptor(
    owning: try check("socket") { socket(AF_UNIX, kind.number | Int32(SOCK_CLOEXEC.rawValue), 0) })
}

private func socketAddress(_ path: String) throws(SystemError) -> sockaddr_un {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  let bytes = Array(path.utf8)
  let fits = unsafe withUnsafeMutableBytes(of: &address.sun_path) { space in
    guard bytes.count < space.count else { return false }
    unsafe space.copyBytes(from: bytes)
    return true
  }
  guard fits else { throw SystemError("socket", code: ENAMETOOLONG, subject: path) }
  return address
}

private func withAddress(
  _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  unsafe withUnsafePointer(to: &address) { pointer in
    unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
