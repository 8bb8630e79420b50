/// A number of bytes in docker's words: three significant digits, decimal units, no space (docker/go-units,
/// HumanSizeWithPrecision).
package struct HumanSize: Sendable, Equatable, CustomStringConvertible {
  /// Not negative.
  package let bytes: Int64

  /// A number of bytes; a negative one counts as none.
  package init(bytes: Int64) { self.bytes = max(0, bytes) }

  /// The words.
  package var description: String {
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < Self.units.count - 1 {
      value /= 1000
      unit += 1
    }
    return Self.significant(value) + Self.units[unit]
  }

  private static let units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"]

  /// Like C's `%.3g` for values from 0 to below 1000: three significant digits, no zeros at the end. 999.9 becomes
  /// `1e+03` there, which nobody wants to read; here it is 1000.
  private static func significant(_ value: Double) -> String {
    let decimals = value < 10 ? 2 : value < 100 ? 1 : 0
    let scale = decimals == 2 ? 100.0 : decimals == 1 ? 10.0 : 1.0
    let scaled = Int64((value * scale).rounded(.toNearestOrEven))
    let whole = scaled / Int64(scale)
    var fraction = String(scaled % Int64(scale))
    fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return fraction.isEmpty || decimals == 0 ? "\(whole)" : "\(whole).\(fraction)"
  }
}
