internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  static let create = RuntimeCommand(
    grammar: Command(
      "create", summary: "Make a container that waits for \"start\"", usage: "[OPTIONS] ID",
      options: CommandContext.creationGrammar, interspersed: true)
  ) { context throws(LifecycleError) in
    let id = try context.containerID()
    context.warn(try context.store.create(id, bundle: try context.bundle(), try context.creationOptions()))
    return 0
  }
}
