import Addresses
import Glibc
import LinuxSystem
import Testing

/// A TCP server and its clients, each in the namespace of the moment.
struct Listener: ~Copyable {
  let socket: OwnedDescriptor

  init(_ family: IPFamily, port: UInt16) throws {
    socket = OwnedDescriptor(owning: try Self.open(family, port: port))
  }

  private static func open(_ family: IPFamily, port: UInt16) throws -> Int32 {
    let number = Glibc.socket(family == .v4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
    try #require(number >= 0)
    let address = socketAddress(IPAddress(family, 0), port)
    let bound = unsafe address.withUnsafeBytes {
      unsafe bind(number, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, UInt32($0.count))
    }
    try #require(bound == 0 && listen(number, 16) == 0)
    return number
  }

  /// Whether somebody can connect, and from where the listener sees him.
  borrowing func seen(from namespace: borrowing TestNamespace, to address: String, _ port: UInt16) throws
    -> String?
  {
    let number = socket.raw
    let target = try #require(IPAddress(address))
    return try namespace.inside {
      guard let client = try connect(to: target, port) else { return nil }
      defer { close(client) }
      var bytes = [UInt8](repeating: 0, count: 28)
      var length = UInt32(bytes.count)
      let accepted = unsafe bytes.withUnsafeMutableBytes {
        unsafe accept(number, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, &length)
      }
      try #require(accepted >= 0)
      close(accepted)
      return IPAddress(bytes: target.family == .v4 ? bytes[4..<8] : bytes[8..<24])?.description
    }
  }
}

private func connect(to address: IPAddress, _ port: UInt16) throws -> Int32? {
  let number = Glibc.socket(address.family == .v4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
  try #require(number >= 0)
  // A packet that is dropped is waited for; in these namespaces an answer takes microseconds.
  var limit = timeval(tv_sec: 0, tv_usec: 300_000)
  unsafe setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &limit, UInt32(MemoryLayout<timeval>.size))
  let result = unsafe socketAddress(address, port).withUnsafeBytes {
    unsafe Glibc.connect(number, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, UInt32($0.count))
  }
  if result == 0 { return number }
  close(number)
  return nil
}

/// struct sockaddr_in and sockaddr_in6 (ip(7), ipv6(7)).
private func socketAddress(_ address: IPAddress, _ port: UInt16) -> [UInt8] {
  let family = UInt8(address.family == .v4 ? AF_INET : AF_INET6)
  let start = [family, 0, UInt8(port >> 8), UInt8(port & 0xff)]
  return address.family == .v4
    ? start + address.bytes + [UInt8](repeating: 0, count: 8)
    : start + [0, 0, 0, 0] + address.bytes + [0, 0, 0, 0]
}
