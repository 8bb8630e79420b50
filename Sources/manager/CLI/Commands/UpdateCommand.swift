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
      options: ContainerOptions.changeableLimits + [
        .value("restart", help: "Restart policy to apply when a container exits")
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let change = ContainerUpdate(
      resources: try ContainerOptions.changeableResources(invocation),
      restart: try invocation.value("restart").map { try ContainerOptions.restartPolicy($0) })
    ContainerOptions.sayDeprecated(invocation)
    guard change != ContainerUpdate() else {
      throw UsageError(
        "you must provide one or more flags when using this command", command: invocation.called)
    }
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      try engine.update(name, change)
      try Answer.print(name + "\n")
    }
  }
}
