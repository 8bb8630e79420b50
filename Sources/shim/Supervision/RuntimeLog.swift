internal import JSONDocument

/// A runtime's log, `--log-format json`: one object with level, msg and time on each line; a runtime's plain words may
/// stand between them.
enum RuntimeLog {
  /// The message of the last line with level error or fatal, else the last line that is no such object; nil when there
  /// is neither. One line, at most 4 KiB.
  static func lastError(in bytes: [UInt8]) -> String? {
    var plain: String?
    for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() {
      guard let entry = object(Array(line)) else {
        let words = oneLine(String(decoding: line, as: UTF8.self))
        if plain == nil, !words.isEmpty { plain = words }
        continue
      }
      guard let message = entry["msg"]?.string, !message.isEmpty else { continue }
      switch entry["level"]?.string {
      case "error", "fatal", "panic": return oneLine(message)
      default: continue
      }
    }
    return plain
  }

  private static func object(_ line: [UInt8]) -> JSONValue? {
    do throws(DocumentError) {
      let value = try JSON.parse(line, file: "log")
      return value.object == nil ? nil : value
    } catch { return nil }
  }

  /// The text with line ends and other control characters as single spaces.
  static func oneLine(_ text: String) -> String {
    let words = text.unicodeScalars.split { $0.value < 0x20 || $0.value == 0x7f || $0 == " " }
    let line = words.map { String($0) }.joined(separator: " ")
    return line.utf8.count > 4096 ? String(line.prefix(1000)) + "…" : line
  }
}
