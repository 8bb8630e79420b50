/// The digest of some content, `algorithm:hex` (image-spec descriptor.md, Digests).
package struct Digest: Hashable, Sendable {
  /// The algorithm, such as `sha256`.
  package let algorithm: String
  /// The value in lower-case hexadecimal digits, 64 of them for `sha256` and 128 for `sha512`.
  package let hex: String

  /// Reads `algorithm:hex`; nil when the text has another form, or the digits are not as many as a registered
  /// algorithm has. Safe as a file name: neither part can hold a `/` or be `..`.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, Self.isAlgorithm(parts[0]), !parts[1].isEmpty,
      parts[1].utf8.allSatisfy(Self.isHexDigit)
    else { return nil }
    self.init(algorithm: String(parts[0]), hex: String(parts[1]))
  }

  /// Makes a SHA-256 digest of its 64 hexadecimal digits; nil when they are none.
  package init?(sha256 hex: String) {
    self.init("sha256:\(hex)")
  }

  private init?(algorithm: String, hex: String) {
    switch algorithm {
    case "sha256": guard hex.utf8.count == 64 else { return nil }
    case "sha384": guard hex.utf8.count == 96 else { return nil }
    case "sha512": guard hex.utf8.count == 128 else { return nil }
    default: guard hex.utf8.count >= 32 else { return nil }
    }
    self.algorithm = algorithm
    self.hex = hex
  }

  /// The first 12 digits, as `docker images` shows an ID.
  package var short: String { String(hex.prefix(12)) }

  /// Letters and digits in lower case, joined by single `+`, `.`, `_` or `-`.
  private static func isAlgorithm(_ text: Substring) -> Bool {
    var endsComponent = false
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        endsComponent = true
      case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
        guard endsComponent else { return false }
        endsComponent = false
      default:
        return false
      }
    }
    return endsComponent
  }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: false
    }
  }
}

extension Digest: CustomStringConvertible {
  /// `algorithm:hex`.
  package var description: String { "\(algorithm):\(hex)" }
}

extension Digest: Codable {
  /// Reads the string; another form is a `DocumentError`.
  package init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let digest = Digest(text) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription: "expected a digest such as sha256:… with 64 digits"))
    }
    self = digest
  }

  /// Writes the string.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
