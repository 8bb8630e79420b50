internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Templates

/// `apus inspect`.
enum InspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Return low-level information on containers and images",
      usage: "[OPTIONS] NAME|ID [NAME|ID...]",
      options: [
        .value(
          "format", short: "f", help: "Text with fields such as {{.State.Pid}} or {{json .Config}} in it")
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let template: GoTemplate?
    do { template = try invocation.value("format").map { try GoTemplate($0) } } catch {
      throw UsageError("\(error)", command: invocation.called)
    }
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    var found: [JSONValue] = []
    let code = try invocation.forEachArgument { name in
      let document = try engine.inspect(name)
      guard let template else { return found.append(document) }
      StandardDescriptor.output.print(try template.render(document) + "\n")
    }
    if template == nil {
      let text = try JSON.encode(JSONValue.array(found), style: JSON.Style(indentation: .spaces(4)))
      try StandardDescriptor.output.writeAll(text + [UInt8(ascii: "\n")])
    }
    return code
  }
}
