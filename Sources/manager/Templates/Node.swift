internal import JSONDocument

/// A part of a template that has been read.
enum Node: Sendable {
  case text(String)
  case action(Pipeline)
  case branch(Branch)
  case leaveLoop
  case nextTurn
  /// `{{template "name" pipeline}}`.
  case call(name: String, argument: Pipeline?, place: Place)
}

/// `if`, `with` or `range` with what it chooses from.
struct Branch: Sendable {
  enum Kind: String, Sendable {
    case choose = "if"
    case with
    case range
  }

  let kind: Kind
  let condition: Pipeline
  let body: [Node]
  let otherwise: [Node]
}

/// Commands of which each gets the value of the one before as its last argument.
struct Pipeline: Sendable {
  /// Names with their dollar sign.
  let variables: [String]
  /// `=` instead of `:=`.
  let assigns: Bool
  let commands: [[Operand]]
}

/// One word of a command.
struct Operand: Sendable {
  enum Kind: Sendable {
    case dot
    case none
    case literal(JSONValue)
    case variable(String)
    case function(String)
    case pipeline(Pipeline)
  }

  let kind: Kind
  /// The fields after it: `.a.b` is the dot with two.
  var fields: [String]
  var place: Place
}

/// Where something stands in the template, for errors.
struct Place: Sendable {
  let line: Int
  /// Bytes before it on its line.
  let column: Int
  let source: String
}
