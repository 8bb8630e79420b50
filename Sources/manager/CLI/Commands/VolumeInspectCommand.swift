internal import Arguments
internal import Engine

/// `apus volume inspect`.
enum VolumeInspectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "inspect", summary: "Display detailed information on one or more volumes",
      usage: "[OPTIONS] VOLUME [VOLUME...]", options: [InspectOutput.option])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try InspectOutput.each(invocation, context) { (engine, name) throws(EngineError) in
      try engine.inspectVolume(name)
    }
  }
}
