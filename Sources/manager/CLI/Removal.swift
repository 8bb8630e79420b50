internal import Arguments
internal import Engine

/// What the commands do that remove networks and volumes.
enum Removal {
  /// The option, for grammars.
  static let force = CommandOption.flag("force", short: "f", help: "What is not there is no failure")

  /// Removes what each argument names and prints the name.
  /// - Parameter printsMissing: whether the name of what is not there is printed with --force, too: docker does of
  ///   volumes, and not of networks.
  /// - Returns: the exit code.
  static func each(
    _ invocation: Invocation, _ context: Context, printsMissing: Bool = true,
    _ remove: (ContainerEngine, String) throws(EngineError) -> Void
  ) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let engine = try context.engine()
    let force = invocation.flag("force")
    return try invocation.forEachArgument { name in
      do throws(EngineError) { try remove(engine, name) } catch {
        guard force, error.kind == .notFound else { throw error }
        guard printsMissing else { return }
      }
      try Answer.print(name + "\n")
    }
  }
}
