internal import JSONDocument

/// `printf`: Go's verbs with their flags, widths and precisions (Go, fmt: Printing).
struct Format {
  private let printing: Printing
  private let values: [TemplateValue]
  private var next = 0

  private struct Verb {
    var flags: Set<Character> = []
    var width: Int?
    var precision: Int?
    var letter: Character = "v"
  }

  private init(_ printing: Printing, _ values: [TemplateValue]) {
    self.printing = printing
    self.values = values
  }

  /// The text with the values in it; what does not fit is told in it, as Go does.
  static func text(_ format: String, _ values: [TemplateValue], _ printing: Printing) -> String {
    var state = Format(printing, values)
    return state.run(format)
  }

  private mutating func run(_ format: String) -> String {
    var text = ""
    var rest = Substring(format)
    while let character = rest.popFirst() {
      guard character == "%" else {
        text.append(character)
        continue
      }
      guard let verb = parse(&rest) else { return text + "%!(NOVERB)" }
      if verb.letter == "%" { text += "%" } else { text += show(verb) }
    }
    guard next < values.count else { return text }
    let extra = values[next...].map { "\($0.kindName)=\(printing.inside($0))" }
    return text + "%!(EXTRA \(extra.joined(separator: ", ")))"
  }

  private mutating func parse(_ rest: inout Substring) -> Verb? {
    var verb = Verb()
    while let flag = rest.first, "+-# 0".contains(flag) {
      verb.flags.insert(flag)
      rest.removeFirst()
    }
    verb.width = number(&rest)
    if let width = verb.width, width < 0 {
      verb.flags.insert("-")
      verb.width = -width
    }
    if rest.first == "." {
      rest.removeFirst()
      verb.precision = max(0, number(&rest) ?? 0)
    }
    guard let letter = rest.popFirst() else { return nil }
    verb.letter = letter
    return verb
  }

