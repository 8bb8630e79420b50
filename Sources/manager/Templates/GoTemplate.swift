package import JSONDocument

/// A template of Go's text/template, as `--format` takes it: the whole language, with docker's functions.
package struct GoTemplate: Sendable {
  /// A method of the document that takes a string: docker's lists have `.Label "name"`. Nil where there is none of
  /// this name.
  package typealias Method = (_ name: String, _ argument: String) -> String?

  private let nodes: [Node]
  private let definitions: [String: [Node]]
  private let source: String

  /// Reads a template.
  /// - Throws: `TemplateError` with the line where it goes wrong.
  package init(_ text: String) throws(TemplateError) {
    var parser = try Parser(text)
    nodes = try parser.parseAll()
    definitions = parser.definitions
    source = text
  }

  /// The text with the template applied to a document.
  /// - Parameters:
  ///   - shape: which of its members are maps and lists.
  ///   - method: what it has beside its members.
  /// - Throws: `TemplateError` for a member that is not there, and for what a function cannot take.
  package func render(
    _ document: JSONValue, shape: TemplateShape = .structures, method: @escaping Method = { _, _ in nil }
  ) throws(TemplateError) -> String {
    var rendering = Rendering(definitions, document, shape: shape, isHeader: false, method: method)
    return try rendering.run(nodes)
  }

  /// A table's header: applied to the columns' names, docker's functions leave them as they are (docker/cli,
  /// templates.go, HeaderFunctions).
  /// - Throws: as `render` does; a column without a name is none.
  package func header(_ names: JSONValue, method: @escaping Method = { _, _ in nil }) throws(TemplateError)
    -> String
  {
    var rendering = Rendering(definitions, names, shape: .structures, isHeader: true, method: method)
    return try rendering.run(nodes)
  }

  /// Whether it may ask for a member: its name stands somewhere in it, or all members do. For members that cost
  /// something to find out.
  package func mayAsk(for member: String) -> Bool {
    source.contains(".\(member)") || source.contains("json .")
  }
}
