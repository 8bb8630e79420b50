/// Numbers with a fraction as Go's `strconv.FormatFloat` writes them.
enum FloatText {
  /// The shortest digits that mean the number, as `%v` has them.
  static func shortest(_ number: Double) -> String {
    if let special = special(number) { return special }
    let (digits, point) = decimal(shortestOf: number)
    return general(digits, point, isNegative: number.sign == .minus)
  }

  /// `%f`, `%e` or `%g` with so many digits; nil is as many as it takes.
  static func formatted(_ number: Double, verb: Character, precision: Int?) -> String {
    if let special = special(number) { return special }
    let isNegative = number.sign == .minus
    let lower = verb.lowercased()
    let upper = verb.isUppercase
    var text: String
    switch lower {
    case "f": text = fixed(exact(number), precision ?? 6, isNegative)
    case "e": text = exponential(exact(number), precision ?? 6, isNegative)
    default:
      guard let precision else { return upper ? shortest(number).uppercased() : shortest(number) }
      let digits = rounded(exact(number), keeping: max(1, precision))
      text = general(
        Array(digits.0.reversed().drop { $0 == 0 }.reversed()), digits.1, isNegative: isNegative,
        limit: max(1, precision))
    }
    if upper { text = text.uppercased() }
    return text
  }

  private static func special(_ number: Double) -> String? {
    if number.isNaN { return "NaN" }
    return number.isInfinite ? (number < 0 ? "-Inf" : "+Inf") : nil
  }

  /// `0.d₁d₂d₃… × 10^point`.
  private typealias Decimal = (digits: [UInt8], point: Int)

  /// From Swift's own description, which is the shortest too.
  private static func decimal(shortestOf number: Double) -> Decimal {
    var digits: [UInt8] = []
    var (point, exponent) = (0, 0)
    var isBehindPoint = false
    let parts = abs(number).description.split(separator: "e")
    for byte in (parts.first ?? "0").utf8 {
      if byte == UInt8(ascii: ".") {
        isBehindPoint = true
      } else {
        digits.append(byte - UInt8(ascii: "0"))
        if !isBehindPoint { point += 1 }
      }
    }
    if parts.count > 1 { exponent = Int(parts[1]) ?? 0 }
    while digits.first == 0 {
      digits.removeFirst()
      point -= 1
    }
    while digits.last == 0 { digits.removeLast() }
    return (digits, digits.isEmpty ? 1 : point + exponent)
  }

  /// All digits: a number is a whole one, doubled or halved some times.
  private static func exact(_ number: Double) -> Decimal {
    let magnitude = abs(number)
    guard magnitude > 0 else { return ([], 1) }
    var digits = String(magnitude.significandBitPattern | (magnitude.isNormal ? 1 << 52 : 0)).utf8
      .map { $0 - UInt8(ascii: "0") }
    var point = digits.count
    let power = (magnitude.isNormal ? Int(magnitude.exponentBitPattern) : 1) - 1075
    for _ in 0..<abs(power) {
      var carry: UInt8 = 0
      if power > 0 {
        for index in digits.indices.reversed() {
          let doubled = digits[index] * 2 + carry
          (digits[index], carry) = (doubled % 10, doubled / 10)
        }
        if carry > 0 {
          digits.insert(carry, at: 0)
          point += 1
        }
      } else {
        for index in digits.indices {
          let whole = carry * 10 + digits[index]
          (digits[index], carry) = (whole / 2, whole % 2)
        }
        if carry > 0 { digits.append(5) }
        if digits.first == 0 {
          digits.removeFirst()
          point -= 1
        }
      }
    }
    return (digits, point)
  }

  /// The first digits, the last of them rounded, a half to the even one.
  private static func rounded(_ decimal: Decimal, keeping count: Int) -> Decimal {
    var (digits, point) = decimal
    guard count < digits.count else { return decimal }
    guard count >= 0 else { return ([], point) }
    let rest = digits[count...]
    let isHalf = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
    let isOdd = count > 0 && digits[count - 1] % 2 == 1
    let goesUp = isHalf ? isOdd : (rest.first ?? 0) >= 5
    digits.removeLast(digits.count - count)
    guard goesUp else { return (digits, point) }
    for index in digits.indices.reversed() {
      if digits[index] < 9 {
        digits[index] += 1
        return (digits, point)
      }
      digits[index] = 0
    }
    digits.insert(1, at: 0)
    point += 1
    return (digits, point)
  }

  private static func fixed(_ decimal: Decimal, _ precision: Int, _ isNegative: Bool) -> String {
    let (digits, point) = rounded(decimal, keeping: decimal.point + precision)
    var text = isNegative ? "-" : ""
    text += point > 0 ? (0..<point).map { digit(digits, $0) }.joined() : "0"
    if precision > 0 { text += "." + (0..<precision).map { digit(digits, point + $0) }.joined() }
    return text
  }

  private static func exponential(_ decimal: Decimal, _ precision: Int, _ isNegative: Bool) -> String {
    let (digits, point) = rounded(decimal, keeping: precision + 1)
    var text = (isNegative ? "-" : "") + digit(digits, 0)
    if precision > 0 { text += "." + (1...precision).map { digit(digits, $0) }.joined() }
    return text + exponent(digits.isEmpty ? 0 : point - 1)
  }

  /// `%g`: with an exponent where it is small or large (strconv, ftoa.go).
  private static func general(
    _ digits: [UInt8], _ point: Int, isNegative: Bool, limit: Int? = nil
  ) -> String {
    let exponent = digits.isEmpty ? 0 : point - 1
    var largest = limit ?? 6
    if largest > digits.count, digits.count >= point { largest = digits.count }
    if limit == nil { largest = 6 }
    if exponent < -4 || exponent >= largest {
      return exponential((digits, point), max(0, digits.count - 1), isNegative)
    }
    return fixed((digits, point), max(0, digits.count - point), isNegative)
  }

  private static func exponent(_ number: Int) -> String {
    let digits = String(abs(number))
    return "e" + (number < 0 ? "-" : "+") + (digits.count < 2 ? "0" : "") + digits
  }

  private static func digit(_ digits: [UInt8], _ index: Int) -> String {
    digits.indices.contains(index) ? String(digits[index]) : "0"
  }
}
