internal import Arguments
internal import Engine

/// `apus system shutdown`: what it runs when the machine goes down.
enum SystemShutdownCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "shutdown", summary: "Stop all running containers; the next boot starts those that should run",
      usage: "[OPTIONS]",
      options: [
        .value(
          "timeout", "time", short: "t", value: "int",
          help: "Seconds to wait before killing a container (default: its own)")
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let timeout = try invocation.integer("timeout")
    var code: Int32 = 0
    try context.engine().shutDown(timeoutSeconds: timeout) { name, error in
      Apus.report(CommandFailure(1, "cannot stop \(name): \(error)"))
      code = 1
    }
    return code
  }
}
