/// A number of bytes in binary units, as docker shows memory: at most four significant digits, `1.5MiB`
/// (docker/go-units, BytesSize).
package struct BinarySize: Sendable, Equatable, CustomStringConvertible {
  /// Not negative.
  package let bytes: Int64

  /// A number of bytes; a negative one counts as none.
  package init(bytes: Int64) { self.bytes = max(0, bytes) }

  /// The words.
  package var description: String {
    var value = Double(bytes)
    var unit = 0
    while value >= 1024, unit < Self.units.count - 1 {
      value /= 1024
      unit += 1
    }
    let decimals = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0
    let scale = [1.0, 10, 100, 1000][decimals]
    let scaled = Int64((value * scale).rounded(.toNearestOrEven))
    var fraction = String(scaled % Int64(scale))
    fraction = String(repeating: "0", count: max(0, decimals - fraction.utf8.count)) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let whole = scaled / Int64(scale)
    return (decimals == 0 || fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)") + Self.units[unit]
  }

  private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
}
