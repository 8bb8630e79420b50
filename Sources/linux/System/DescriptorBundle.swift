internal import CLinux
internal import Glibc

/// Descriptors that are handed over together (SCM_RIGHTS, unix(7)); whoever has the bundle owns them.
package struct DescriptorBundle: ~Copyable {
  /// How many fit: fewer than the kernel's 253 (SCM_MAX_FD), so that as many can be open as anybody may have.
  package static let capacity = 64
  private var numbers: [Int32] = []

  package init() {}

  package var count: Int { numbers.count }

  /// - Precondition: there is room.
  package mutating func append(_ descriptor: consuming OwnedDescriptor) {
    precondition(numbers.count < Self.capacity)
    numbers.append(descriptor.release())
  }

  /// Goes on with those for which `isWanted` says so, by their places; the others close.
  package mutating func keep(where isWanted: (Int) -> Bool) {
    var kept: [Int32] = []
    for (place, number) in numbers.enumerated() {
      if isWanted(place) { kept.append(number) } else { _ = Glibc.close(number) }
    }
    numbers = kept
  }

  /// Sends them with a record, which must not be empty; they stay the bundle's too. Does not wait. Calls `sendmsg(2)`.
  /// - Throws: `SystemError`; EAGAIN when the queue is full.
  package borrowing func send(
    with bytes: [UInt8], over socket: borrowing OwnedDescriptor
  ) throws(SystemError) {
    let (socket, numbers) = (socket.raw, numbers)
    try checkDone("sendmsg") { () -> Int64 in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        unsafe bytes.withUnsafeBytes {
          unsafe clinux_send_descriptors(
            socket, numbers.baseAddress, UInt64(numbers.count), $0.baseAddress, UInt64($0.count))
        }
      }
    }
  }

  /// Receives a record of at most `limit` bytes, and them with it. Does not wait. Calls `recvmsg(2)`.
  /// - Returns: the record; empty at the end of the connection.
  /// - Throws: `SystemError`; EAGAIN when there is none.
  package mutating func receive(
    over socket: borrowing OwnedDescriptor, limit: Int = 8192
  ) throws(SystemError) -> [UInt8] {
    keep { _ in false }
    let socket = socket.raw
    var buffer = [UInt8](repeating: 0, count: limit)
    var found = [Int32](repeating: -1, count: Self.capacity)
    let count: Int64 = try check("recvmsg") {
      unsafe found.withUnsafeMutableBufferPointer { found in
        unsafe buffer.withUnsafeMutableBytes {
          unsafe clinux_receive_descriptors(socket, found.baseAddress, $0.baseAddress, UInt64($0.count))
        }
      }
    }
    numbers = found.filter { $0 >= 0 }
    buffer.removeLast(limit - Int(count))
    return buffer
  }

  deinit {
    for number in numbers { _ = Glibc.close(number) }
  }
}
