internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus network rm`.
enum NetworkRemoveCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "rm", summary: "Remove one or more networks; no container may have them",
      usage: "[OPTIONS] NETWORK [NETWORK...]",
      options: [.flag("force", short: "f", help: "What is not there is no failure")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    let force = invocation.flag("force")
    return try invocation.forEachArgument { name in
      do throws(EngineError) { try engine.removeNetwork(name) } catch {
        guard force, error.kind == .notFound else { throw error }
      }
      try Answer.print(name + "\n")
    }
  }
}
