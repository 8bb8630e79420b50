package import LinuxSystem
package import Options

/// The value of `--since` and `--until` (moby, api/types/time, GetTimestamp): a moment, seconds since 1970 with or without
/// a fraction, or how long ago: `90s`, `1.5h`, `1h30m`.
package enum LogMoment {
  /// Reads a value.
  /// - Parameter now: what a time ago counts from.
  /// - Throws: `OptionError` when it is none of these.
  package static func read(_ text: String, option: String, now: Timestamp) throws(OptionError) -> Timestamp {
    if let moment = seconds(text) ?? Timestamp(text) ?? local(text) { return moment }
    if let ago = nanoseconds(text) {
      let total = Int64(now.seconds) * 1_000_000_000 + Int64(now.nanoseconds) - ago
      return Timestamp(seconds: total / 1_000_000_000, nanoseconds: Int32(total % 1_000_000_000))
    }
    throw OptionError(
      option, text,
      "expected a time such as 2026-08-01T10:00:00Z or 2026-08-01, seconds since 1970, or how long ago, such as 10m"
    )
  }

  private static func seconds(_ text: String) -> Timestamp? {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, isDigits(first), let seconds = Int64(first) else { return nil }
    guard parts.count == 2 else { return Timestamp(seconds: seconds) }
    guard isDigits(parts[1]), let nanoseconds = Int32((parts[1] + "000000000").prefix(9)) else { return nil }
    return Timestamp(seconds: seconds, nanoseconds: nanoseconds)
  }

  /// `2026-08-01`, `…T10`, `…T10:00`, `…T10:00:00` and a fraction: the local clock's.
  private static func local(_ text: String) -> Timestamp? {
    let halves = text.split(separator: "T", omittingEmptySubsequences: false)
    let whole = halves.count == 2 ? halves[1].split(separator: ".", omittingEmptySubsequences: false) : []
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    let clock = whole.first?.split(separator: ":", omittingEmptySubsequences: false) ?? []
    guard halves.count <= 2, whole.count <= 2, date.count == 3, date[0].utf8.count == 4, clock.count <= 3,
      (date + clock).allSatisfy(isDigits)
    else { return nil }
    let numbers = (date + clock).compactMap { Int($0) }
    let ranges = [1...9999, 1...12, 1...31, 0...23, 0...59, 0...60]
    guard numbers.count == date.count + clock.count, zip(numbers, ranges).allSatisfy({ $1.contains($0) }),
      let moment = Timestamp(local: numbers + [Int](repeating: 0, count: 6 - numbers.count))
    else { return nil }
    guard whole.count == 2 else { return moment }
    guard isDigits(whole[1]), let nanoseconds = Int32((whole[1] + "000000000").prefix(9)) else { return nil }
    return Timestamp(seconds: moment.seconds, nanoseconds: nanoseconds)
  }

  /// Go's durations: numbers with units, one after the other (time.ParseDuration).
  private static func nanoseconds(_ text: String) -> Int64? {
    let units = [("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 6e10), ("h", 3.6e12)]
    var rest = text[...]
    var total = 0.0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
      rest = rest[number.endIndex...]
      let name = rest.prefix { $0 != "." && !("0"..."9").contains($0) }
      rest = rest[name.endIndex...]
      guard let unit = units.first(where: { $0.0 == name })?.1, let value = Double(number) else { return nil }
      total += value * unit
    }
    return total < 4e18 ? Int64(total) : nil
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
