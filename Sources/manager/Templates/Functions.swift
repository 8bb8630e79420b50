internal import JSONDocument

/// Why a function refused its arguments; without its place.
struct FunctionError: Error {
  let problem: String

  init(_ problem: String) { self.problem = problem }
}

/// The functions that templates have: Go's own (text/template: Functions) and docker's (docker/cli,
/// templates/templates.go). `and` and `or` are not here: they look at an argument only when they need it.
struct Functions {
  let printing: Printing
  /// Whether a table's header is made: docker's functions then leave the column's name as it is.
  let makesHeader: Bool

  /// Every name that a template may use.
  static let names: Set<String> = [
    "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "index", "slice", "len", "print", "printf",
    "println",
    "html", "js", "urlquery", "call", "json", "split", "join", "title", "lower", "upper", "pad", "truncate",
  ]

  /// How many arguments a function takes.
  private static func counts(_ name: String) -> ClosedRange<Int> {
    switch name {
    case "not", "len", "json", "title", "lower", "upper": 1...1
    case "ne", "lt", "le", "gt", "ge", "split", "join", "truncate": 2...2
    case "pad": 3...3
    case "and", "or", "eq", "index", "slice", "printf", "call": 1...Int.max
    default: 0...Int.max
    }
  }

  /// The value of a function.
  func call(_ name: String, _ arguments: [TemplateValue]) throws(FunctionError) -> TemplateValue {
    let counts = Self.counts(name)
    guard counts.contains(arguments.count) else {
      let wanted = counts.upperBound == Int.max ? "at least \(counts.lowerBound)" : "\(counts.lowerBound)"
      throw FunctionError("wrong number of args for \(name): want \(wanted) got \(arguments.count)")
    }
    if makesHeader, ["json", "split", "join", "title", "lower", "upper", "truncate"].contains(name) {
      return arguments[0]
    }
    switch name {
    case "not": return TemplateValue(.bool(!arguments[0].isTrue))
    case "eq", "ne", "lt", "le", "gt", "ge": return TemplateValue(.bool(try Comparison.call(name, arguments)))
    case "index": return try index(arguments)
    case "slice": return try slice(arguments)
    case "len": return TemplateValue(.integer(Int64(try length(arguments[0]))))
    case "print": return TemplateValue(printing.joined(arguments))
    case "println": return TemplateValue(printing.line(arguments))
    case "printf":
      return TemplateValue(
        Format.text(try text(arguments[0]), Array(arguments.dropFirst()), printing))
    case "html": return TemplateValue(Quoting.html(printing.joined(arguments)))
    case "js": return TemplateValue(Quoting.javaScript(printing.joined(arguments)))
    case "urlquery": return TemplateValue(Quoting.query(printing.joined(arguments)))
    case "call": throw FunctionError("error calling call: a document has no functions to call")
    default: return try docker(name, arguments)
    }
  }

  private func docker(_ name: String, _ arguments: [TemplateValue]) throws(FunctionError) -> TemplateValue {
    switch name {
    case "json":
      return TemplateValue(String(decoding: JSON.write(arguments[0].json ?? .null), as: UTF8.self))
    case "split":
      return TemplateValue(
        .array(Self.split(try text(arguments[0]), try text(arguments[1])).map { .string($0) }))
    case "join":
      var words: [String] = []
      for element in try list(arguments[0]) { words.append(try text(TemplateValue(element))) }
      return TemplateValue(words.joined(separator: try text(arguments[1])))
    case "title": return TemplateValue(Self.title(try text(arguments[0])))
    case "lower": return TemplateValue(try text(arguments[0]).lowercased())
    case "upper": return TemplateValue(try text(arguments[0]).uppercased())
    case "pad":
      let text = try text(arguments[0])
      let (before, after) = (try count(arguments[1]), try count(arguments[2]))
      guard !text.isEmpty else { return TemplateValue(text) }
      return TemplateValue(
        String(repeating: " ", count: before) + text + String(repeating: " ", count: after))
    case "truncate":
      let (text, count) = (try text(arguments[0]), try count(arguments[1]))
      guard text.utf8.count > count else { return TemplateValue(text) }
      return TemplateValue(String(decoding: text.utf8.prefix(count), as: UTF8.self))
    default: throw FunctionError("function \"\(name)\" not defined")
    }
  }

