internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus restart`.
enum RestartCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "restart", summary: "Restart one or more containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: StopCommand.options)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let (timeout, signal) = (try invocation.integer("timeout"), try invocation.signal("signal"))
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.restart(name, timeoutSeconds: timeout, signal: signal)
      try Answer.print(name + "\n")
    }
  }
}
