internal import Arguments
internal import Engine
internal import Options

/// `apus rename`.
enum RenameCommand: ManagerCommand {
  static var grammar: Command {
    Command("rename", summary: "Rename a container", usage: "CONTAINER NEW_NAME")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 2)
    guard !invocation.positionals.contains("") else {
      throw UsageError("Neither old nor new names may be empty", command: invocation.called)
    }
    let name = try ContainerName(invocation.positionals[1], as: "NEW_NAME")
    try context.engine().rename(invocation.positionals[0], to: name)
    return 0
  }
}
