internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  static let delete = RuntimeCommand(
    grammar: Command(
      "delete", summary: "Remove a stopped container", usage: "[OPTIONS] ID",
      options: [
        .flag("force", short: "f", help: "Kill it first when it runs; no error when there is none"),
        .flag("regex", short: "r", help: "All containers whose IDs an extended regular expression fits"),
      ],
      interspersed: true)
  ) { context throws(LifecycleError) in
    let (id, force) = (try context.containerID(), context.invocation.flag("force"))
    if context.invocation.flag("regex") {
      try context.store.delete(fitting: id, force: force)
    } else {
      try context.store.delete(id, force: force)
    }
    return 0
  }
}
