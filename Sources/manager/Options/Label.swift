/// One `--label`: `KEY=value`, or `KEY` with an empty value.
package struct Label: Hashable, Sendable {
  /// The key.
  package let key: String
  /// The value; empty when none was given.
  package let value: String

  /// Makes a label.
  package init(key: String, value: String) {
    self.key = key
    self.value = value
  }

  /// Reads the value of `--label`.
  /// - Throws: `OptionError` when there is no key.
  package init(_ text: String) throws(OptionError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let key = parts.first, !key.isEmpty else {
      throw OptionError("--label", text, "a label has a key: KEY=value or KEY")
    }
    self.key = String(key)
    value = parts.count == 2 ? String(parts[1]) : ""
  }
}
