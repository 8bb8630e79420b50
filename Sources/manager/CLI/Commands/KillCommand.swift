internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus kill`.
enum KillCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "kill", summary: "Kill one or more running containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: [.value("signal", short: "s", help: "Signal to send to the container (default KILL)")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let signal = try invocation.signal("signal") ?? Signal.kill
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.kill(name, signal: signal)
      try Answer.print(name + "\n")
    }
  }
}
