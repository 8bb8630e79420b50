internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus rm`.
enum RemoveCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "rm", summary: "Remove one or more containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: [
        .flag("force", short: "f", help: "Force the removal of a running container (uses SIGKILL)"),
        .flag("link", short: "l", help: "Remove the specified link, e.g. web/db, and no container"),
        .flag(
          "volumes", short: "v",
          help: "Remove anonymous volumes associated with the container, unless another container has them"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let force = invocation.flag("force")
    let volumes = invocation.flag("volumes")
    let link = invocation.flag("link")
    guard !link || !volumes else {
      throw UsageError(
        "conflicting options: --link removes no container, so it takes no --volumes",
        command: invocation.called)
    }
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      do throws(EngineError) {
        if link {
          try engine.removeLink(name)
        } else {
          try engine.remove(name, force: force, withVolumes: volumes)
        }
      } catch {
        // With --force, what is not there is as it should be (docker's rm).
        guard force, error.kind == .notFound else { throw error }
        return Apus.report(error)
      }
      try Answer.print(name + "\n")
    }
  }
}
