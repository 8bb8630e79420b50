internal import Arguments
internal import Engine

/// `apus volume export`.
enum VolumeExportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "export", summary: "Write what is in a volume as a tar", usage: "[OPTIONS] VOLUME",
      options: [ArchiveOutput.option])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    try ArchiveOutput.write(invocation, context, doing: "save") { (engine, output) throws(EngineError) in
      try engine.exportVolume(invocation.positionals[0], into: output)
    }
    return 0
  }
}
