internal import JSONDocument

/// Puts the words of a template together (Go, text/template/parse).
struct Parser {
  private let text: [UInt8]
  private let tokens: [Token]
  private var index = 0
  /// The variables that are known at this place.
  private var variables = ["$"]
  private var loops = 0
  private var depth = 0
  /// The templates named by `define` and `block`.
  private(set) var definitions: [String: [Node]] = [:]

  init(_ text: String) throws(TemplateError) {
    self.text = Array(text.utf8)
    tokens = try Lexer.tokens(text)
  }

  /// Reads the whole text.
  mutating func parseAll() throws(TemplateError) -> [Node] {
    let (nodes, ending) = try parseList()
    if let ending { throw problem("unexpected {{\(ending)}}") }
    return nodes
  }

  // MARK: Lists and keywords

  /// Parts up to an `end` or `else`, of which the words after it are not read yet; or up to the text's end.
  private mutating func parseList() throws(TemplateError) -> (nodes: [Node], ending: String?) {
    // A template that nests deeper than this is no template, and must not end the program.
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw problem("nested too deeply") }
    var nodes: [Node] = []
    while true {
      let token = tokens[index]
      index += 1
      switch token.kind {
      case .text(let text): nodes.append(.text(text))
      case .leftDelimiter:
        let word = keyword()
        if word == "end" || word == "else" {
          skipSpace()
          index += 1
          return (nodes, word)
        }
        if let node = try parseAction(word) { nodes.append(node) }
      default: return (nodes, nil)
      }
    }
  }

  private static let keywords = [
    "block", "break", "continue", "define", "else", "end", "if", "range", "template", "with",
  ]

  /// The keyword that stands next; nil when there is none.
  private mutating func keyword() -> String? {
    skipSpace()
    guard case .word(let word) = tokens[index].kind, Self.keywords.contains(word) else { return nil }
    return word
  }

  private mutating func parseAction(_ keyword: String?) throws(TemplateError) -> Node? {
    if keyword != nil { index += 1 }
    switch keyword {
    case "if": return .branch(try parseBranch(.choose))
    case "with": return .branch(try parseBranch(.with))
    case "range": return .branch(try parseBranch(.range))
    case "break", "continue":
      guard loops > 0 else { throw problem("{{\(keyword ?? "")}} outside {{range}}") }
      try expectEnd(of: keyword ?? "")
      return keyword == "break" ? .leaveLoop : .nextTurn
    case "define":
      try parseDefinition(try expectName("define clause"))
      return nil
    case "block": return try parseBlock()
    case "template":
      let place = place(at: index)
      let name = try expectName("template clause")
      skipSpace()
      let isAlone = tokens[index].kind == .rightDelimiter
      let argument = isAlone ? nil : try parsePipeline("template clause", until: .rightDelimiter)
      if isAlone { index += 1 }
      return .call(name: name, argument: argument, place: place)
    default: return .action(try parsePipeline("command", until: .rightDelimiter))
    }
  }

  private mutating func parseBranch(_ kind: Branch.Kind) throws(TemplateError) -> Branch {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let condition = try parsePipeline(kind.rawValue, until: .rightDelimiter, isRange: kind == .range)
    if kind == .range { loops += 1 }
    var (body, ending) = try parseList()
    if kind == .range { loops -= 1 }
    var otherwise: [Node] = []
    if ending == "else" {
      skipSpace()
      if case .word(let word) = tokens[index].kind, word == kind.rawValue, kind != .range {
        // `{{else if …}}` shares its end with this one.
        index += 1
        return Branch(
          kind: kind, condition: condition, body: body, otherwise: [.branch(try parseBranch(kind))])
      }
      try expectEnd(of: "else")
      (otherwise, ending) = try parseList()
    }
    guard ending == "end" else {
      throw problem(ending == nil ? "unexpected EOF" : "expected end; found {{else}}")
    }
    try expectEnd(of: "end")
    return Branch(kind: kind, condition: condition, body: body, otherwise: otherwise)
  }

  private mutating func parseDefinition(_ name: String) throws(TemplateError) {
    try expectEnd(of: "define clause")
    definitions[name] = try parseNamed()
  }

  private mutating func parseBlock() throws(TemplateError) -> Node {
    let place = place(at: index)
    let name = try expectName("block clause")
    let argument = try parsePipeline("block clause", until: .rightDelimiter)
    definitions[name] = try parseNamed()
    return .call(name: name, argument: argument, place: place)
  }

  /// The parts of a template with a name: it knows no variables but its own.
  private mutating func parseNamed() throws(TemplateError) -> [Node] {
    let outside = (variables, loops)
    defer { (variables, loops) = outside }
    (variables, loops) = (["$"], 0)
    let (body, ending) = try parseList()
    guard ending == "end" else { throw problem("unexpected EOF") }
    try expectEnd(of: "end")
    return body
  }

  // MARK: Pipelines

  private mutating func parsePipeline(
    _ context: String, until end: Token.Kind, isRange: Bool = false
  ) throws(TemplateError) -> Pipeline {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw problem("nested too deeply") }
    let (names, assigns) = try parseDeclaration(isRange: isRange)
    var commands: [[Operand]] = []
    while true {
      skipSpace()
      if tokens[index].kind == end { break }
      let command = try parseCommand(context)
      if !commands.isEmpty, !command.canTakeValue {
        throw problem("non executable command in pipeline stage \(commands.count + 1)")
      }
      commands.append(command)
      guard tokens[index].kind == .pipe else { continue }
      index += 1
      skipSpace()
      if tokens[index].kind == end { throw problem("missing value for \(context)") }
    }
    index += 1
    guard !commands.isEmpty else { throw problem("missing value for \(context)") }
    if !assigns { variables += names }
    return Pipeline(variables: names, assigns: assigns, commands: commands)
  }

  /// `$x :=`, `$x =`, and in a range `$i, $x :=`.
  private mutating func parseDeclaration(
    isRange: Bool
  ) throws(TemplateError) -> (names: [String], assigns: Bool) {
    let start = index
    var names: [String] = []
    while true {
      skipSpace()
      guard case .variable(let name) = tokens[index].kind else { break }
      index += 1
      names.append(name)
      skipSpace()
      switch tokens[index].kind {
      case .declare:
        index += 1
        return (names, false)
      case .assign:
        index += 1
        for name in names { try checkVariable(name) }
        return (names, true)
      case .comma where isRange && names.count == 1: index += 1
      case .comma: throw problem("too many declarations in \(isRange ? "range" : "command")")
      default:
        index = start
        return ([], false)
      }
    }
    index = start
    return ([], false)
  }

  private mutating func parseCommand(_ context: String) throws(TemplateError) -> [Operand] {
    var operands: [Operand] = []
    while true {
      skipSpace()
      guard let operand = try parseOperand() else { break }
      operands.append(operand)
      switch tokens[index].kind {
      case .space, .rightDelimiter, .rightParenthesis, .pipe: break
      default: throw unexpected("operand")
      }
    }
    switch tokens[index].kind {
    case .rightDelimiter, .rightParenthesis, .pipe:
      guard operands.isEmpty else { return operands }
      throw tokens[index].kind == .pipe ? problem("missing value for \(context)") : unexpected(context)
    default: throw unexpected(context)
    }
  }

  /// A word with the fields after it; nil where none begins.
  private mutating func parseOperand() throws(TemplateError) -> Operand? {
    let start = index
    guard let kind = try parseTerm() else { return nil }
    var fields: [String] = []
    if case .field(let name) = tokens[start].kind { fields.append(name) }
    while case .field(let name) = tokens[index].kind {
      index += 1
      switch kind {
      case .literal, .none: throw problem("unexpected . after term \"\(source(start, index - 1))\"")
      case .dot where fields.isEmpty: throw problem("unexpected . after term \".\"")
      default: fields.append(name)
      }
    }
    return Operand(kind: kind, fields: fields, place: place(at: start, to: index))
  }

  private mutating func parseTerm() throws(TemplateError) -> Operand.Kind? {
    let kind = tokens[index].kind
    switch kind {
    case .dot, .field:
      index += 1
      return .dot
    case .literal(let value):
      index += 1
      return .literal(value)
    case .variable(let name):
      try checkVariable(name)
      index += 1
      return .variable(name)
    case .word(let word):
      index += 1
      switch word {
      case "true", "false": return .literal(.bool(word == "true"))
      case "nil": return Operand.Kind.none
      default:
        guard Functions.names.contains(word) else { throw problem("function \"\(word)\" not defined") }
        return .function(word)
      }
    case .leftParenthesis:
      index += 1
      return .pipeline(try parsePipeline("parenthesized pipeline", until: .rightParenthesis))
    default: return nil
    }
  }

  // MARK: Looking around

  private mutating func skipSpace() {
    while tokens[index].kind == .space { index += 1 }
  }

  private mutating func expectEnd(of context: String) throws(TemplateError) {
    skipSpace()
    guard tokens[index].kind == .rightDelimiter else { throw unexpected(context) }
    index += 1
  }

  private mutating func expectName(_ context: String) throws(TemplateError) -> String {
    skipSpace()
    guard case .literal(.string(let name)) = tokens[index].kind else { throw unexpected(context) }
    index += 1
    return name
  }

  private func checkVariable(_ name: String) throws(TemplateError) {
    guard variables.contains(name) else { throw problem("undefined variable \"\(name)\"") }
  }

  private func source(_ first: Int, _ end: Int) -> String {
    String(decoding: text[tokens[first].start..<tokens[max(first, end - 1)].end], as: UTF8.self)
  }

  private func place(at first: Int, to end: Int? = nil) -> Place {
    let before = text.prefix(tokens[first].start)
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return Place(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - lineStart,
      source: source(first, end ?? first + 1))
  }

  private func problem(_ words: String) -> TemplateError {
    .parsing(words, line: place(at: max(0, index - 1)).line)
  }

  private func unexpected(_ context: String) -> TemplateError {
    guard tokens[index].kind != .end else { return problem("unexpected EOF") }
    return problem("unexpected \"\(source(index, index + 1))\" in \(context)")
  }
}

extension [Operand] {
  /// Whether a command can be given the value of the one before it.
  fileprivate var canTakeValue: Bool {
    guard let first else { return false }
    switch first.kind {
    case .function, .pipeline, .variable: return true
    case .dot: return !first.fields.isEmpty
    case .literal, .none: return false
    }
  }
}
