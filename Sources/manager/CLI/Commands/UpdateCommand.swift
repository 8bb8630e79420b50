internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options
internal import ShimProtocol

/// `apus update`.
enum UpdateCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "update", summary: "Update configuration of one or more containers",
      usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: ContainerOptions.changeableLimits + [
        .value("restart", help: "Restart policy to apply when a container exits"),
        .list(
          "publish", short: "p",
          help: "What the container publishes from now on, in place of all that it did; none for nothing"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let change = ContainerUpdate(
      resources: try ContainerOptions.changeableResources(invocation),
      restart: try invocation.value("restart").map { try ContainerOptions.restartPolicy($0) },
      published: try published(invocation.list("publish")))
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

  private static func published(_ values: [String]) throws -> [PortBinding]? {
    if values.isEmpty { return nil }
    return values == ["none"] ? [] : try values.flatMap { try PortBinding.read($0) }
  }
}
