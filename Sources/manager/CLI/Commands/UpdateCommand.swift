internal import Arguments
internal import Engine
internal import LinuxSystem
internal import ShimProtocol

/// `apus update`.
enum UpdateCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "update", summary: "Update configuration of one or more containers",
      usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: [.value("restart", help: "Restart policy to apply when a container exits")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    guard let text = invocation.value("restart") else {
      throw UsageError(
        "you must provide one or more flags when using this command", command: invocation.called)
    }
    let policy = try ContainerOptions.restartPolicy(text)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.update(name, restart: policy)
      StandardDescriptor.output.print(name + "\n")
    }
  }
}
