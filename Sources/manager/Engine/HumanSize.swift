/// A number of bytes in docker's words, which has two: decimal units with three significant digits for what lies on disks
/// and goes over networks, `1.54MB`, and binary ones with four for memory, `1.465MiB` (docker/go-units,
/// HumanSizeWithPrecision and BytesSize).
package struct HumanSize: Sendable, Equatable, CustomStringConvertible {
  /// Which of the two.
  package enum Units: Sendable {
    case decimal, binary

    fileprivate var base: Double { self == .decimal ? 1000 : 1024 }
    fileprivate var digits: Int { self == .decimal ? 3 : 4 }
    fileprivate var names: [String] {
      switch self {
      case .decimal: ["B", "kB", "MB", "GB", "TB", "PB", "EB"]
      case .binary: ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
      }
    }
  }

  /// Not negative.
  package let bytes: Int64
  /// Which of the two.
  package let units: Units

  /// A number of bytes; a negative one counts as none.
  package init(bytes: Int64, _ units: Units = .decimal) {
    self.bytes = max(0, bytes)
    self.units = units
  }

  /// The words.
  package var description: String {
    var value = Double(bytes)
    var names = units.names[...]
    while value >= units.base, names.count > 1 {
      value /= units.base
      names.removeFirst()
    }
    return Self.significant(value, digits: units.digits) + names[names.startIndex]
  }

  /// Like C's `%.3g` and `%.4g` for values from 0 to what has so many digits: no zeros at the end. 999.9 in three becomes
  /// `1e+03` there, which nobody wants to read; here it is 1000.
  private static func significant(_ value: Double, digits: Int) -> String {
    let wholeDigits = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4
    let decimals = max(0, digits - wholeDigits)
    let scale = (0..<decimals).reduce(Int64(1)) { scale, _ in scale * 10 }
    let scaled = Int64((value * Double(scale)).rounded(.toNearestOrEven))
    guard scaled % scale != 0 else { return "\(scaled / scale)" }
    var fraction = String(scaled % scale)
    fraction = String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
    while fraction.hasSuffix("0") { fraction.removeLast() }
    return "\(scaled / scale).\(fraction)"
  }
}
