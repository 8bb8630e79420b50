internal import Arguments
internal import Engine

/// `apus volume rm`.
enum VolumeRemoveCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "rm", summary: "Remove one or more volumes; none of them may be in use",
      usage: "[OPTIONS] VOLUME [VOLUME...]",
      options: [Removal.force])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try Removal.each(invocation, context) { (engine, name) throws(EngineError) in
      try engine.removeVolume(name)
    }
  }
}
