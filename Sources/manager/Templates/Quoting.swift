/// Text made safe for where it goes.
package enum Quoting {
  /// As Go's `strconv.Quote` shows it.
  package static func go(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    if isPlain { return "\"" + text + "\"" }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\u{7}": quoted += "\\a"
      case "\u{8}": quoted += "\\b"
      case "\u{c}": quoted += "\\f"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case "\u{b}": quoted += "\\v"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// For HTML (Go, text/template: HTMLEscape).
  static func html(_ text: String) -> String {
    replacing(text) { scalar in
      switch scalar {
      case "\0": "\u{fffd}"
      case "\"": "&#34;"
      case "'": "&#39;"
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      default: nil
      }
    }
  }

  /// For a string in JavaScript (Go, text/template: JSEscape).
  static func javaScript(_ text: String) -> String {
    replacing(text) { scalar in
      switch scalar {
      case "\\": "\\\\"
      case "'": "\\'"
      case "\"": "\\\""
      case "<", ">", "&", "=", "\0"..."\u{1f}":
        "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16, uppercase: true)
      default: nil
      }
    }
  }

  /// For the query of a URL (Go, url.QueryEscape).
  static func query(_ text: String) -> String {
    var quoted = ""
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
        UInt8(ascii: "~"):
        quoted.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: " "): quoted += "+"
      default: quoted += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
    }
    return quoted
  }

  private static func replacing(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
    var quoted = ""
    for scalar in text.unicodeScalars {
      if let words = replacement(scalar) { quoted += words } else { quoted.unicodeScalars.append(scalar) }
    }
    return quoted
  }
}
