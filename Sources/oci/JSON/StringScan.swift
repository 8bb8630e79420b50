/// Finds the end of a JSON string and undoes its escapes (RFC 8259 section 7).
enum StringScan {
  /// What a first pass over a string meets.
  enum Plain {
    /// The closing quote, with nothing to undo before it.
    case ended(at: Int, isASCII: Bool)
    /// A backslash: the string needs the slow way.
    case escape
    /// A byte below 0x20.
    case control(at: Int)
    /// No closing quote.
    case unended
  }

  /// A string that cannot be read.
  struct Failure: Error {
    /// The offset of the offending byte.
    let position: Int
    /// What is wrong with it.
    let reason: String
  }

  /// Walks from the byte after the opening quote to the closing one or the first byte that needs care.
  static func plain(_ bytes: [UInt8], from start: Int) -> Plain {
    var position = start
    var seen: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") { return .ended(at: position, isASCII: seen < 0x80) }
      if byte == UInt8(ascii: "\\") { return .escape }
      if byte < 0x20 { return .control(at: position) }
      seen |= byte
      position += 1
    }
    return .unended
  }

  /// Reads a string with escapes; returns the text and the offset of the closing quote.
  static func escaped(_ bytes: [UInt8], from start: Int) throws(Failure) -> (text: String, end: Int) {
    var text: [UInt8] = []
    var position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        position = try undo(bytes, at: position, into: &text)
      } else if byte < 0x20 {
        throw Failure(position: position, reason: "a control character in a string must be escaped")
      } else {
        text.append(byte)
        position += 1
      }
    }
    guard position < bytes.count else {
      throw Failure(position: position, reason: "expected '\"', found the end of the document")
    }
    guard let valid = String(validating: text, as: UTF8.self) else {
      throw Failure(position: start, reason: "a string is not UTF-8")
    }
    return (valid, position)
  }

  /// Undoes the escape at `position`; returns the offset after it.
  private static func undo(
    _ bytes: [UInt8], at position: Int, into text: inout [UInt8]
  ) throws(Failure) -> Int {
    switch position + 1 < bytes.count ? bytes[position + 1] : 0 {
    case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): return try undoUnicode(bytes, at: position, into: &text)
    default: throw Failure(position: position, reason: "unknown escape in a string")
    }
    return position + 2
  }

  /// Undoes `\uXXXX`, or two of them when the first is the high half of a surrogate pair.
  private static func undoUnicode(
    _ bytes: [UInt8], at position: Int, into text: inout [UInt8]
  ) throws(Failure) -> Int {
    let first = try unit(bytes, at: position)
    if let scalar = Unicode.Scalar(first) {
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
      return position + 6
    }
    let next = position + 6
    guard (0xd800..<0xdc00).contains(first), next + 1 < bytes.count,
      bytes[next] == UInt8(ascii: "\\"), bytes[next + 1] == UInt8(ascii: "u")
    else { throw Failure(position: position, reason: "half a surrogate pair in a string") }
    let second = try unit(bytes, at: next)
    let joined = 0x10000 + (UInt32(first) - 0xd800) << 10 + UInt32(second &- 0xdc00)
    guard (0xdc00..<0xe000).contains(second), let scalar = Unicode.Scalar(joined) else {
      throw Failure(position: position, reason: "half a surrogate pair in a string")
    }
    text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    return next + 6
  }

  /// The four hexadecimal digits of the `\uXXXX` at `position`.
  private static func unit(_ bytes: [UInt8], at position: Int) throws(Failure) -> UInt16 {
    guard position + 6 <= bytes.count,
      bytes[position + 2..<position + 6].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: bytes[position + 2..<position + 6], as: UTF8.self), radix: 16)
    else { throw Failure(position: position, reason: "\\u needs four hexadecimal digits") }
    return unit
  }
}