  /// Digits, or `*` for the next value. No more than Go takes: nobody means a million spaces.
  private mutating func number(_ rest: inout Substring) -> Int? {
    if rest.first == "*" {
      rest.removeFirst()
      let value: Int? = next < values.count ? values[next].json?.integer() : nil
      next += 1
      return value.map { min(max($0, -1_000_000), 1_000_000) }
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    rest = rest.dropFirst(digits.count)
    return digits.isEmpty ? nil : min(Int(digits) ?? 1_000_000, 1_000_000)
  }

  private mutating func show(_ verb: Verb) -> String {
    guard next < values.count else { return "%!\(verb.letter)(MISSING)" }
    let value = values[next]
    next += 1
    if verb.letter == "T" { return pad(value.json == nil ? "<nil>" : value.kindName, verb) }
    return show(value, verb)
  }

  private func show(_ value: TemplateValue, _ verb: Verb) -> String {
    // Lists and maps by their elements, as Go does.
    switch value.json {
    case .array(let elements) where verb.letter != "v":
      return "[" + elements.map { show(TemplateValue($0), verb) }.joined(separator: " ") + "]"
    case .object(let object) where verb.letter != "v":
      let members = object.members.sorted { $0.key < $1.key }
      return "map["
        + members.map { show(TemplateValue($0.key), verb) + ":" + show(TemplateValue($0.value), verb) }
        .joined(separator: " ") + "]"
    default: break
    }
    if let text = scalar(value, verb) { return text }
    guard value.json != nil, value.json != .null else { return "%!\(verb.letter)(<nil>)" }
    return "%!\(verb.letter)(\(value.kindName)=\(printing.inside(value)))"
  }

  /// Nil when the verb is not for such a value.
  private func scalar(_ value: TemplateValue, _ verb: Verb) -> String? {
    switch (verb.letter, value.json) {
    case ("v", .string(let text)): return string(verb.flags.contains("#") ? Quoting.go(text) : text, verb)
    case ("v", .integer), ("v", .unsigned), ("d", .integer), ("d", .unsigned):
      return integer(value, verb, radix: 10)
    case ("v", .number(let number)):
      return signed(verb.precision == nil ? FloatText.shortest(number) : float(number, "g", verb), verb)
    case ("v", _): return pad(printing.inside(value), verb)
    case ("t", .bool(let flag)): return pad(flag ? "true" : "false", verb)
    case ("s", .string(let text)): return string(text, verb)
    case ("q", .string(let text)):
      let cut = verb.precision.map { String(text.prefix($0)) } ?? text
      return pad(Quoting.go(cut), verb)
    case ("q", .integer(let number)): return character(number).map { pad("'\($0)'", verb) }
    case ("x", .string(let text)), ("X", .string(let text)):
      let digits = text.utf8.map {
        ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: verb.letter == "X")
      }
      return pad(digits.joined(separator: verb.flags.contains(" ") ? " " : ""), verb)
    case ("b", .integer): return integer(value, verb, radix: 2)
    case ("o", .integer): return integer(value, verb, radix: 8)
    case ("x", .integer), ("X", .integer): return integer(value, verb, radix: 16)
    case ("c", .integer(let number)): return character(number).map { pad("\($0)", verb) }
    case ("U", .integer(let number)):
      let digits = String(number, radix: 16, uppercase: true)
      return pad("U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits, verb)
    case ("e", .number(let number)), ("E", .number(let number)), ("f", .number(let number)),
      ("F", .number(let number)), ("g", .number(let number)), ("G", .number(let number)):
      return signed(float(number, verb.letter, verb), verb)
    default: return nil
    }
  }

  private func character(_ number: Int64) -> Unicode.Scalar? {
    UInt32(exactly: number).flatMap(Unicode.Scalar.init)
  }

  private func float(_ number: Double, _ letter: Character, _ verb: Verb) -> String {
    FloatText.formatted(number, verb: letter == "F" ? "f" : letter, precision: verb.precision)
  }

  private func string(_ text: String, _ verb: Verb) -> String {
    pad(verb.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text, verb)
  }

  private func integer(_ value: TemplateValue, _ verb: Verb, radix: Int) -> String {
    let upper = verb.letter == "X"
    let digits: String
    switch value.json {
    case .integer(let number): digits = String(number, radix: radix, uppercase: upper)
    case .unsigned(let number): digits = String(number, radix: radix, uppercase: upper)
    default: return ""
    }
    let isNegative = digits.hasPrefix("-")
    var text = isNegative ? String(digits.dropFirst()) : digits
    if let precision = verb.precision {
      text = String(repeating: "0", count: max(0, precision - text.count)) + text
    }
    if verb.flags.contains("#"), radix != 10 {
      text = (radix == 16 ? (upper ? "0X" : "0x") : radix == 8 ? "0" : "0b") + text
    }
    return signed((isNegative ? "-" : "") + text, verb)
  }

  /// A sign where one is asked for, then zeros or spaces.
  private func signed(_ text: String, _ verb: Verb) -> String {
    var text = text
    let hasSign = text.hasPrefix("-") || text.hasPrefix("+")
    if !hasSign, verb.flags.contains("+") {
      text = "+" + text
    } else if !hasSign, verb.flags.contains(" ") {
      text = " " + text
    }
    let lacking = (verb.width ?? 0) - text.unicodeScalars.count
    guard lacking > 0, verb.flags.contains("0"), !verb.flags.contains("-") else { return pad(text, verb) }
    let sign = text.prefix { "+- ".contains($0) }
    return sign + String(repeating: "0", count: lacking) + text.dropFirst(sign.count)
  }

  private func pad(_ text: String, _ verb: Verb) -> String {
    let lacking = (verb.width ?? 0) - text.unicodeScalars.count
    guard lacking > 0 else { return text }
    let spaces = String(repeating: " ", count: lacking)
    return verb.flags.contains("-") ? text + spaces : spaces + text
  }
}
