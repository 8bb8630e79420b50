/// A time as Go's `time.Duration` prints itself.
enum DurationText {
  /// `1h0m0s`, `1.5s`, `100ms`, `0s`: the unit is the largest that leaves a whole number, fractions without zeros at
  /// their end (Go, time/time.go, Duration.String).
  static func shortest(_ nanoseconds: Int64) -> String {
    let magnitude = nanoseconds.magnitude
    let sign = nanoseconds < 0 ? "-" : ""
    switch magnitude {
    case 0: return "0s"
    case ..<1000: return "\(sign)\(magnitude)ns"
    case ..<1_000_000: return "\(sign)\(decimal(magnitude, of: 1000))\u{b5}s"
    case ..<1_000_000_000: return "\(sign)\(decimal(magnitude, of: 1_000_000))ms"
    default: break
    }
    let minutes = magnitude / 60_000_000_000
    let seconds = "\(decimal(magnitude % 60_000_000_000, of: 1_000_000_000))s"
    let hours = minutes < 60 ? "" : "\(minutes / 60)h"
    return sign + hours + (minutes == 0 ? "" : "\(minutes % 60)m") + seconds
  }

  private static func decimal(_ number: UInt64, of unit: UInt64) -> String {
    let (whole, rest) = number.quotientAndRemainder(dividingBy: unit)
    guard rest > 0 else { return "\(whole)" }
    // The one is there for the zeros in front, and goes.
    var digits = String(unit + rest).dropFirst()
    while digits.last == "0" { digits.removeLast() }
    return "\(whole).\(digits)"
  }
}
