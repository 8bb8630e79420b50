internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Templates

/// `apus network inspect`.
enum NetworkInspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Display detailed information on one or more networks",
      usage: "[OPTIONS] NETWORK [NETWORK...]",
      options: [
        .value("format", short: "f", help: "Format output using a Go template, or 'json'"),
        // Says more of swarm networks only.
        .flag("verbose", short: "v", help: "Verbose output for diagnostics"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let format = invocation.value("format")
    let template: GoTemplate?
    do { template = try format.flatMap { $0 == "json" ? nil : try GoTemplate($0) } } catch {
      throw UsageError("\(error)", command: invocation.called)
    }
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    var found: [JSONValue] = []
    let code = try invocation.forEachArgument { name in
      let document = try engine.inspectNetwork(name)
      guard let template else { return found.append(document) }
      try Answer.print(try template.render(document) + "\n")
    }
    guard template == nil else { return code }
    let list = JSONValue.array(found)
    let text =
      format == "json" ? JSON.write(list) : try JSON.encode(list, style: JSON.Style(indentation: .spaces(4)))
    try Answer.write(text + [UInt8(ascii: "\n")])
    return code
  }
}
