/// Reads values out of what a peer sent. Nothing in it is believed: every length is held against what is there, and
/// nesting has an end.
struct BusDecoder {
  private let bytes: [UInt8]
  private let isBigEndian: Bool
  private(set) var offset: Int

  /// Deeper than anything systemd says; the specification's own limit is 64.
  private static let deepest = 16

  init(_ bytes: [UInt8], from offset: Int = 0, isBigEndian: Bool) {
    self.bytes = bytes
    self.offset = offset
    self.isBigEndian = isBigEndian
  }

  /// All values of a signature.
  mutating func values(_ signature: String) throws(BusError) -> [BusValue] {
    var types = Array(signature.utf8)[...]
    var found: [BusValue] = []
    while !types.isEmpty { found.append(try value(&types, depth: 0)) }
    return found
  }

  mutating func align(to size: Int) throws(BusError) {
    let gap = (size - offset % size) % size
    guard try take(gap).allSatisfy({ $0 == 0 }) else { throw .malformed("padding that is not zero") }
  }

  private mutating func value(_ types: inout ArraySlice<UInt8>, depth: Int) throws(BusError) -> BusValue {
    guard depth < BusDecoder.deepest else { throw .malformed("nested too deep") }
    guard let type = types.popFirst() else { throw .malformed("a signature that breaks off") }
    switch type {
    case UInt8(ascii: "y"): return .byte(UInt8(try number(1)))
    case UInt8(ascii: "b"):
      let flag = try number(4)
      guard flag < 2 else { throw .malformed("a boolean of \(flag)") }
      return .boolean(flag == 1)
    case UInt8(ascii: "n"): return .int16(Int16(truncatingIfNeeded: try number(2)))
    case UInt8(ascii: "q"): return .uint16(UInt16(truncatingIfNeeded: try number(2)))
    case UInt8(ascii: "i"): return .int32(Int32(truncatingIfNeeded: try number(4)))
    case UInt8(ascii: "u"): return .uint32(UInt32(truncatingIfNeeded: try number(4)))
    case UInt8(ascii: "x"): return .int64(Int64(bitPattern: try number(8)))
    case UInt8(ascii: "t"): return .uint64(try number(8))
    case UInt8(ascii: "d"): return .double(Double(bitPattern: try number(8)))
    case UInt8(ascii: "s"): return .string(try text(Int(try number(4))))
    case UInt8(ascii: "o"): return .objectPath(try text(Int(try number(4))))
    case UInt8(ascii: "g"): return .signature(try text(Int(try number(1))))
    case UInt8(ascii: "v"): return try variant(depth)
    case UInt8(ascii: "a"): return try array(&types, depth)
    case UInt8(ascii: "("), UInt8(ascii: "{"):
      try align(to: 8)
      return .structure(try members(&types, until: type == UInt8(ascii: "(") ? ")" : "}", depth))
    default: throw .malformed("a value of unknown type \(type)")
    }
  }

  private mutating func variant(_ depth: Int) throws(BusError) -> BusValue {
    var types = Array(try text(Int(try number(1))).utf8)[...]
    let inner = try value(&types, depth: depth + 1)
    guard types.isEmpty else { throw .malformed("a variant of several values") }
    return .variant(inner)
  }

  private mutating func members(
    _ types: inout ArraySlice<UInt8>, until end: Unicode.Scalar, _ depth: Int
  ) throws(BusError) -> [BusValue] {
    var found: [BusValue] = []
    while types.first != UInt8(ascii: end) { found.append(try value(&types, depth: depth + 1)) }
    // Nothing at all would never fill an array.
    guard !found.isEmpty else { throw .malformed("an empty structure") }
    types.removeFirst()
    return found
  }

  private mutating func array(_ types: inout ArraySlice<UInt8>, _ depth: Int) throws(BusError) -> BusValue {
    let length = Int(try number(4))
    let before = types
    // The type of an element is read once more than there are elements, against nothing: that finds where it ends.
    try skipType(&types, depth: 0)
    let element = before[before.startIndex..<types.startIndex]
    guard let first = element.first, let alignment = busAlignment(first) else {
      throw .malformed("an array of an unknown type")
    }
    try align(to: alignment)
    guard length <= bytes.count - offset else { throw .malformed("an array longer than its message") }
    let end = offset + length
    var found: [BusValue] = []
    while offset < end {
      var type = element
      found.append(try value(&type, depth: depth + 1))
    }
    guard offset == end else { throw .malformed("an array that ends within an element") }
    return .array(of: String(decoding: element, as: UTF8.self), found)
  }

  private func skipType(_ types: inout ArraySlice<UInt8>, depth: Int) throws(BusError) {
    guard depth < BusDecoder.deepest, let type = types.popFirst() else {
      throw .malformed("a signature that breaks off")
    }
    switch type {
    case UInt8(ascii: "a"): try skipType(&types, depth: depth + 1)
    case UInt8(ascii: "("), UInt8(ascii: "{"):
      let end = type == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")
      while types.first != end { try skipType(&types, depth: depth + 1) }
      types.removeFirst()
    default: return
    }
  }

  private mutating func number(_ size: Int) throws(BusError) -> UInt64 {
    try align(to: size)
    let raw = try take(size)
    return isBigEndian
      ? raw.reduce(0) { $0 << 8 | UInt64($1) } : raw.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func text(_ length: Int) throws(BusError) -> String {
    let raw = try take(length)
    guard try take(1).first == 0, !raw.contains(0) else { throw .malformed("a text without its end") }
    return String(decoding: raw, as: UTF8.self)
  }

  private mutating func take(_ count: Int) throws(BusError) -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count - offset else { throw .malformed("it breaks off") }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }
}
