internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus pause`.
enum PauseCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "pause", summary: "Pause all processes within one or more containers", usage: "CONTAINER [CONTAINER...]"
    )
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.pause(name)
      try Answer.print(name + "\n")
    }
  }
}
