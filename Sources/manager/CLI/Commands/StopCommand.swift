internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus stop`.
enum StopCommand: ManagerCommand {
  /// What `stop` and `restart` share.
  static let options: [CommandOption] = [
    .value("signal", short: "s", help: "Signal to send to the container"),
    .value("timeout", "time", short: "t", value: "int", help: "Seconds to wait before killing the container"),
  ]

  static var grammar: Command {
    Command(
      "stop", summary: "Stop one or more running containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: options)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let (timeout, signal) = (try invocation.integer("timeout"), try invocation.signal("signal"))
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.stop(name, timeoutSeconds: timeout, signal: signal)
      try Answer.print(name + "\n")
    }
  }
}
