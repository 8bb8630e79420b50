/// The words of an instruction: separated by white space that is neither quoted nor escaped.
enum InstructionWords {
  /// The words as written, quotes included.
  static func split(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character.isWhitespace {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      word.append(character)
    }
    return word.isEmpty ? words : words + [word]
  }

  /// `NAME=value …`, or the old `NAME everything else`.
  static func pairs(_ text: String, of instruction: String) throws(InstructionError) -> [ImageInstruction
    .Pair]
  {
    let words = split(text)
    guard words.first?.contains("=") == true else {
      let name = words.first ?? ""
      let rest = trimmed(text.dropFirst(name.count))
      guard !rest.isEmpty else { throw InstructionError("\(instruction) must have two arguments") }
      return [ImageInstruction.Pair(name: name, value: rest)]
    }
    return try words.map { (word) throws(InstructionError) in
      guard let sign = word.firstIndex(of: "=") else {
        throw InstructionError(
          "Syntax error - can't find = in \"\(word)\". Must be of the form: name=value")
      }
      guard sign > word.startIndex else {
        throw InstructionError("\(instruction) names can not be blank")
      }
      return ImageInstruction.Pair(
        name: String(word[..<sign]), value: String(word[word.index(after: sign)...]))
    }
  }
}

/// What a word stands for: without its quotes, with the values of its variables (`$NAME`, `${NAME}`, `${NAME:-other}`,
/// `${NAME:+other}`).
struct InstructionExpansion {
  /// The value of a variable; nil when it is not set.
  let value: (String) -> String?

  func expand(_ word: String) throws(InstructionError) -> String {
    var rest = word[...]
    var text = ""
    var isQuoted = false
    while let character = rest.popFirst() {
      switch character {
      case "'" where !isQuoted:
        guard let end = rest.firstIndex(of: "'") else {
          throw InstructionError("unexpected end of statement while looking for matching single-quote")
        }
        text += rest[..<end]
        rest = rest[rest.index(after: end)...]
      case "\"": isQuoted.toggle()
      case "\\":
        guard let next = rest.popFirst() else { return text + "\\" }
        // Within double quotes only these lose the backslash, as in a shell.
        text += isQuoted && !"\"$\\".contains(next) ? "\\\(next)" : "\(next)"
      case "$": text += try variable(&rest)
      default: text.append(character)
      }
    }
    if isQuoted {
      throw InstructionError("unexpected end of statement while looking for matching double-quote")
    }
    return text
  }

  private func variable(_ rest: inout Substring) throws(InstructionError) -> String {
    guard rest.first == "{" else {
      let name = rest.prefix(while: Self.isNameCharacter)
      rest = rest[name.endIndex...]
      return name.isEmpty ? "$" : value(String(name)) ?? ""
    }
    guard let end = rest.firstIndex(of: "}") else { throw InstructionError("syntax error: missing '}'") }
    let inner = rest[rest.index(after: rest.startIndex)..<end]
    rest = rest[rest.index(after: end)...]
    let name = inner.prefix(while: Self.isNameCharacter)
    let modifier = inner[name.endIndex...]
    let found = value(String(name))
    guard !name.isEmpty else { throw InstructionError("unsupported substitution: ${\(inner)}") }
    if modifier.isEmpty { return found ?? "" }
    let isSet = found.map { !$0.isEmpty } ?? false
    if modifier.hasPrefix(":-") { return isSet ? found ?? "" : try expand(String(modifier.dropFirst(2))) }
    if modifier.hasPrefix(":+") { return isSet ? try expand(String(modifier.dropFirst(2))) : "" }
    throw InstructionError("unsupported modifier in substitution: ${\(inner)}")
  }

  private static func isNameCharacter(_ character: Character) -> Bool {
    character == "_" || (character.isASCII && (character.isLetter || character.isNumber))
  }
}
