internal import JSONDocument

/// Splits a template into its words (Go, text/template: Actions, Text and spaces).
struct Lexer {
  private let bytes: [UInt8]
  private var place = 0
  private var tokens: [Token] = []

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// The words, the last of them `.end`.
  static func tokens(_ text: String) throws(TemplateError) -> [Token] {
    var lexer = Lexer(text)
    try lexer.readAll()
    return lexer.tokens
  }

  private mutating func readAll() throws(TemplateError) {
    var trimsNext = false
    while true {
      let open = find("{{", from: place) ?? bytes.count
      let dashed = open < bytes.count && isTrimMarker(at: open + 2)
      addText(place..<open, trimStart: trimsNext, trimEnd: dashed)
      guard open < bytes.count else { break }
      place = open + (dashed ? 3 : 2)
      let body = dashed ? skippingSpaces(place) : place
      if starts("/*", at: body) {
        trimsNext = try skipComment(from: body)
      } else {
        tokens.append(Token(kind: .leftDelimiter, start: open, end: place))
        trimsNext = try readAction()
      }
    }
    tokens.append(Token(kind: .end, start: bytes.count, end: bytes.count))
  }

  /// `- ` after the opening braces.
  private func isTrimMarker(at index: Int) -> Bool {
    index + 1 < bytes.count && bytes[index] == UInt8(ascii: "-") && Self.isSpace(bytes[index + 1])
  }

  private mutating func addText(_ range: Range<Int>, trimStart: Bool, trimEnd: Bool) {
    var range = range
    if trimStart { range = min(skippingSpaces(range.lowerBound), range.upperBound)..<range.upperBound }
    if trimEnd {
      while let last = range.last, Self.isSpace(bytes[last]) { range = range.dropLast() }
    }
    guard !range.isEmpty else { return }
    tokens.append(Token(kind: .text(text(range)), start: range.lowerBound, end: range.upperBound))
  }

  /// - Returns: whether the text after it is trimmed.
  private mutating func skipComment(from start: Int) throws(TemplateError) -> Bool {
    guard let close = find("*/", from: start + 2) else { throw problem("unclosed comment", at: start) }
    let after = close + 2
    if starts("}}", at: after) {
      place = after + 2
      return false
    }
    guard let dash = trimmedEnd(at: after) else {
      throw problem("comment ends before closing delimiter", at: start)
    }
    place = dash
    return true
  }

  /// Where an action's ` -}}` ends that begins here.
  private func trimmedEnd(at index: Int) -> Int? {
    let dash = skippingSpaces(index)
    return dash > index && starts("-}}", at: dash) ? dash + 3 : nil
  }

  /// Reads the words up to the closing braces.
  /// - Returns: whether the text after it is trimmed.
  private mutating func readAction() throws(TemplateError) -> Bool {
    let start = place
    while place < bytes.count {
      let begin = place
      if let end = trimmedEnd(at: place) {
        place = end
        tokens.append(Token(kind: .rightDelimiter, start: begin, end: end))
        return true
      }
      if starts("}}", at: place) {
        place += 2
        tokens.append(Token(kind: .rightDelimiter, start: begin, end: place))
        return false
      }
      let kind = try readWord()
      tokens.append(Token(kind: kind, start: begin, end: place))
    }
    throw problem("unclosed action", at: start)
  }

  private mutating func readWord() throws(TemplateError) -> Token.Kind {
    let byte = bytes[place]
    if Self.isSpace(byte) {
      place = skippingSpaces(place)
      return .space
    }
    switch byte {
    case UInt8(ascii: ":"):
      guard starts(":=", at: place) else { throw problem("expected :=", at: place) }
      place += 2
      return .declare
    case UInt8(ascii: "="): return single(.assign)
    case UInt8(ascii: "|"): return single(.pipe)
    case UInt8(ascii: ","): return single(.comma)
    case UInt8(ascii: "("): return single(.leftParenthesis)
    case UInt8(ascii: ")"): return single(.rightParenthesis)
    case UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "'"): return .literal(try readQuoted())
    case UInt8(ascii: "$"):
      place += 1
      return .variable("$" + (try readName()))
    case UInt8(ascii: ".") where !isDigit(at: place + 1):
      place += 1
      let name = try readName()
      return name.isEmpty ? .dot : .field(name)
    case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return .literal(try readNumber())
    default:
      guard Self.isNamePart(byte) else { throw unexpected(at: place) }
      return .word(try readName())
    }
  }

  private mutating func single(_ kind: Token.Kind) -> Token.Kind {
    place += 1
    return kind
  }

  private mutating func readName() throws(TemplateError) -> String {
    let start = place
    while place < bytes.count, Self.isNamePart(bytes[place]) { place += 1 }
    // What follows a name must not look as if it were part of it.
    let ends: [UInt8] = Array(".,|:)(=".utf8)
    if place < bytes.count, !Self.isSpace(bytes[place]), !ends.contains(bytes[place]),
      !starts("}}", at: place)
    {
      throw unexpected(at: place)
    }
    return text(start..<place)
  }

  private mutating func readQuoted() throws(TemplateError) -> JSONValue {
    do throws(LiteralError) { return try Literal.quoted(bytes, &place) } catch {
      throw problem(error.problem, at: place)
    }
  }

  private mutating func readNumber() throws(TemplateError) -> JSONValue {
    let start = place
    place += 1
    while place < bytes.count {
      let byte = bytes[place]
      let isSign = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
      let isExponent = "eEpP".utf8.contains(bytes[place - 1]) && !starts("0x", at: start)
      guard Self.isNamePart(byte) || byte == UInt8(ascii: ".") || (isSign && isExponent) else { break }
      place += 1
    }
    let word = text(start..<place)
    guard let number = Literal.number(word) else {
      throw problem("bad number syntax: \"\(word)\"", at: start)
    }
    return number
  }
}

// Looking at the bytes.
extension Lexer {
  private func find(_ word: StaticString, from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if starts(word, at: index) { return index }
      index += 1
    }
    return nil
  }

  private func starts(_ word: StaticString, at index: Int) -> Bool {
    let word = word.description.utf8
    return index + word.count <= bytes.count && bytes[index..<index + word.count].elementsEqual(word)
  }

  private func skippingSpaces(_ start: Int) -> Int {
    var index = start
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    return index
  }

  private func isDigit(at index: Int) -> Bool {
    index < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

  /// Letters beyond ASCII count as letters.
  private static func isNamePart(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }

  private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private func problem(_ words: String, at index: Int) -> TemplateError {
    let line = bytes.prefix(index).count { $0 == UInt8(ascii: "\n") } + 1
    return .parsing(words, line: line)
  }

  private func unexpected(at index: Int) -> TemplateError {
    let character = String(decoding: bytes[index...].prefix(4), as: UTF8.self).prefix(1)
    return problem("unexpected \"\(character)\" in operand", at: index)
  }
}
