internal import LinuxBus

/// Reads GVariant's text format, the types that a unit's properties have: booleans, numbers, strings, and arrays and
/// tuples of them (GLib, "GVariant Text Format").
///
/// A number is an `int32` unless a keyword or a decimal point says otherwise; `@as []` gives an empty array its type.
struct VariantText {
  private var rest: Substring.UTF8View

  private static let keywords: [String: String] = [
    "boolean": "b", "byte": "y", "int16": "n", "uint16": "q", "int32": "i", "uint32": "u", "int64": "x",
    "uint64": "t", "double": "d", "string": "s", "objectpath": "o", "signature": "g",
  ]

  init(_ text: String) { rest = Substring(text).utf8 }

  /// The whole text as one value; nil when it is none.
  mutating func parse() -> BusValue? {
    guard let value = value(nil, depth: 0) else { return nil }
    skipBlanks()
    return rest.isEmpty ? value : nil
  }

  /// - Parameter type: the signature that it has to have; nil when the text decides.
  private mutating func value(_ type: String?, depth: Int) -> BusValue? {
    skipBlanks()
    guard depth < 8, let first = rest.first else { return nil }
    switch first {
    case UInt8(ascii: "["): return array(type, depth)
    case UInt8(ascii: "("): return tuple(type, depth)
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return string(type)
    case UInt8(ascii: "@"):
      rest.removeFirst()
      let given = typeString()
      return type == nil || type == given ? value(given, depth: depth + 1) : nil
    default: break
    }
    let word = word()
    if word == "true" || word == "false" { return type ?? "b" == "b" ? .boolean(word == "true") : nil }
    if let keyword = VariantText.keywords[word] {
      return type == nil || type == keyword ? value(keyword, depth: depth + 1) : nil
    }
    return number(word, type)
  }

  private func number(_ word: String, _ type: String?) -> BusValue? {
    let isDecimal = word.contains(".") || (!word.hasPrefix("0x") && word.lowercased().contains("e"))
    switch type ?? (isDecimal ? "d" : "i") {
    case "y": return integer(word).map { .byte($0) }
    case "n": return integer(word).map { .int16($0) }
    case "q": return integer(word).map { .uint16($0) }
    case "i": return integer(word).map { .int32($0) }
    case "u": return integer(word).map { .uint32($0) }
    case "x": return integer(word).map { .int64($0) }
    case "t": return integer(word).map { .uint64($0) }
    case "d": return Double(word).map { .double($0) }
    default: return nil
    }
  }

  /// In C's notation: 10, 0x0a and 012 are the same.
  private func integer<Number: FixedWidthInteger>(_ word: String) -> Number? {
    let sign = word.hasPrefix("-") ? "-" : ""
    let digits = word.drop { $0 == "-" || $0 == "+" }
    guard word.utf8.count - digits.utf8.count <= 1 else { return nil }
    if digits.lowercased().hasPrefix("0x") { return Number(sign + digits.dropFirst(2), radix: 16) }
    return Number(sign + digits, radix: digits.utf8.count > 1 && digits.hasPrefix("0") ? 8 : 10)
  }

  private mutating func string(_ type: String?) -> BusValue? {
    let quote = rest.removeFirst()
    var bytes: [UInt8] = []
    while let byte = rest.popFirst(), byte != 0 {
      if byte == quote {
        let text = String(decoding: bytes, as: UTF8.self)
        switch type ?? "s" {
        case "s": return .string(text)
        case "o": return text.hasPrefix("/") ? .objectPath(text) : nil
        case "g": return text.utf8.count < 256 ? .signature(text) : nil
        default: return nil
        }
      }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      bytes.append(escaped == UInt8(ascii: "n") ? 10 : escaped == UInt8(ascii: "t") ? 9 : escaped)
    }
    return nil
  }

  private mutating func array(_ type: String?, _ depth: Int) -> BusValue? {
    if let type, !type.hasPrefix("a") { return nil }
    var element = type.map { String($0.dropFirst()) }
    guard
      let values = list(
        until: UInt8(ascii: "]"),
        { reader, _ in
          guard let value = reader.value(element, depth: depth + 1) else { return nil }
          element = element ?? value.signature
          return value
        }), let element
    else { return nil }
    return .array(of: element, values)
  }

  private mutating func tuple(_ type: String?, _ depth: Int) -> BusValue? {
    let values = list(until: UInt8(ascii: ")")) { reader, _ in reader.value(nil, depth: depth + 1) }
    guard let values, !values.isEmpty else { return nil }
    let tuple = BusValue.structure(values)
    return type == nil || type == tuple.signature ? tuple : nil
  }

  private mutating func list(
    until end: UInt8, _ element: (inout VariantText, Int) -> BusValue?
  ) -> [BusValue]? {
    rest.removeFirst()
    var values: [BusValue] = []
    while true {
      skipBlanks()
      if rest.first == end {
        rest.removeFirst()
        return values
      }
      if !values.isEmpty {
        guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
        skipBlanks()
        // A tuple of one is written with a comma behind it.
        if rest.first == end { continue }
      }
      guard let value = element(&self, values.count) else { return nil }
      values.append(value)
    }
  }

  private mutating func word() -> String {
    let end = rest.firstIndex { " ,])\t\n".utf8.contains($0) } ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  /// What stands behind an `@`: up to the next blank, as a type has brackets of its own.
  private mutating func typeString() -> String {
    let end = rest.firstIndex(of: 0x20) ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  private mutating func skipBlanks() {
    while let byte = rest.first, byte == 0x20 || byte == 9 || byte == 10 { rest.removeFirst() }
  }
}
