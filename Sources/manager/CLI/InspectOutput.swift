internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Templates

/// What every `inspect` prints: an array of all that was found, or each by a template
/// (docker/cli, command/inspect/inspector.go).
struct InspectOutput {
  private enum Form {
    case indented
    case compact
    case template(GoTemplate)
  }

  private let form: Form
  private let shape: TemplateShape

  /// The option, for grammars.
  static let option = CommandOption.value(
    "format", short: "f", help: "Format output: 'json', or a Go template such as {{.State.Pid}}")

  /// Reads the option.
  /// - Parameter shape: of the documents.
  /// - Throws: `UsageError` for a template that cannot be.
  init(_ invocation: Invocation, shape: TemplateShape = .inspect) throws {
    self.shape = shape
    switch invocation.value("format") {
    case nil, "": form = .indented
    case "json": form = .compact
    case .some(let text):
      do throws(TemplateError) { form = .template(try GoTemplate(text)) } catch {
        throw UsageError(error.description, command: invocation.called)
      }
    }
  }

  /// The whole of a command that inspects its arguments.
  /// - Parameter find: gives the document of one.
  /// - Returns: the exit code.
  static func each(
    _ invocation: Invocation, _ context: Context,
    _ find: (ContainerEngine, String) throws(EngineError) -> JSONValue
  ) throws -> Int32 {
    let output = try InspectOutput(invocation)
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try output.print(invocation) { try find(engine, $0) }
  }

  /// Prints what is found of each argument, and one line on stderr for each that is not.
  /// - Returns: the exit code.
  private func print(_ invocation: Invocation, _ find: (String) throws -> JSONValue) throws -> Int32 {
    var found: [JSONValue] = []
    let code = try invocation.forEachArgument { name in
      let document = try find(name)
      guard case .template(let template) = form else { return found.append(document) }
      try Answer.print(try template.render(document, shape: shape) + "\n")
    }
    switch form {
    case .template: return code
    case .indented: try write(.array(found), JSON.Style(indentation: .spaces(4)))
    case .compact: try write(.array(found), .compact)
    }
    return code
  }

  /// Prints the one document that there is, for commands that take no arguments.
  func printOne(_ document: JSONValue) throws {
    switch form {
    case .template(let template):
      try Answer.print(try template.render(document, shape: shape) + "\n")
    case .indented: try write(document, JSON.Style(indentation: .spaces(4)))
    case .compact: try write(document, .compact)
    }
  }

  private func write(_ document: JSONValue, _ style: JSON.Style) throws {
    try Answer.write(JSON.write(document, style: style) + [UInt8(ascii: "\n")])
  }
}
