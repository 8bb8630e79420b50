/// Writes a JSON value as text.
struct JSONWriter {
  private let style: JSON.Style
  private var bytes: [UInt8] = []

  private init(_ style: JSON.Style) {
    self.style = style
  }

  /// The text of the value in UTF-8, without a line end after it.
  static func write(_ value: JSONValue, style: JSON.Style) -> [UInt8] {
    var writer = JSONWriter(style)
    writer.write(value, level: 0)
    return writer.bytes
  }

  private mutating func write(_ value: JSONValue, level: Int) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .unsigned(let value): bytes.append(contentsOf: String(value).utf8)
    case .number(let value): bytes.append(contentsOf: value.description.utf8)
    case .string(let value): Self.writeString(value, to: &bytes)
    case .array(let elements): write(elements, level: level)
    case .object(let object): write(object, level: level)
    }
  }

  private mutating func write(_ elements: [JSONValue], level: Int) {
    bytes.append(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(level + 1)
      write(element, level: level + 1)
    }
    if !elements.isEmpty { breakLine(level) }
    bytes.append(UInt8(ascii: "]"))
  }

  private mutating func write(_ object: JSONObject, level: Int) {
    bytes.append(UInt8(ascii: "{"))
    let members = style.sortsKeys ? object.members.sorted { $0.key < $1.key } : object.members
    for (index, member) in members.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(level + 1)
      Self.writeString(member.key, to: &bytes)
      bytes.append(UInt8(ascii: ":"))
      if style.indentation != .none { bytes.append(UInt8(ascii: " ")) }
      write(member.value, level: level + 1)
    }
    if !members.isEmpty { breakLine(level) }
    bytes.append(UInt8(ascii: "}"))
  }

  private mutating func breakLine(_ level: Int) {
    switch style.indentation {
    case .none: return
    case .spaces(let width):
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: level * width))
    case .tab:
      bytes.append(UInt8(ascii: "\n"))
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "\t"), count: level))
    }
  }

  /// Appends a quoted string, with only the escapes that RFC 8259 section 7 demands.
  static func writeString(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes.append(contentsOf: "\\\"".utf8)
      case UInt8(ascii: "\\"): bytes.append(contentsOf: "\\\\".utf8)
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x0c: bytes.append(contentsOf: "\\f".utf8)
      case 0x0a: bytes.append(contentsOf: "\\n".utf8)
      case 0x0d: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: (byte < 0x10 ? "\\u000" : "\\u00").utf8)
        bytes.append(contentsOf: String(byte, radix: 16).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
