internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus network prune`.
enum NetworkPruneCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove all unused networks", usage: "[OPTIONS]",
      options: [
        PruneOptions.filter, Confirmation.option,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let selection = try PruneOptions.selection(invocation)
    let warning = "WARNING! This will remove all custom networks not used by at least one container."
    guard try Confirmation.ask(warning, invocation) else { return 0 }
    let removed = try context.engine().pruneNetworks { network in
      network.record.map { selection.accepts(created: $0.createdAt, labels: network.labels) } ?? false
    }
    try Answer.print(PruneOptions.text("Deleted Networks", removed))
    return 0
  }
}
