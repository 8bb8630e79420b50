internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem
internal import Store

/// `apus rmi`.
enum RemoveImageCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "rmi", summary: "Remove one or more images", usage: "[OPTIONS] IMAGE [IMAGE...]",
      options: [
        .flag("force", short: "f", help: "Force removal of the image"),
        // No image has a parent here, so there is never one that goes along.
        .flag("no-prune", help: "Do not delete untagged parents"),
        PlatformOption.list("Remove only if it is for the given platform, such as linux/amd64"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let force = invocation.flag("force")
    let platform = try PlatformOption.read(invocation)
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    return try invocation.forEachArgument { name in
      let removed: [RemovedContent]
      do throws(EngineError) {
        removed = try engine.removeImage(name, force: force, platform: platform)
      } catch {
        // With --force, what is not there is as it should be (docker's rmi).
        guard force, error.kind == .notFound else { throw error }
        return Apus.report(error)
      }
      try Answer.print(removed.map { "\($0)\n" }.joined())
    }
  }
}
