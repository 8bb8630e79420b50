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
    let output = try InspectOutput(invocation)
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try output.print(invocation) { try engine.inspectVolume($0) }
  }
}
