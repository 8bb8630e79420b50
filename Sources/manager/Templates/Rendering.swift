internal import JSONDocument

/// One application of a template to a document (Go, text/template/exec.go).
struct Rendering {
  /// What becomes of the parts behind one.
  private enum Flow {
    case goesOn
    case leavesLoop
    case takesNextTurn
  }

  private let definitions: [String: [Node]]
  private let shape: TemplateShape
  private let document: JSONValue
  private let method: GoTemplate.Method
  private let functions: Functions
  private let isHeader: Bool
  private var variables: [(name: String, value: TemplateValue)] = []
  private var depth = 0
  private var text = ""

  init(
    _ definitions: [String: [Node]], _ document: JSONValue, shape: TemplateShape, isHeader: Bool,
    method: @escaping GoTemplate.Method
  ) {
    self.definitions = definitions
    self.document = document
    self.shape = shape
    self.method = method
    self.isHeader = isHeader
    functions = Functions(printing: Printing(shape: shape), makesHeader: isHeader)
  }

  /// The text of the parts, applied to the document.
  mutating func run(_ nodes: [Node]) throws(TemplateError) -> String {
    let dot = TemplateValue(document)
    variables = [("$", dot)]
    if case .goesOn = try walk(nodes, dot) {}
    return text
  }

  private mutating func walk(_ nodes: [Node], _ dot: TemplateValue) throws(TemplateError) -> Flow {
    for node in nodes {
      switch node {
      case .text(let words): text += words
      case .action(let pipeline):
        let value = try evaluate(pipeline, dot)
        declare(pipeline, value)
        if pipeline.variables.isEmpty { text += functions.printing.text(value) }
      case .branch(let branch):
        let flow = try walk(branch, dot)
        guard case .goesOn = flow else { return flow }
      case .leaveLoop: return .leavesLoop
      case .nextTurn: return .takesNextTurn
      case .call(let name, let argument, let place):
        guard let nodes = definitions[name] else { throw problem("template \"\(name)\" not defined", place) }
        let value =
          try argument.map { pipeline throws(TemplateError) in try evaluate(pipeline, dot) } ?? .missing
        try call(nodes, value, place)
      }
    }
    return .goesOn
  }

  /// A template with a name sees its argument and no variables of the one that calls it.
  private mutating func call(_ nodes: [Node], _ argument: TemplateValue, _ place: Place) throws(TemplateError)
  {
    depth += 1
    defer { depth -= 1 }
    guard depth < 200 else { throw problem("exceeded maximum template depth (200)", place) }
    let outside = variables
    variables = [("$", argument)]
    defer { variables = outside }
    if case .goesOn = try walk(nodes, argument) {}
  }

  private mutating func walk(_ branch: Branch, _ dot: TemplateValue) throws(TemplateError) -> Flow {
    let known = variables.count
    defer { variables.removeLast(variables.count - known) }
    let value = try evaluate(branch.condition, dot)
    switch branch.kind {
    case .range: return try loop(branch, value, dot)
    case .choose, .with:
      declare(branch.condition, value)
      guard value.isTrue else { return try walk(branch.otherwise, dot) }
      return try walk(branch.body, branch.kind == .with ? value : dot)
    }
  }

  private mutating func loop(
    _ branch: Branch, _ value: TemplateValue, _ dot: TemplateValue
  ) throws(TemplateError) -> Flow {
    let turns = try turns(over: value, branch.condition)
    let names = branch.condition.variables
    let known = variables.count
    for (key, element) in turns {
      for (name, value) in zip(names, names.count == 1 ? [element] : [key, element]) {
        set(name, value, assigns: branch.condition.assigns)
      }
      let flow = try walk(branch.body, element)
      variables.removeLast(variables.count - known)
      if case .leavesLoop = flow { break }
    }
    return turns.isEmpty ? try walk(branch.otherwise, dot) : .goesOn
  }

  /// What a loop goes through: index or key, and element. Maps by their sorted keys.
  private func turns(
    over value: TemplateValue, _ pipeline: Pipeline
  ) throws(TemplateError) -> [(TemplateValue, TemplateValue)] {
    switch value.json {
    case nil, .null: return []
    case .array(let elements):
      let member = shape.element(of: value.member)
      return elements.enumerated().map {
        (TemplateValue(.integer(Int64($0))), TemplateValue($1, member: member))
      }
    case .object(let object):
      return object.members.sorted { $0.key < $1.key }.map {
        (TemplateValue($0.key), TemplateValue($0.value, member: member($0.key, of: value)))
      }
    case .integer(let count) where count <= 1_000_000:
      return (0..<max(0, count)).map { (TemplateValue(.integer($0)), TemplateValue(.integer($0))) }
    default:
      throw problem(
        "range can't iterate over \(functions.printing.text(value))", pipeline.commands[0][0].place)
    }
  }

  private func isMap(_ value: TemplateValue) -> Bool { shape.maps.contains(value.member) }

  private func member(_ name: String, of value: TemplateValue) -> String {
    isMap(value) ? shape.element(of: value.member) : shape.member(name, of: value.member)
  }

