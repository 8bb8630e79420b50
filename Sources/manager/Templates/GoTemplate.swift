package import JSONDocument

/// The part of Go's templates that `inspect -f` is mostly used for: text with fields such as `{{.State.Pid}}` and
/// `{{json .Config.Env}}` in it.
package struct GoTemplate: Sendable {
  private enum Piece: Sendable {
    case text(String)
    case field(path: [String], asJSON: Bool, source: String)
  }

  private let pieces: [Piece]

  /// Reads a template.
  /// - Throws: `TemplateError` for anything that is more than fields.
  package init(_ text: String) throws(TemplateError) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      if open.lowerBound > rest.startIndex { pieces.append(.text(String(rest[..<open.lowerBound]))) }
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        throw TemplateError("\"{{\" without \"}}\"")
      }
      pieces.append(try Self.field(String(rest[open.upperBound..<close.lowerBound])))
      rest = rest[close.upperBound...]
    }
    if !rest.isEmpty { pieces.append(.text(String(rest))) }
    self.pieces = pieces
  }

  private static func field(_ source: String) throws(TemplateError) -> Piece {
    var words = source.split(separator: " ").map(String.init)
    let asJSON = words.first == "json"
    if asJSON { words.removeFirst() }
    guard words.count == 1, let word = words.first, word.hasPrefix(".") else {
      throw TemplateError("{{\(source)}}: only fields such as {{.State.Pid}} and {{json .Config}} are known")
    }
    let path = word.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
    let isPlain = path.allSatisfy { $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } }
    guard isPlain, word == "." || word.dropFirst() == path.joined(separator: ".") else {
      throw TemplateError("{{\(source)}}: not a field such as {{.State.Pid}}")
    }
    return .field(path: path, asJSON: asJSON, source: source)
  }

  /// The text with the fields of `document` filled in.
  /// - Throws: `TemplateError` when a field is missing, or is an object and not asked for as JSON.
  package func render(_ document: JSONValue) throws(TemplateError) -> String {
    var text = ""
    for piece in pieces {
      switch piece {
      case .text(let words): text += words
      case .field(let path, let asJSON, let source):
        var value = document
        for name in path {
          guard let next = value[name] else { throw TemplateError("{{\(source)}}: no field \"\(name)\"") }
          value = next
        }
        text += asJSON ? String(decoding: JSON.write(value), as: UTF8.self) : try Self.plain(value, source)
      }
    }
    return text
  }

  /// As Go prints a value.
  private static func plain(_ value: JSONValue, _ source: String) throws(TemplateError) -> String {
    switch value {
    case .null: return "<nil>"
    case .bool(let flag): return "\(flag)"
    case .integer, .unsigned, .number: return value.summary
    case .string(let text): return text
    case .array(let elements):
      var words: [String] = []
      for element in elements { words.append(try plain(element, source)) }
      return "[" + words.joined(separator: " ") + "]"
    case .object: throw TemplateError("{{\(source)}}: an object; ask for {{json …}} or for one of its fields")
    }
  }
}
