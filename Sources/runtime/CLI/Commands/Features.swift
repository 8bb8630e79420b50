internal import Arguments
internal import Lifecycle

extension RuntimeCommand {
  static let features = RuntimeCommand(
    grammar: Command(
      "features", summary: "Print what is supported, as JSON", usage: "", options: [], interspersed: true)
  ) { context throws(LifecycleError) in
    _ = try context.positionals(0...0, "no argument")
    try printJSON(supportedFeatures())
    return 0
  }
}
