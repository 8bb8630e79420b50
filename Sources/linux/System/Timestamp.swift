internal import CLinux
internal import Glibc

/// A moment of the wall clock, printed as RFC 3339 with nanoseconds in UTC.
package struct Timestamp: Sendable, Equatable, Comparable, Hashable {
  /// Seconds since 1970-01-01T00:00:00Z.
  package let seconds: Int64
  /// 0 to 999,999,999.
  package let nanoseconds: Int32

  package init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// What Go's documents have for no moment: the beginning of year 1 (package time, Time.IsZero).
  package static let never = Timestamp(seconds: -62_135_596_800)

  /// The present moment. Calls `clock_gettime(2)` CLOCK_REALTIME.
  package static func now() -> Timestamp {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }

  /// A moment that the local clock has shown; nil for one that no calendar has. Calls `mktime(3)`.
  /// - Parameter fields: year, month from 1 on, day, hour, minute, second.
  package init?(local fields: [Int]) {
    guard fields.count == 6, fields.allSatisfy({ (0...9999).contains($0) }) else { return nil }
    let fields = fields.map { Int32($0) }
    // mktime makes the 31st of April the 1st of May.
    let days = Timestamp.days(year: Int(fields[0]), month: Int(fields[1]), day: Int(fields[2]))
    guard Timestamp.date(days: days).day == fields[2] else { return nil }
    self.init(
      seconds: clinux_mktime(fields[0], fields[1], fields[2], fields[3], fields[4], fields[5]))
  }

  package static func < (a: Timestamp, b: Timestamp) -> Bool {
    (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
  }

  /// `2026-08-01T10:00:00.000000000Z`.
  package var description: String { String(decoding: ascii, as: UTF8.self) }

  /// The same in ASCII, for logs: no text is made on the way.
  package var ascii: [UInt8] {
    let (year, month, day) = Timestamp.date(days: Int((Double(seconds) / 86400).rounded(.down)))
    let ofDay = Int(((seconds % 86400) + 86400) % 86400)
    var text: [UInt8] = []
    text.reserveCapacity(30)
    func put(_ value: Int, _ width: Int, _ end: Unicode.Scalar) {
      var unit = 1
      for _ in 1..<width { unit *= 10 }
      while unit > 0 {
        text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / unit % 10))
        unit /= 10
      }
      text.append(UInt8(ascii: end))
    }
    put(year, 4, "-")
    put(month, 2, "-")
    put(day, 2, "T")
    put(ofDay / 3600, 2, ":")
    put(ofDay / 60 % 60, 2, ":")
    put(ofDay % 60, 2, ".")
    put(Int(nanoseconds), 9, "Z")
    return text
  }

  /// The same moment as the local clock shows it, with what that is ahead of UTC: `2026-08-01T12:00:00.000000000+02:00`.
  /// Calls `localtime_r(3)`.
  package var localASCII: [UInt8] {
    let offset = clinux_local_offset(seconds)
    let minutes = UInt8(truncatingIfNeeded: abs(offset) / 60 % 60)
    let hours = UInt8(truncatingIfNeeded: abs(offset) / 3600)
    var text = Timestamp(seconds: seconds + offset, nanoseconds: nanoseconds).ascii
    text[text.count - 1] = UInt8(ascii: offset < 0 ? "-" : "+")
    text += [hours / 10 + 0x30, hours % 10 + 0x30, 0x3A, minutes / 10 + 0x30, minutes % 10 + 0x30]
    return text
  }

  /// Reads RFC 3339, with any number of fraction digits and `Z` or an offset; nil when it is none.
  package init?(_ text: String) {
    if let moment = Timestamp.written(text) {
      self = moment
      return
    }
    let fields = text.utf8.split(maxSplits: 1) { $0 == UInt8(ascii: "T") || $0 == UInt8(ascii: "t") }
    guard fields.count == 2,
      let date = Timestamp.numbers(Substring(fields[0]), "-", [1...9999, 1...12, 1...31])
    else {
      return nil
    }
    let rest = Substring(fields[1])
    guard let zoneStart = rest.firstIndex(where: { "Zz+-".contains($0) }) else { return nil }
    let clock = rest[..<zoneStart].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = clock.first, let time = Timestamp.numbers(first, ":", [0...23, 0...59, 0...60]) else {
      return nil
    }
    let fraction = clock.count == 2 ? clock[1] : "0"
    guard !fraction.isEmpty, fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let digits = Int32((fraction + "000000000").prefix(9))
    else { return nil }
    var offset = 0
    let zone = rest[zoneStart...]
    if zone != "Z", zone != "z" {
      guard let parts = Timestamp.numbers(zone.dropFirst(), ":", [0...23, 0...59]) else { return nil }
      offset = (parts[0] * 3600 + parts[1] * 60) * (zone.first == "-" ? -1 : 1)
    }
    let days = Timestamp.days(year: date[0], month: date[1], day: date[2])
    self.init(
      seconds: Int64(days * 86400 + time[0] * 3600 + time[1] * 60 + time[2] - offset), nanoseconds: digits)
  }

  /// Reads what `description` writes, `2026-01-02T03:04:05.000000000Z`, in one pass: lists read hundreds of them. Nil for
  /// everything else.
  private static func written(_ text: String) -> Timestamp? {
    let pattern: StaticString = "0000-00-00T00:00:00.000000000Z"
    var numbers: (Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0)
    var (index, number, field) = (0, 0, 0)
    for byte in text.utf8 {
      guard index < pattern.utf8CodeUnitCount else { return nil }
      let expected = unsafe pattern.utf8Start[index]
      index += 1
      if expected == UInt8(ascii: "0") {
        guard (0x30...0x39).contains(byte) else { return nil }
        number = number * 10 + Int(byte) - 0x30
        continue
      }
      guard byte == expected else { return nil }
      switch field {
      case 0: numbers.0 = number
      case 1: numbers.1 = number
      case 2: numbers.2 = number
      case 3: numbers.3 = number
      case 4: numbers.4 = number
      case 5: numbers.5 = number
      default: numbers.6 = number
      }
      (number, field) = (0, field + 1)
    }
    let (year, month, day, hour, minute, second, fraction) = numbers
    guard index == pattern.utf8CodeUnitCount, year > 0, (1...12).contains(month), (1...31).contains(day),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let days = Timestamp.days(year: year, month: month, day: day)
    return Timestamp(
      seconds: Int64(days * 86400 + hour * 3600 + minute * 60 + second), nanoseconds: Int32(fraction))
  }

  /// Numbers of digits alone, each within its range: text from outside must not reach the arithmetic unchecked.
  private static func numbers(_ text: Substring, _ separator: Character, _ ranges: [ClosedRange<Int>])
    -> [Int]?
  {
    let pieces = text.split(separator: separator, omittingEmptySubsequences: false)
    guard pieces.count == ranges.count else { return nil }
    let values = zip(pieces, ranges).compactMap { piece, range -> Int? in
      guard piece.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(piece) else { return nil }
      return range.contains(value) ? value : nil
    }
    return values.count == ranges.count ? values : nil
  }

  // The proleptic Gregorian calendar in eras of 400 years, years counted from March so that the leap day is last.
  private static func date(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }

  private static func days(year: Int, month: Int, day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

extension Timestamp: CustomStringConvertible {}

/// Seconds on the monotonic clock, for measuring and deadlines. Calls `clock_gettime(2)`.
package func monotonicSeconds() -> Double {
  var time = timespec()
  _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Sleeps. Calls `nanosleep(2)`.
package func sleep(milliseconds: Int) {
  var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
  var left = timespec()
  while unsafe nanosleep(&time, &left) != 0, errno == EINTR { time = left }
}
