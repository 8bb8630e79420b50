internal import Arguments
internal import Images

/// `apus read-tree FORM DIR [LOWER...]`: the jailed process that makes a tar for `commit` and `export`. Not for people.
enum ReadTreeCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      ReadTree.subcommand, summary: "Write a tree's tar to standard output", usage: "FORM DIR [LOWER...]",
      hidden: true)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 2)
    let arguments = invocation.positionals
    return ReadTree.run(arguments[0], arguments[1], lower: Array(arguments.dropFirst(2)))
  }
}
