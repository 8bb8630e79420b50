extension IPAddress: CustomStringConvertible {
  /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else, as for a zone (`%eth0`), brackets, and numbers with leading
  /// zeros, which some read as octal.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    if bytes.contains(UInt8(ascii: ":")) {
      guard let value = Self.sixteenBytes(bytes) else { return nil }
      self.init(.v6, value)
    } else {
      guard let value = Self.fourBytes(bytes[...]) else { return nil }
      self.init(.v4, value)
    }
  }

  /// As RFC 5952 wants it: small letters, no leading zeros, the longest run of two or more zero groups as `::`.
  package var description: String {
    if family == .v4 { return bytes.map { "\($0)" }.joined(separator: ".") }
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
    // What stands for an IPv4 address is written as one.
    if value >> 32 == 0xffff { return "::ffff:\(IPAddress(.v4, value))" }
    var best = 0..<0
    var index = 0
    while index < 8 {
      let end = groups[index...].firstIndex { $0 != 0 } ?? 8
      if end - index > max(best.count, 1) { best = index..<end }
      index = max(end, index + 1)
    }
    func text(_ part: ArraySlice<UInt16>) -> String {
      part.map { String($0, radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty
      ? text(groups[...]) : text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
  }

  private static func fourBytes(_ text: ArraySlice<UInt8>) -> UInt128? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var value: UInt128 = 0
    for part in parts {
      guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
        part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
      else { return nil }
      let number = part.reduce(0 as UInt128) { $0 * 10 + UInt128($1 - UInt8(ascii: "0")) }
      guard number < 256 else { return nil }
      value = value << 8 | number
    }
    return value
  }

  private static func sixteenBytes(_ text: [UInt8]) -> UInt128? {
    let colon = UInt8(ascii: ":")
    // At most one "::", and only there may a group be missing.
    var gap: Int?
    for index in text.indices.dropLast() where text[index] == colon && text[index + 1] == colon {
      if gap != nil { return nil }
      gap = index
    }
    guard let gap else {
      guard let groups = groups(text[...]), groups.count == 8 else { return nil }
      return value(groups)
    }
    guard let left = gap == 0 ? [] : groups(text[..<gap], mayEndInFour: false),
      let right = gap + 2 == text.count ? [] : groups(text[(gap + 2)...]), left.count + right.count < 8
    else { return nil }
    return value(left + [UInt16](repeating: 0, count: 8 - left.count - right.count) + right)
  }

  private static func value(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }

  private static func groups(_ text: ArraySlice<UInt8>, mayEndInFour: Bool = true) -> [UInt16]? {
    var groups: [UInt16] = []
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      if mayEndInFour, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
        guard let four = fourBytes(part) else { return nil }
        groups += [UInt16(four >> 16), UInt16(four & 0xffff)]
      } else {
        guard (1...4).contains(part.count), part.first != UInt8(ascii: "+"),
          let number = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
        else { return nil }
        groups.append(number)
      }
    }
    return groups
  }
}
