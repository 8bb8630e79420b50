internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus network prune`.
enum NetworkPruneCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove all unused networks", usage: "[OPTIONS]",
      options: [
        .list("filter", value: "filter", help: "Provide filter values: label=…, label!=…"),
        Confirmation.option,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let filters = try Filters(invocation, known: ["label", "label!"])
    let warning = "WARNING! This will remove all custom networks not used by at least one container."
    guard try Confirmation.ask(warning, invocation) else { return 0 }
    let removed = try context.engine().pruneNetworks { network in
      filters["label"].allSatisfy { network.has(label: $0) }
        && !filters["label!"].contains { network.has(label: $0) }
    }
    if !removed.isEmpty {
      StandardDescriptor.output.print("Deleted Networks:\n\(removed.joined(separator: "\n"))\n\n")
    }
    return 0
  }
}
