internal import JSONDocument

/// A value while a template is applied.
struct TemplateValue: Sendable {
  /// Nil is Go's invalid value, that of a key which a map does not have: it prints as `<no value>`.
  let json: JSONValue?
  /// The member that it was reached by, which decides what type it would have in Go; empty for what has none.
  let member: String

  init(_ json: JSONValue?, member: String = "") {
    self.json = json
    self.member = member
  }

  init(_ text: String) { self.init(.string(text)) }

  static var missing: TemplateValue { TemplateValue(nil) }

  /// Whether `if` takes it: not empty, not zero (Go, text/template: if).
  var isTrue: Bool {
    switch json {
    case nil, .null: false
    case .bool(let flag): flag
    case .integer(let number): number != 0
    case .unsigned: true
    case .number(let number): number != 0
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    case .object(let object): !object.isEmpty
    }
  }

  /// What Go would call its type, for errors.
  var kindName: String {
    switch json {
    case nil, .null: "nil"
    case .bool: "bool"
    case .integer: "int"
    case .unsigned: "uint64"
    case .number: "float64"
    case .string: "string"
    case .array: "slice"
    case .object: "map"
    }
  }
}
