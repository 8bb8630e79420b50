internal import Arguments
internal import Engine

/// `apus export`.
enum ExportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "export", summary: "Export a container's filesystem as a tar archive", usage: "[OPTIONS] CONTAINER",
      options: [ArchiveOutput.option])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    try ArchiveOutput.write(invocation, context, doing: "export") { (engine, output) throws(EngineError) in
      try engine.export(invocation.positionals[0], into: output)
    }
    return 0
  }
}
