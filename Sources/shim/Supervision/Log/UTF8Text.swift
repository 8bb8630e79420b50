/// Bytes that should be UTF-8 but come from a container, and may be anything.
enum UTF8Text {
  /// Appends bytes as the inside of a JSON string; each byte that belongs to no character becomes U+FFFD, as Go's
  /// encoding/json has it. Works on runs: nearly all bytes are copied as they are.
  static func appendEscaped(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
    var runStart = bytes.startIndex
    var next = bytes.startIndex
    while next < bytes.endIndex {
      let byte = bytes[next]
      if byte >= 0x20, byte < 0x80, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
        next += 1
      } else if let length = characterLength(bytes, at: next), length > 1 {
        next += length
      } else {
        output += bytes[runStart..<next]
        appendEscape(byte, to: &output)
        next += 1
        runStart = next
      }
    }
    output += bytes[runStart...]
  }

  private static func appendEscape(_ byte: UInt8, to output: inout [UInt8]) {
    let digits = (UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a"))
    func digit(_ value: UInt8) -> UInt8 {
      value < 10 ? digits.0.lowerBound + value : digits.1 + value - 10
    }
    output.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
    case UInt8(ascii: "\n"): output.append(UInt8(ascii: "n"))
    case UInt8(ascii: "\r"): output.append(UInt8(ascii: "r"))
    case UInt8(ascii: "\t"): output.append(UInt8(ascii: "t"))
    case 0..<0x20: output += Array("u00".utf8) + [digit(byte >> 4), digit(byte & 15)]
    default: output += Array("ufffd".utf8)
    }
  }

  /// How many bytes the well-formed character at `index` has; nil when there is none (Unicode standard, table 3-7).
  static func characterLength(_ bytes: ArraySlice<UInt8>, at index: Int) -> Int? {
    let first = bytes[index]
    guard first >= 0x80 else { return 1 }
    guard let length = announcedLength(first), bytes.endIndex - index >= length else { return nil }
    // The second byte's range also excludes overlong forms, surrogates and what is beyond U+10FFFF.
    let second: ClosedRange<UInt8> =
      switch first {
      case 0xe0: 0xa0...0xbf
      case 0xed: 0x80...0x9f
      case 0xf0: 0x90...0xbf
      case 0xf4: 0x80...0x8f
      default: 0x80...0xbf
      }
    guard second.contains(bytes[index + 1]) else { return nil }
    for offset in 2..<max(length, 2) where bytes[index + offset] & 0xc0 != 0x80 { return nil }
    return length
  }

  private static func announcedLength(_ first: UInt8) -> Int? {
    switch first {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: nil
    }
  }

  /// How many of the first bytes to take so that no character is cut: all of them, unless the last one to three begin
  /// a character whose rest may still come.
  static func wholeCharacters(_ bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let index = bytes.count - back
      if bytes[index] & 0xc0 == 0x80 { continue }
      if let length = announcedLength(bytes[index]), length > back { return index == 0 ? bytes.count : index }
      break
    }
    return bytes.count
  }
}
