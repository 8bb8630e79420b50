internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus unpause`.
enum UnpauseCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "unpause", summary: "Unpause all processes within one or more containers",
      usage: "CONTAINER [CONTAINER...]")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.unpause(name)
      try Answer.print(name + "\n")
    }
  }
}
