internal import CLibmnl

/// Messages to the kernel, one behind the other, as libmnl writes them (netlink(7): a header, a fixed part that depends on
/// the type, attributes that may hold attributes).
///
/// A value without a socket: what a request looks like can be seen without sending it. Sequence numbers are the socket's
/// to give.
package struct NetlinkBatch: Sendable, Equatable {
  private var buffer: [UInt8] = []
  /// Where the last message begins.
  private var start = 0
  /// How many of the buffer's bytes are written.
  private var used = 0

  package init() {}

  /// The messages as they are sent.
  package var bytes: [UInt8] { Array(buffer.prefix(used)) }
  package var isEmpty: Bool { used == 0 }

  /// Begins a message.
  /// - Parameters:
  ///   - flags: beside NLM_F_REQUEST.
  ///   - fixed: what stands between header and attributes.
  mutating func message(_ type: Int32, flags: Int32, fixed: [UInt8]) {
    reserve(MemoryLayout<nlmsghdr>.size + fixed.count + 8)
    start = used
    unsafe edit { base in
      guard let header = unsafe mnl_nlmsg_put_header(base) else { return }
      unsafe header.pointee.nlmsg_type = UInt16(truncatingIfNeeded: type)
      unsafe header.pointee.nlmsg_flags = UInt16(truncatingIfNeeded: NLM_F_REQUEST | flags)
      if let place = unsafe mnl_nlmsg_put_extra_header(header, fixed.count) {
        unsafe place.copyMemory(from: fixed, byteCount: fixed.count)
      }
    }
  }

  /// Appends an attribute to the last message.
  mutating func put(_ type: UInt32, _ value: [UInt8]) {
    reserve(value.count + 8)
    unsafe edit { base in
      unsafe mnl_attr_put(
        base.assumingMemoryBound(to: nlmsghdr.self), UInt16(truncatingIfNeeded: type), value.count, value)
    }
  }

  /// Appends an attribute that holds those which `body` appends.
  mutating func nest(_ type: UInt32, _ body: (inout NetlinkBatch) -> Void) {
    reserve(8)
    let place = used - start
    unsafe edit { base in
      _ = unsafe mnl_attr_nest_start(
        base.assumingMemoryBound(to: nlmsghdr.self), UInt16(truncatingIfNeeded: type))
    }
    body(&self)
    unsafe edit { base in
      unsafe mnl_attr_nest_end(
        base.assumingMemoryBound(to: nlmsghdr.self),
        (base + place).assumingMemoryBound(to: nlattr.self))
    }
  }

  /// Appends bytes that belong to the value of the attribute that is being nested, as the fixed part of an inner message.
  mutating func append(_ bytes: [UInt8]) {
    reserve(bytes.count)
    unsafe edit { base in
      if let place = unsafe mnl_nlmsg_put_extra_header(
        base.assumingMemoryBound(to: nlmsghdr.self), bytes.count)
      {
        unsafe place.copyMemory(from: bytes, byteCount: bytes.count)
      }
    }
  }

  /// Asks for an acknowledgement of the last message.
  mutating func acknowledgeLast() {
    guard used > 0 else { return }
    unsafe edit { base in
      unsafe base.assumingMemoryBound(to: nlmsghdr.self).pointee.nlmsg_flags |= UInt16(NLM_F_ACK)
    }
  }

  /// The messages with numbers from `first` on.
  /// - Returns: them, and how many they are.
  func numbered(from first: UInt32) -> ([UInt8], count: UInt32) {
    var bytes = bytes
    var next = first
    unsafe bytes.withUnsafeMutableBytes { buffer in
      var left = Int32(buffer.count)
      guard var header = unsafe buffer.baseAddress?.assumingMemoryBound(to: nlmsghdr.self) else { return }
      while unsafe mnl_nlmsg_ok(header, left) {
        unsafe header.pointee.nlmsg_seq = next
        next &+= 1
        guard let following = unsafe mnl_nlmsg_next(header, &left) else { return }
        unsafe header = following
      }
    }
    return (bytes, next &- first)
  }

  /// Room for so many bytes more, zeros all of them: libmnl fills up to multiples of four.
  private mutating func reserve(_ count: Int) {
    let wanted = used + count + 16
    if buffer.count < wanted {
      buffer.append(contentsOf: repeatElement(0, count: max(wanted, 2 * buffer.count, 512) - buffer.count))
    }
  }

  /// Lends the last message to libmnl and notes how long it has become.
  private mutating func edit(_ body: (UnsafeMutableRawPointer) -> Void) {
    unsafe buffer.withUnsafeMutableBytes { space in
      guard let base = space.baseAddress else { return }
      unsafe body(base + start)
      unsafe used =
        start + Int((base + start).assumingMemoryBound(to: nlmsghdr.self).pointee.nlmsg_len + 3) / 4 * 4
    }
  }

  package static func == (one: NetlinkBatch, other: NetlinkBatch) -> Bool { one.bytes == other.bytes }
}

extension NetlinkBatch {
  mutating func put(_ type: Int, _ value: [UInt8]) { put(UInt32(type), value) }
  mutating func put(_ type: Int, text: String) { put(UInt32(type), Array(text.utf8) + [0]) }
  mutating func put(_ type: Int, number: UInt32) { put(UInt32(type), machineBytes(number)) }
  mutating func nest(_ type: Int, _ body: (inout NetlinkBatch) -> Void) { nest(UInt32(type), body) }

  mutating func put<Type: RawRepresentable<UInt32>>(_ type: Type, _ value: [UInt8]) {
    put(type.rawValue, value)
  }
  mutating func put<Type: RawRepresentable<UInt32>>(_ type: Type, text: String) {
    put(type.rawValue, Array(text.utf8) + [0])
  }
  /// nf_tables' numbers are in the order of the wire.
  mutating func put<Type: RawRepresentable<UInt32>>(_ type: Type, wire number: UInt32) {
    put(type.rawValue, wireBytes(number))
  }
  /// Its attributes that hold others say so, which rtnetlink's older ones do not.
  mutating func nest<Type: RawRepresentable<UInt32>>(_ type: Type, _ body: (inout NetlinkBatch) -> Void) {
    nest(type.rawValue, body)
  }
}

/// A number in the machine's order.
func machineBytes<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
  unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
}

/// A number with its highest byte first.
func wireBytes<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] { machineBytes(value.bigEndian) }
