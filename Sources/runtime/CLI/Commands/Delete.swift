internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  static let delete = RuntimeCommand(
    grammar: Command(
      "delete", summary: "Remove a stopped container", usage: "[OPTIONS] ID",
      options: [.flag("force", short: "f", help: "Kill it first when it runs; no error when there is none")],
      interspersed: true)
  ) { context throws(LifecycleError) in
    try context.store.delete(try context.containerID(), force: context.invocation.flag("force"))
    return 0
  }
}
