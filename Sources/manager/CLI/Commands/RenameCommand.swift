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
    let name = try ContainerName(invocation.positionals[1])
    try context.engine().rename(invocation.positionals[0], to: name)
    return 0
  }
}
