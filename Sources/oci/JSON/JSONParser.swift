/// Reads one JSON document, strictly as RFC 8259 section 2 writes the grammar.
///
/// A byte of 0 stands for the end of the document: the grammar has no place for one outside a string, and a
/// string refuses it as a control character.
struct JSONParser {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var depth = 0

  /// Nesting beyond this is refused, so that a hostile document cannot exhaust the stack.
  static var deepest: Int { 512 }

  /// Prepares to read the bytes; `file` is only used in errors.
  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// Reads the whole document.
  mutating func parseDocument() throws(DocumentError) -> JSONValue {
    skipSpace()
    let value = try parseValue()
    skipSpace()
    guard position == bytes.count else { throw mismatch("the end of the document") }
    return value
  }

  private mutating func parseValue() throws(DocumentError) -> JSONValue {
    switch current {
    case UInt8(ascii: "\""): return .string(try parseString())
    case UInt8(ascii: "{"): return .object(try parseObject())
    case UInt8(ascii: "["): return .array(try parseArray())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try parseNumber()
    case UInt8(ascii: "t"): return try parseLiteral("true", as: .bool(true))
    case UInt8(ascii: "f"): return try parseLiteral("false", as: .bool(false))
    case UInt8(ascii: "n"): return try parseLiteral("null", as: .null)
    default: throw mismatch("a value")
    }
  }

  private mutating func parseObject() throws(DocumentError) -> JSONObject {
    try enter()
    var members: [JSONObject.Member] = []
    if skip(UInt8(ascii: "}")) { return leave(JSONObject()) }
    repeat {
      skipSpace()
      guard current == UInt8(ascii: "\"") else {
        throw mismatch(members.isEmpty ? "'\"' or '}'" : "'\"'")
      }
      let key = try parseString()
      guard skip(UInt8(ascii: ":")) else { throw mismatch("':'") }
      skipSpace()
      members.append(JSONObject.Member(key: key, value: try parseValue()))
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw mismatch("',' or '}'") }
    return leave(JSONObject(members))
  }

  private mutating func parseArray() throws(DocumentError) -> [JSONValue] {
    try enter()
    if skip(UInt8(ascii: "]")) { return leave([]) }
    var elements: [JSONValue] = []
    repeat {
      skipSpace()
      elements.append(try parseValue())
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw mismatch("',' or ']'") }
    return leave(elements)
  }

  private mutating func parseLiteral(
    _ text: StaticString, as value: JSONValue
  ) throws(DocumentError) -> JSONValue {
    let start = position
    for byte in text.description.utf8 {
      guard current == byte else {
        position = start
        throw mismatch("a value")
      }
      position += 1
    }
    return value
  }

  private mutating func enter() throws(DocumentError) {
    guard depth < Self.deepest else { throw rule("nested deeper than \(Self.deepest) levels") }
    depth += 1
    position += 1
  }

  private mutating func leave<Result>(_ result: Result) -> Result {
    depth -= 1
    return result
  }
}

extension JSONParser {
  private var current: UInt8 { position < bytes.count ? bytes[position] : 0 }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
      default: return
      }
    }
  }

  /// Skips space and then the byte, if it is that one.
  private mutating func skip(_ byte: UInt8) -> Bool {
    skipSpace()
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func parseString() throws(DocumentError) -> String {
    let start = position + 1
    switch StringScan.plain(bytes, from: start) {
    case .ended(let end, let isASCII):
      position = end + 1
      if isASCII { return String(decoding: bytes[start..<end], as: UTF8.self) }
      guard let text = String(validating: bytes[start..<end], as: UTF8.self) else {
        position = start
        throw rule("a string is not UTF-8")
      }
      return text
    case .escape:
      do throws(StringScan.Failure) {
        let (text, end) = try StringScan.escaped(bytes, from: start)
        position = end + 1
        return text
      } catch {
        position = error.position
        throw rule(error.reason)
      }
    case .control(let place):
      position = place
      throw rule("a control character in a string must be escaped")
    case .unended:
      position = bytes.count
      throw mismatch("'\"'")
    }
  }

  private mutating func parseNumber() throws(DocumentError) -> JSONValue {
    let start = position
    let isNegative = current == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let firstDigit = position
    var magnitude: UInt64 = 0
    var overflows = false
    while let digit = currentDigit {
      let (product, high) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      overflows = overflows || high || carry
      magnitude = sum
      position += 1
    }
    guard position > firstDigit else { throw mismatch("a digit") }
    if bytes[firstDigit] == UInt8(ascii: "0"), position > firstDigit + 1 {
      position = firstDigit
      throw rule("a number must not begin with 0")
    }
    let isInteger = try !skipFraction()
    if isInteger, !overflows {
      if !isNegative { return magnitude > Int64.max ? .unsigned(magnitude) : .integer(Int64(magnitude)) }
      if magnitude <= Int64.min.magnitude { return .integer(Int64(truncatingIfNeeded: 0 &- magnitude)) }
    }
    guard let number = Double(String(decoding: bytes[start..<position], as: UTF8.self)), number.isFinite
    else {
      position = start
      throw rule("a number is too large")
    }
    return .number(number)
  }

  /// Skips `.5e-3` and the like; whether there was any.
  private mutating func skipFraction() throws(DocumentError) -> Bool {
    var found = false
    if current == UInt8(ascii: ".") {
      found = true
      position += 1
      try skipDigits()
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      found = true
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    return found
  }

  private mutating func skipDigits() throws(DocumentError) {
    guard currentDigit != nil else { throw mismatch("a digit") }
    while currentDigit != nil { position += 1 }
  }

  private var currentDigit: UInt8? {
    let digit = current &- UInt8(ascii: "0")
    return digit < 10 ? digit : nil
  }
}

extension JSONParser {
  private func rule(_ text: String) -> DocumentError {
    DocumentError(file: file, place: place, problem: .rule(text))
  }

  private func mismatch(_ expected: String) -> DocumentError {
    DocumentError(file: file, place: place, problem: .mismatch(expected: expected, found: foundHere))
  }

  private var place: DocumentError.Place {
    let before = bytes[..<min(position, bytes.count)]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    let column = before[lineStart...].count { $0 & 0b1100_0000 != 0b1000_0000 } + 1
    return .text(line: line, column: column)
  }

  private var foundHere: String {
    guard position < bytes.count else { return "the end of the document" }
    let rest = String(decoding: bytes[position..<min(position + 4, bytes.count)], as: UTF8.self)
    guard let scalar = rest.unicodeScalars.first else { return "the end of the document" }
    return scalar.value < 0x20 || scalar.value == 0x7f
      ? "the byte \(scalar.value)" : "'\(String(Character(scalar)))'"
  }
}
