/// A length of time as Go's flags take it: `1m30s`, `1.5h`, `300ms`, `0` (time.ParseDuration).
package struct GoDuration: Hashable, Sendable {
  /// The whole of it.
  package let nanoseconds: Int64

  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ns", 1), ("us", 1e3), ("µs", 1e3), ("μs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
  ]

  /// Reads the value of `option`.
  /// - Throws: `OptionError` with Go's reason.
  package init(_ text: String, option: String) throws(OptionError) {
    var rest = Substring(text)
    let isNegative = rest.first == "-"
    if isNegative || rest.first == "+" { rest = rest.dropFirst() }
    if rest == "0" {
      nanoseconds = 0
      return
    }
    func invalid() -> OptionError { OptionError(option, text, "time: invalid duration \(quoted(text))") }
    guard !rest.isEmpty else { throw invalid() }
    var sum = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
      guard let number = Double(digits.hasSuffix(".") ? digits + "0" : digits) else { throw invalid() }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !("0"..."9").contains($0) && $0 != "." }
      guard !name.isEmpty else {
        throw OptionError(option, text, "time: missing unit in duration \(quoted(text))")
      }
      guard let unit = Self.units.first(where: { $0.name == name }) else {
        throw OptionError(
          option, text, "time: unknown unit \(quoted(String(name))) in duration \(quoted(text))")
      }
      sum += number * unit.nanoseconds
      rest = rest.dropFirst(name.count)
    }
    // Go's are 64 bits of nanoseconds, 292 years.
    guard let whole = Int64(exactly: sum.rounded()) else {
      throw OptionError(option, text, "time: invalid duration \(quoted(text)): at most 2562047h fit")
    }
    nanoseconds = isNegative ? -whole : whole
  }
}
