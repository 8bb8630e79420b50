/// The lines of a file that a flag names, each `NAME[=value]`: `--env-file`, `--label-file`. They are taken as they stand,
/// with quotes and spaces (docker/cli, opts/file.go).
struct OptionLines {
  /// What the lines say, in order; a line without `=` has no value.
  let entries: [(name: String, value: String?)]

  /// Reads the file's text; `noun` is what errors call a line.
  /// - Throws: `OptionError` naming the line that says nothing.
  init(_ bytes: [UInt8], option: String, path: String, noun: String) throws(OptionError) {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw OptionError(option, path, "not a text in UTF-8")
    }
    var entries: [(name: String, value: String?)] = []
    // A byte order mark, which some editors write, is no part of the first name.
    let start = text.unicodeScalars.first == "\u{feff}" ? 1 : 0
    let lines = text.unicodeScalars.dropFirst(start).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var scalars = line.drop { $0.properties.isWhitespace }
      if scalars.last == "\r" { scalars.removeLast() }
      guard let first = scalars.first, first != "#" else { continue }
      let parts = String(scalars).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first, !name.isEmpty else {
        throw OptionError(option, path, "line \(index + 1): no \(noun) name before '='")
      }
      guard !name.contains(where: \.isWhitespace) else {
        throw OptionError(option, path, "line \(index + 1): \(noun) \(quoted(String(name))) contains a space")
      }
      entries.append((String(name), parts.count == 2 ? String(parts[1]) : nil))
    }
    self.entries = entries
  }
}
