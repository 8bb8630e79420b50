/// A number of bytes as docker's flags take it: `64m`, `1.5g`, `512`, `1GiB`; units are powers of 1024 (docker/go-units,
/// RAMInBytes).
package struct ByteSize: Hashable, Sendable {
  /// The bytes; never negative.
  package let bytes: Int64

  /// Reads the value of `option`.
  /// - Throws: `OptionError` when it is no size, is negative or does not fit 64 bits.
  package init(_ text: String, option: String) throws(OptionError) {
    guard let bytes = Self.parse(text) else {
      throw OptionError(
        option, text, "invalid size: expected a number with an optional unit b, k, m, g or t, such as 64m")
    }
    self.bytes = bytes
  }

  /// Reads a value of which `-1` is no limit (docker/cli, opts.MemSwapBytes).
  /// - Returns: the bytes, or -1.
  package static func orUnlimited(_ text: String, option: String) throws(OptionError) -> Int64 {
    text == "-1" ? -1 : try ByteSize(text, option: option).bytes
  }

  private static func parse(_ text: String) -> Int64? {
    let isPartOfNumber = { (byte: UInt8) in
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == 46
    }
    let number = text.utf8.prefix(while: isPartOfNumber)
    var unit = text.utf8.dropFirst(number.count)
    if unit.first == UInt8(ascii: " ") { unit = unit.dropFirst() }
    let places = ["": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5]
    var name = String(Substring(unit)).lowercased()
    if name.count > 1, name.hasSuffix("b") { name.removeLast() }
    if name.count > 1, name.hasSuffix("i") { name.removeLast() }
    guard number.first != 46, number.last != 46, let place = places[name] else { return nil }
    let digits = String(Substring(number))
    if let whole = Int64(digits) {
      let (bytes, overflow) = whole.multipliedReportingOverflow(by: 1 << (10 * Int64(place)))
      return overflow ? nil : bytes
    }
    return Double(digits).flatMap { Int64(exactly: ($0 * Double(1 << (10 * place))).rounded(.down)) }
  }
}
