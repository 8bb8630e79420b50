internal import Arguments
internal import Engine

/// `apus hold-paused ID`: the process that `commit` starts to hold a container still. Not for people.
enum HoldPausedCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      HoldPaused.subcommand, summary: "Hold a container still until standard input ends", usage: "ID",
      hidden: true)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    try context.engine().holdPaused(invocation.positionals[0])
    return 0
  }
}
