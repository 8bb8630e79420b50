internal import Arguments
internal import Engine

/// `apus network inspect`.
enum NetworkInspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Display detailed information on one or more networks",
      usage: "[OPTIONS] NETWORK [NETWORK...]",
      options: [
        InspectOutput.option,
        // Says more of swarm networks only.
        .flag("verbose", short: "v", help: "Verbose output for diagnostics"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try InspectOutput.each(invocation, context) { (engine, name) throws(EngineError) in
      try engine.inspectNetwork(name)
    }
  }
}
