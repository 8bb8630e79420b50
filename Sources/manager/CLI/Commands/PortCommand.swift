internal import Addresses
internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options

/// `apus port`.
enum PortCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "port", summary: "List port mappings or a specific mapping for the container",
      usage: "CONTAINER [PRIVATE_PORT[/PROTO]]")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    guard invocation.positionals.count <= 2 else {
      throw UsageError("requires at most 2 arguments", command: invocation.called)
    }
    let name = invocation.positionals[0]
    let ports = try context.engine().publishedPorts(name)
    guard let text = invocation.positionals.dropFirst().first else {
      try Answer.print(
        ports.map { "\($0.name) -> \($0.place?.text ?? "")\n" }.joined())
      return 0
    }
    let wanted = try ContainerPort.read(exposed: text, option: "PRIVATE_PORT")
    guard wanted.count == 1, let port = wanted.first else {
      throw UsageError(
        "invalid port \(text): expected one, as 80 or 53/udp", command: invocation.called)
    }
    let found = ports.filter { $0.name == "\(port)" }
    guard !found.isEmpty else {
      throw EngineError(.notFound, "No public port '\(port)' published for \(name)")
    }
    try Answer.print(found.map { ($0.place?.text ?? "") + "\n" }.joined())
    return 0
  }
}
