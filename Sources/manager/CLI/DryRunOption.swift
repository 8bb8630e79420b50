internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Store

/// `--dry-run` of the commands that make a container: what they would do, and nothing is done.
enum DryRunOption {
  /// The option, for grammars.
  static let option = CommandOption.flag(
    "dry-run", help: "Print the bundle's config.json, list on stderr what would be made, and make nothing")

  /// Prints the configuration as the answer, and the list as the story.
  static func answer(
    _ request: CreateRequest, _ invocation: Invocation, _ context: Context
  ) throws -> Int32 {
    do {
      let plan = try context.plan(request, runtime: invocation.value("runtime"))
      let text = try JSON.encode(plan.configuration, style: JSON.Style(indentation: .spaces(2)))
      try Answer.write(text + [UInt8(ascii: "\n")])
      StandardDescriptor.error.print(plan.steps.map { $0 + "\n" }.joined())
      return 0
    } catch let error as EngineError { throw CommandFailure(error) }
  }
}

extension Context {
  /// Plans a container without making anything, not even the roots.
  fileprivate func plan(_ request: CreateRequest, runtime: String?) throws -> PlannedContainer {
    guard
      let engine = try ContainerEngine(
        existing: paths, programs: try programs(), deviceDirectories: deviceDirectories)
    else {
      throw EngineError(
        .notFound,
        "Unable to find image '\(ImageTag(familiar: request.image))' locally; 'apus images' lists what there is"
      )
    }
    return try engine.plan(request, runtime: runtime)
  }
}
