internal import Arguments
internal import Engine

/// `apus tag`.
enum TagCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "tag", summary: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
      usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 2)
    try context.engine().tagImage(invocation.positionals[0], as: invocation.positionals[1])
    return 0
  }
}
