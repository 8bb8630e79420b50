internal import Arguments
internal import Engine

/// `apus system boot`: what the boot unit runs when the machine has come up (packaging/systemd/apus.service).
enum SystemBootCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "boot",
      summary: "Start the containers that should run after the machine came up (always, unless-stopped)",
      usage: "")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    var code: Int32 = 0
    try context.engine().boot { name, error in
      Apus.report(CommandFailure(1, "cannot start \(name): \(error)"))
      code = 1
    }
    return code
  }
}
