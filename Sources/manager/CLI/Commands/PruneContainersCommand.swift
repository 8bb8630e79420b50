internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus container prune`.
enum PruneContainersCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove all stopped containers", usage: "[OPTIONS]",
      options: [PruneOptions.filter, Confirmation.option])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let selection = try PruneOptions.selection(invocation)
    guard try Confirmation.ask("WARNING! This will remove all stopped containers.", invocation) else {
      return 0
    }
    let outcome = try context.engine().pruneContainers(selection)
    try Answer.print(
      PruneOptions.text("Deleted Containers", outcome.removed) + PruneOptions.total(outcome.reclaimedBytes))
    return 0
  }
}
