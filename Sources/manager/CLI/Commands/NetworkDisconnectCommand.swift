internal import Arguments
internal import Engine

/// `apus network disconnect`.
enum NetworkDisconnectCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "disconnect", summary: "Disconnect a container from a network", usage: "[OPTIONS] NETWORK CONTAINER",
      options: [.flag("force", short: "f", help: "Force the container to disconnect from a network")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 2)
    try context.engine().disconnect(
      invocation.positionals[1], fromNetwork: invocation.positionals[0], force: invocation.flag("force"))
    return 0
  }
}
