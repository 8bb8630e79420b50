internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  static let start = RuntimeCommand(
    grammar: Command(
      "start", summary: "Run the program of a created container", usage: "ID", options: [], interspersed: true
    )
  ) { context throws(LifecycleError) in
    try context.store.start(try context.containerID(), notifySocket: context.notifySocket)
    return 0
  }
}
