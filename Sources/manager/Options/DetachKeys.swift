/// The keys that take a person away from a terminal in a container and leave the container running: `--detach-keys`.
package struct DetachKeys: Hashable, Sendable {
  /// One byte for each key, in the order in which they are typed; at least one.
  package let bytes: [UInt8]

  /// docker's `ctrl-p,ctrl-q`.
  package static let standard = DetachKeys(bytes: [0x10, 0x11])

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the value of `--detach-keys`: single characters, `ctrl-` with one of `a` to `z` and `@[\]^_`, and `DEL`,
  /// separated by commas (moby/term, ascii.go). An empty text is docker's default.
  /// - Throws: `OptionError` when it has a key that is none.
  package init(_ text: String) throws(OptionError) {
    guard !text.isEmpty else {
      self = .standard
      return
    }
    var bytes: [UInt8] = []
    for key in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let byte = Self.byte(key) else {
        throw OptionError(
          "--detach-keys", text,
          "invalid detach keys (\(text)): \(quoted(String(key))) is no key; give single characters, DEL, or ctrl- "
            + "with a to z or one of @[\\]^_, separated by commas")
      }
      bytes.append(byte)
    }
    self.bytes = bytes
  }

  /// What the key sends; nil when it is none.
  private static func byte(_ key: Substring) -> UInt8? {
    let text = Array(key.utf8)
    if text.count == 1 { return text[0] }
    if key == "DEL" { return 0x7f }
    guard text.count == 6, key.hasPrefix("ctrl-") else { return nil }
    switch text[5] {
    // With the control key a terminal sends the letter without its two highest bits (ASCII).
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "@"), UInt8(ascii: "[")...UInt8(ascii: "_"):
      return text[5] & 0x1f
    default: return nil
    }
  }
}

/// Looks for the detach keys in what is typed. What could be their beginning is held back until the next key decides;
/// when they are not completed it is passed on as it was.
package struct DetachSequence: Sendable {
  private let keys: [UInt8]
  /// How many of the keys the last bytes are; these are held back.
  private var held = 0

  /// Looks for these keys.
  package init(_ keys: DetachKeys) { self.keys = keys.bytes }

  /// Takes what was typed.
  /// - Returns: what is to be passed on, and whether the keys are complete; what follows them then goes nowhere.
  package mutating func take(_ typed: [UInt8]) -> (passed: [UInt8], isComplete: Bool) {
    var passed: [UInt8] = []
    for byte in typed {
      // The end of what is held may be the beginning of another try: `a,a,b` is in `aaab`.
      while held > 0, keys[held] != byte {
        let shorter = repeatedBeginning(of: held)
        passed += keys[..<(held - shorter)]
        held = shorter
      }
      if keys[held] == byte { held += 1 } else { passed.append(byte) }
      if held == keys.count {
        held = 0
        return (passed, true)
      }
    }
    return (passed, false)
  }

  /// Nothing more will be typed.
  /// - Returns: what was held back.
  package mutating func end() -> [UInt8] {
    defer { held = 0 }
    return Array(keys[..<held])
  }

  /// How many of the first `count` keys are at their end once more as their beginning, without being all of them.
  private func repeatedBeginning(of count: Int) -> Int {
    (1..<count).reversed().first { keys[..<$0] == keys[(count - $0)..<count] } ?? 0
  }
}
