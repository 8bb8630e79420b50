internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  static let pause = RuntimeCommand(
    grammar: Command(
      "pause", summary: "Freeze every process in a container", usage: "ID", options: [], interspersed: true)
  ) { context throws(LifecycleError) in
    try context.store.pause(try context.containerID())
    return 0
  }

  static let resume = RuntimeCommand(
    grammar: Command(
      "resume", summary: "Let a paused container run on", usage: "ID", options: [], interspersed: true)
  ) { context throws(LifecycleError) in
    try context.store.resume(try context.containerID())
    return 0
  }
}
