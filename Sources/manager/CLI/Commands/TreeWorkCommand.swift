internal import Arguments
internal import Images

/// `apus tree-work`: the jailed process that `cp` starts to look at, read and write a file system. Not for people.
enum TreeWorkCommand: ManagerCommand {
  static var grammar: Command {
    Command(TreeWork.subcommand, summary: "Work on a file system for cp", usage: "", hidden: true)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    return TreeWork.run()
  }
}