  private mutating func declare(_ pipeline: Pipeline, _ value: TemplateValue) {
    for name in pipeline.variables { set(name, value, assigns: pipeline.assigns) }
  }

  private mutating func set(_ name: String, _ value: TemplateValue, assigns: Bool) {
    if assigns, let index = variables.lastIndex(where: { $0.name == name }) {
      variables[index].value = value
    } else {
      variables.append((name, value))
    }
  }
}

// The values of pipelines.
extension Rendering {
  private func evaluate(_ pipeline: Pipeline, _ dot: TemplateValue) throws(TemplateError) -> TemplateValue {
    var value: TemplateValue?
    for command in pipeline.commands { value = try evaluate(command, dot, final: value) }
    return value ?? .missing
  }

  /// A command's value; `final` is that of the command before it.
  private func evaluate(
    _ command: [Operand], _ dot: TemplateValue, final: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    let first = command[0]
    let rest = command.dropFirst()
    if case .function(let name) = first.kind {
      let value =
        name == "and" || name == "or"
        ? try shortCut(name, rest, dot, final, first.place)
        : try call(name, try arguments(rest, dot, final), first.place)
      return try follow(first.fields[...], from: value, first.place)
    }
    if rest.isEmpty, final == nil {
      if case .none = first.kind { throw problem("nil is not a command", first.place) }
      return try self.value(of: first, dot)
    }
    guard let name = first.fields.last else {
      throw problem("can't give argument to non-function \(first.place.source)", first.place)
    }
    // The last field is a method.
    var receiver = first
    receiver.fields.removeLast()
    return try callMethod(
      name, of: try value(of: receiver, dot), try arguments(rest, dot, final), first.place)
  }

  private func arguments(
    _ operands: ArraySlice<Operand>, _ dot: TemplateValue, _ final: TemplateValue?
  ) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    for operand in operands { values.append(try value(of: operand, dot)) }
    if let final { values.append(final) }
    return values
  }

  /// A word by itself.
  private func value(of operand: Operand, _ dot: TemplateValue) throws(TemplateError) -> TemplateValue {
    let start: TemplateValue
    switch operand.kind {
    case .dot: start = dot
    case .none: return TemplateValue(.null)
    case .literal(let literal): return TemplateValue(literal)
    case .variable(let name): start = variables.last { $0.name == name }?.value ?? .missing
    case .function(let name): start = try call(name, [], operand.place)
    case .pipeline(let pipeline): start = try evaluate(pipeline, dot)
    }
    return try follow(operand.fields[...], from: start, operand.place)
  }

  private func follow(
    _ fields: ArraySlice<String>, from start: TemplateValue, _ place: Place
  ) throws(TemplateError) -> TemplateValue {
    var value = start
    for name in fields { value = try field(name, of: value, place) }
    return value
  }

  private func field(_ name: String, of value: TemplateValue, _ place: Place) throws(TemplateError)
    -> TemplateValue
  {
    switch value.json {
    case .object(let object):
      if let found = object[name] { return TemplateValue(found, member: member(name, of: value)) }
      guard !isMap(value), !isHeader else { return .missing }
      if let other = shape.alias(name, of: value.member), let found = object[other] {
        return TemplateValue(found, member: member(other, of: value))
      }
      if let zero = shape.absent(name, of: value.member) { return zero }
      throw problem("map has no entry for key \"\(name)\"", place)
    case nil, .null:
      guard !isMap(value) else { return .missing }
      throw problem("nil pointer evaluating interface {}.\(name)", place)
    default: throw problem("can't evaluate field \(name) in type \(value.kindName)", place)
    }
  }

  private func callMethod(
    _ name: String, of value: TemplateValue, _ arguments: [TemplateValue], _ place: Place
  ) throws(TemplateError) -> TemplateValue {
    if value.json == document, let argument = arguments.first?.json?.string, arguments.count == 1,
      let answer = method(name, argument)
    {
      return TemplateValue(answer)
    }
    throw problem("\(name) is not a method but has arguments", place)
  }

  private func call(
    _ name: String, _ arguments: [TemplateValue], _ place: Place
  ) throws(TemplateError) -> TemplateValue {
    do throws(FunctionError) { return try functions.call(name, arguments) } catch {
      throw problem(error.problem, place)
    }
  }

  /// `and` gives the first argument that is empty, `or` the first that is not, else the last; what comes behind is not
  /// looked at.
  private func shortCut(
    _ name: String, _ operands: ArraySlice<Operand>, _ dot: TemplateValue, _ final: TemplateValue?,
    _ place: Place
  ) throws(TemplateError) -> TemplateValue {
    var last = final
    for operand in operands {
      let value = try value(of: operand, dot)
      if value.isTrue == (name == "or") { return value }
      if final == nil { last = value }
    }
    guard let last else { throw problem("wrong number of args for \(name): want at least 1 got 0", place) }
    return last
  }

  private func problem(_ words: String, _ place: Place) -> TemplateError {
    // Go shows twenty characters of what it stumbled over (text/template/exec.go, ErrorContext).
    let source = place.source.count > 20 ? place.source.prefix(20) + "..." : Substring(place.source)
    return TemplateError("template: :\(place.line):\(place.column): executing \"\" at <\(source)>: \(words)")
  }
}
