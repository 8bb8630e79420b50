internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus wait`.
enum WaitCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "wait", summary: "Block until one or more containers stop, then print their exit codes",
      usage: "CONTAINER [CONTAINER...]")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try Answer.print("\(try engine.wait(name))\n")
    }
  }
}
