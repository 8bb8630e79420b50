internal import Arguments
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let run = RuntimeCommand(
    grammar: Command(
      "run", summary: "Make a container and run its program", usage: "[OPTIONS] ID",
      options: CommandContext.creationGrammar + [
        .flag("detach", short: "d", help: "Return when the program runs"),
        .flag("keep", help: "Do not delete the container when it has ended"),
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    let id = try context.containerID()
    let ended = try context.store.run(
      id, bundle: try context.bundle(), try context.creationOptions(),
      detach: context.invocation.flag("detach"),
      keep: context.invocation.flag("keep"))
    context.warn(ended.warnings)
    return ended.status?.shellCode ?? 0
  }
}
