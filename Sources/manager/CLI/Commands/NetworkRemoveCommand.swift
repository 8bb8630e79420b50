internal import Arguments
internal import Engine

/// `apus network rm`.
enum NetworkRemoveCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "rm", summary: "Remove one or more networks; no container may have them",
      usage: "[OPTIONS] NETWORK [NETWORK...]",
      options: [Removal.force])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try Removal.each(invocation, context, printsMissing: false) { (engine, name) throws(EngineError) in
      try engine.removeNetwork(name)
    }
  }
}
