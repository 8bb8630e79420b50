internal import Arguments
internal import Lifecycle
internal import LinuxSystem

extension RuntimeCommand {
  static let create = RuntimeCommand(
    grammar: Command(
      "create", summary: "Make a container that waits for \"start\"", usage: "[OPTIONS] ID",
      options: CommandContext.creationGrammar + [
        .flag("explain", help: "Print what would be done, step by step, and do nothing")
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    let id = try context.containerID()
    if context.invocation.flag("explain") {
      let lines = try context.store.explain(id, bundle: try context.bundle(), try context.creationOptions())
      let text = lines.enumerated().map { "\($0.offset + 1). \($0.element)\n" }.joined()
      StandardDescriptor.output.print(text)
      return 0
    }
    // Who makes many containers at a time pays for each one's peak: what a phase needs goes when the next begins.
    releaseCode()
    context.warn(try context.store.create(id, bundle: try context.bundle(), try context.creationOptions()))
    return 0
  }
}
