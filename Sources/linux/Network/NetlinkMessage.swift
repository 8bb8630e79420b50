internal import CLinux

// The form of netlink(7): a header of 16 bytes, a fixed part that depends on the type, attributes of length, type and
// value; each begins at a multiple of four, numbers are in the machine's order.

/// A message being written.
struct NetlinkRequest {
  private(set) var bytes: [UInt8] = []

  /// - Parameter flags: beside NLM_F_REQUEST.
  init(_ type: Int64, flags: Int64) {
    // The length is filled in at the end, the port is the kernel's to know.
    put(0 as UInt32)
    put(UInt16(type))
    put(UInt16(clinux_NLM_F_REQUEST | flags))
    put(0 as UInt32)
    put(0 as UInt32)
  }

  /// Appends a number of the fixed part.
  mutating func put<Number: FixedWidthInteger>(_ value: Number) {
    unsafe withUnsafeBytes(of: value) { unsafe bytes.append(contentsOf: $0) }
  }

  /// Appends an attribute.
  mutating func attribute(_ type: Int64, _ value: [UInt8]) {
    put(UInt16(4 + value.count))
    put(UInt16(type))
    bytes += value
    while bytes.count % 4 != 0 { bytes.append(0) }
  }

  mutating func attribute(_ type: Int64, text: String) { attribute(type, Array(text.utf8) + [0]) }

  mutating func attribute(_ type: Int64, number: UInt32) {
    attribute(type, unsafe withUnsafeBytes(of: number) { unsafe Array($0) })
  }

  /// The whole message with its length and number.
  func finished(sequence: UInt32) -> [UInt8] {
    var whole = bytes
    whole.replaceSubrange(0..<4, with: unsafe withUnsafeBytes(of: UInt32(bytes.count)) { unsafe Array($0) })
    whole.replaceSubrange(8..<12, with: unsafe withUnsafeBytes(of: sequence) { unsafe Array($0) })
    return whole
  }
}

/// A message that came.
struct NetlinkReply {
  let type: Int64
  let flags: Int64
  let sequence: UInt32
  /// What follows the header.
  let body: [UInt8]

  /// The messages of a datagram; nil when one is cut off.
  static func split(_ bytes: [UInt8]) -> [NetlinkReply]? {
    var rest = bytes[...]
    var found: [NetlinkReply] = []
    while !rest.isEmpty {
      guard rest.count >= 16 else { return nil }
      let start = rest.startIndex
      let length = Int(number(rest, at: start) as UInt32)
      guard length >= 16, length <= rest.count else { return nil }
      found.append(
        NetlinkReply(
          type: Int64(number(rest, at: start + 4) as UInt16),
          flags: Int64(number(rest, at: start + 6) as UInt16),
          sequence: number(rest, at: start + 8), body: Array(rest[(start + 16)..<(start + length)])))
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return found
  }

  /// The attributes behind a fixed part of this many bytes; nil when one is cut off.
  func attributes(after fixed: Int) -> [Int64: [UInt8]]? {
    guard body.count >= fixed else { return nil }
    var rest = body[fixed...]
    var found: [Int64: [UInt8]] = [:]
    while rest.count >= 4 {
      let start = rest.startIndex
      let length = Int(number(rest, at: start) as UInt16)
      guard length >= 4, length <= rest.count else { return nil }
      // The upper two bits say how the value is made up (NLA_F_NESTED, NLA_F_NET_BYTEORDER).
      let type = Int64(number(rest, at: start + 2) as UInt16) & 0x3fff
      found[type] = Array(rest[(start + 4)..<(start + length)])
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return found
  }
}

/// A number of the machine's order; the caller has looked that it is there.
func number<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>, at start: Int) -> Number {
  var value: Number = 0
  unsafe withUnsafeMutableBytes(of: &value) { unsafe $0.copyBytes(from: bytes[start..<(start + $0.count)]) }
  return value
}
