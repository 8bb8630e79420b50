internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus cleanup ID`: what a shim runs when its container has ended and nobody else cleaned up (spec/shim-protocol.md,
/// Who cleans up). Not for people.
enum CleanUpCommand: ManagerCommand {
  static var grammar: Command {
    Command("cleanup", summary: "Clean up after a container that has ended", usage: "ID", hidden: true)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let id = invocation.positionals[0]
    // Removed already, perhaps with the whole root: nothing is to be made anew for it.
    guard fileExists(context.paths.containerDirectory(id)) else { return 0 }
    try context.engine().cleanUp(id)
    return 0
  }
}
