internal import JSONDocument

/// Why a literal cannot be read; without its place.
struct LiteralError: Error {
  let problem: String
}

/// Go's constants as they stand in a template (Go specification, Lexical elements).
enum Literal {
  /// A string in quotes or back quotes, or a character; `place` stands at its first byte, and then behind its last.
  static func quoted(_ bytes: [UInt8], _ place: inout Int) throws(LiteralError) -> JSONValue {
    let quote = bytes[place]
    place += 1
    if quote == UInt8(ascii: "`") {
      guard let end = bytes[place...].firstIndex(of: quote) else {
        throw LiteralError(problem: "unterminated raw quoted string")
      }
      defer { place = end + 1 }
      return .string(String(decoding: bytes[place..<end], as: UTF8.self))
    }
    let isCharacter = quote == UInt8(ascii: "'")
    let unterminated = LiteralError(
      problem: isCharacter ? "unterminated character constant" : "unterminated quoted string")
    var content: [UInt8] = []
    while place < bytes.count, bytes[place] != quote {
      guard bytes[place] != UInt8(ascii: "\n") else { throw unterminated }
      if bytes[place] == UInt8(ascii: "\\") {
        place += 1
        guard place < bytes.count else { throw unterminated }
        content += try escape(bytes, &place)
      } else {
        content.append(bytes[place])
        place += 1
      }
    }
    guard place < bytes.count else { throw unterminated }
    place += 1
    let text = String(decoding: content, as: UTF8.self)
    guard isCharacter else { return .string(text) }
    guard let scalar = text.unicodeScalars.first, text.unicodeScalars.count == 1 else {
      throw LiteralError(problem: "malformed character constant: '\(text)'")
    }
    return .integer(Int64(scalar.value))
  }

  /// What stands after a backslash.
  private static func escape(_ bytes: [UInt8], _ place: inout Int) throws(LiteralError) -> [UInt8] {
    let byte = bytes[place]
    let malformed = LiteralError(problem: "invalid syntax: unknown escape in a quoted string")
    func digits(_ count: Int, skipping: Int, radix: Int) throws(LiteralError) -> UInt32 {
      let start = place + skipping
      guard start + count <= bytes.count,
        let number = UInt32(String(decoding: bytes[start..<start + count], as: UTF8.self), radix: radix)
      else { throw malformed }
      place = start + count
      return number
    }
    switch byte {
    case UInt8(ascii: "x"): return [UInt8(truncatingIfNeeded: try digits(2, skipping: 1, radix: 16))]
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      let number = try digits(byte == UInt8(ascii: "u") ? 4 : 8, skipping: 1, radix: 16)
      guard let scalar = Unicode.Scalar(number) else { throw malformed }
      return Array(String(scalar).utf8)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      return [UInt8(truncatingIfNeeded: try digits(3, skipping: 0, radix: 8))]
    default:
      let letters = Array("abfnrtv\\'\"".utf8)
      let meanings: [UInt8] = [
        0x07, 0x08, 0x0c, 0x0a, 0x0d, 0x09, 0x0b, UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""),
      ]
      guard let index = letters.firstIndex(of: byte) else { throw malformed }
      place += 1
      return [meanings[index]]
    }
  }

  /// A number as Go writes it: decimal, `0x`, `0o`, `0b`, `1_000`, with a fraction, with an exponent.
  static func number(_ word: String) -> JSONValue? {
    let plain = word.filter { $0 != "_" }.lowercased()
    let isNegative = plain.hasPrefix("-")
    let digits = isNegative || plain.hasPrefix("+") ? String(plain.dropFirst()) : plain
    guard let first = digits.utf8.first, "0123456789.".utf8.contains(first) else { return nil }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      return Int64((isNegative ? "-" : "") + digits.dropFirst(2), radix: radix).map(JSONValue.integer)
    }
    let isOctal = digits.count > 1 && first == UInt8(ascii: "0")
    if digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
      return Int64((isNegative ? "-" : "") + digits, radix: isOctal ? 8 : 10).map(JSONValue.integer)
    }
    guard let number = Double((isNegative ? "-" : "") + (digits.hasPrefix(".") ? "0" : "") + digits) else {
      return nil
    }
    return .number(number)
  }
}
