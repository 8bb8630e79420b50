internal import CLibmnl

/// A message of the kernel's.
struct NetlinkReply {
  let type: Int32
  let flags: Int32
  let sequence: UInt32
  /// What follows the header.
  let body: [UInt8]

  /// The messages of a datagram; nil when one is cut off.
  static func split(_ bytes: [UInt8]) -> [NetlinkReply]? {
    var found: [NetlinkReply] = []
    let rest: Int32 = unsafe bytes.withUnsafeBytes { buffer in
      var left = Int32(buffer.count)
      guard let base = buffer.baseAddress else { return 0 }
      var header = unsafe base.assumingMemoryBound(to: nlmsghdr.self)
      while unsafe mnl_nlmsg_ok(header, left) {
        let size = unsafe Int(header.pointee.nlmsg_len) - MemoryLayout<nlmsghdr>.size
        let body = unsafe UnsafeRawBufferPointer(start: mnl_nlmsg_get_payload(header), count: size)
        unsafe found.append(
          NetlinkReply(
            type: Int32(header.pointee.nlmsg_type), flags: Int32(header.pointee.nlmsg_flags),
            sequence: header.pointee.nlmsg_seq, body: Array(body)))
        guard let next = unsafe mnl_nlmsg_next(header, &left) else { break }
        unsafe header = UnsafePointer(next)
      }
      return left
    }
    return rest > 0 ? nil : found
  }

  /// The attributes behind a fixed part of this many bytes.
  func attributes(after fixed: Int) -> Attributes { Attributes(body.dropFirst((fixed + 3) & ~3)) }
}

/// The attributes of a message, or of an attribute that holds some. What is cut off is not there.
struct Attributes {
  private var found: [(type: UInt32, value: [UInt8])] = []

  init(_ bytes: ArraySlice<UInt8>) {
    unsafe bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return }
      var place = 0
      while place < buffer.count {
        let attribute = unsafe (base + place).assumingMemoryBound(to: nlattr.self)
        guard unsafe mnl_attr_ok(attribute, Int32(buffer.count - place)) else { return }
        let value = unsafe UnsafeRawBufferPointer(
          start: mnl_attr_get_payload(attribute), count: Int(mnl_attr_get_payload_len(attribute)))
        unsafe found.append((UInt32(mnl_attr_get_type(attribute)), Array(value)))
        unsafe place += (Int(mnl_attr_get_len(attribute)) + 3) & ~3
      }
    }
  }

  /// The value of the first attribute of this type.
  subscript(_ type: UInt32) -> [UInt8]? { found.first { $0.type == type }?.value }
  subscript(_ type: Int) -> [UInt8]? { self[UInt32(type)] }
  subscript<Type: RawRepresentable<UInt32>>(_ type: Type) -> [UInt8]? { self[type.rawValue] }

  /// The values of all attributes, in their order.
  var values: [[UInt8]] { found.map(\.value) }

  func text(_ type: UInt32) -> String? {
    self[type].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
  func text(_ type: Int) -> String? { text(UInt32(type)) }
  func text<Type: RawRepresentable<UInt32>>(_ type: Type) -> String? { text(type.rawValue) }

  /// A number of 32 bits in the machine's order.
  func number(_ type: Int) -> UInt32? { self[type].flatMap { $0.count == 4 ? machineNumber($0[...]) : nil } }

  /// A number of up to 64 bits, the highest byte first.
  func wire<Type: RawRepresentable<UInt32>>(_ type: Type) -> UInt64? {
    self[type].flatMap { $0.count <= 8 ? $0.reduce(0) { $0 << 8 | UInt64($1) } : nil }
  }

  func inside(_ type: UInt32) -> Attributes { Attributes((self[type] ?? [])[...]) }
  func inside(_ type: Int) -> Attributes { inside(UInt32(type)) }
  func inside<Type: RawRepresentable<UInt32>>(_ type: Type) -> Attributes { inside(type.rawValue) }
}

/// Four bytes in the machine's order.
func machineNumber(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  UInt32(littleEndian: bytes.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) })
}
