/// Text as it may stand in a message: control characters are written as `\n`, `\t`, `\r` or `\u{1b}`.
///
/// Messages quote what documents and hooks say. A line end in there would make two lines of one, which callers read
/// as two errors, and an escape sequence would go to somebody's terminal.
func onOneLine(_ text: String) -> String {
  func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }
  guard text.utf8.contains(where: isControl) else { return text }
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\n"): bytes += "\\n".utf8
    case UInt8(ascii: "\r"): bytes += "\\r".utf8
    case UInt8(ascii: "\t"): bytes += "\\t".utf8
    case _ where isControl(byte): bytes += "\\u{\(String(byte, radix: 16))}".utf8
    default: bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
