internal import Arguments
internal import Engine
internal import Options

/// `apus volume rename`.
enum VolumeRenameCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "rename", summary: "Rename a volume; containers that do not run follow", usage: "VOLUME NEW_NAME")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 2)
    try context.engine().renameVolume(
      invocation.positionals[0], to: try VolumeName(invocation.positionals[1]))
    return 0
  }
}