  /// Go's `strings.Split`: an empty separator parts the characters.
  private static func split(_ text: String, _ separator: String) -> [String] {
    guard !separator.isEmpty else { return text.unicodeScalars.map { String($0) } }
    var parts: [String] = []
    var rest = Substring(text)
    while let range = rest.firstRange(of: separator) {
      parts.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    return parts + [String(rest)]
  }

  /// Go's `strings.Title`: the first letter of each word.
  private static func title(_ text: String) -> String {
    var begins = true
    return text.map { character in
      defer { begins = !(character.isLetter || character.isNumber || character == "_" || character == "'") }
      return begins ? character.uppercased() : String(character)
    }.joined()
  }
}

// Elements, and arguments of a certain kind.
extension Functions {
  private func index(_ arguments: [TemplateValue]) throws(FunctionError) -> TemplateValue {
    var value = arguments[0]
    for key in arguments.dropFirst() {
      switch value.json {
      case .array(let elements):
        let place = try integer(key)
        guard elements.indices.contains(place) else {
          throw FunctionError("error calling index: index out of range: \(place)")
        }
        value = TemplateValue(elements[place], member: printing.shape.element(of: value.member))
      case .string(let text):
        let (bytes, place) = (Array(text.utf8), try integer(key))
        guard bytes.indices.contains(place) else {
          throw FunctionError("error calling index: index out of range: \(place)")
        }
        value = TemplateValue(.integer(Int64(bytes[place])))
      case .object(let object):
        let name = try text(key)
        let member = printing.shape.element(of: value.member)
        value = object[name].map { TemplateValue($0, member: member) } ?? Self.absent(from: object)
      case .null where printing.shape.lists.contains(value.member):
        throw FunctionError("error calling index: index out of range: \(try integer(key))")
      case .null where printing.shape.maps.contains(value.member): value = TemplateValue("")
      case nil, .null: throw FunctionError("error calling index: index of untyped nil")
      default: throw FunctionError("error calling index: can't index item of type \(value.kindName)")
      }
    }
    return value
  }

  /// What Go has for a key that is not there: an empty string in a map of strings.
  private static func absent(from object: JSONObject) -> TemplateValue {
    let isOfStrings = object.members.allSatisfy { $0.value.string != nil }
    return isOfStrings ? TemplateValue("") : .missing
  }

  private func slice(_ arguments: [TemplateValue]) throws(FunctionError) -> TemplateValue {
    guard arguments.count <= 3 else {
      throw FunctionError("error calling slice: too many slice indexes: \(arguments.count - 1)")
    }
    let length = try length(arguments[0])
    let first = arguments.count > 1 ? try integer(arguments[1]) : 0
    let end = arguments.count > 2 ? try integer(arguments[2]) : length
    for place in [first, end] where place < 0 || place > length {
      throw FunctionError("error calling slice: index out of range: \(place)")
    }
    guard first <= end else {
      throw FunctionError("error calling slice: invalid slice index: \(first) > \(end)")
    }
    switch arguments[0].json {
    case .string(let text):
      return TemplateValue(String(decoding: Array(text.utf8)[first..<end], as: UTF8.self))
    case .array(let elements): return TemplateValue(.array(Array(elements[first..<end])))
    default: throw FunctionError("error calling slice: can't slice item of type \(arguments[0].kindName)")
    }
  }

  private func length(_ value: TemplateValue) throws(FunctionError) -> Int {
    switch value.json {
    case .string(let text): return text.utf8.count
    case .array(let elements): return elements.count
    case .object(let object): return object.count
    case .null
    where printing.shape.lists.contains(value.member) || printing.shape.maps.contains(value.member):
      return 0
    case nil, .null: throw FunctionError("error calling len: len of nil pointer")
    default: throw FunctionError("error calling len: len of type \(value.kindName)")
    }
  }

  private func text(_ value: TemplateValue) throws(FunctionError) -> String {
    guard let text = value.json?.string else { throw expected("string", value) }
    return text
  }

  private func list(_ value: TemplateValue) throws(FunctionError) -> [JSONValue] {
    if case .null = value.json, printing.shape.lists.contains(value.member) { return [] }
    guard let list = value.json?.array else { throw expected("[]string", value) }
    return list
  }

  private func integer(_ value: TemplateValue) throws(FunctionError) -> Int {
    if case .number(let number) = value.json, let whole = Int(exactly: number) { return whole }
    guard let number: Int = value.json?.integer() else { throw expected("int", value) }
    return number
  }

  /// How many bytes or spaces; no more than anybody means.
  private func count(_ value: TemplateValue) throws(FunctionError) -> Int {
    let count = try integer(value)
    guard count >= 0 else { throw FunctionError("negative count: \(count)") }
    return min(count, 1_000_000)
  }

  private func expected(_ type: String, _ value: TemplateValue) -> FunctionError {
    FunctionError("wrong type for value; expected \(type); got \(value.kindName)")
  }
}
