internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus volume prune`.
enum VolumePruneCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove unused local volumes", usage: "[OPTIONS]",
      options: [
        .flag("all", short: "a", help: "Remove all unused volumes, not just anonymous ones"),
        .list("filter", value: "filter", help: "Provide filter values: label=…, label!=…, all=true"),
        Confirmation.option,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let filters = try Filters(invocation, known: ["all", "label", "label!"])
    let all =
      invocation.flag("all") || filters["all"].contains { ["1", "t", "true"].contains($0.lowercased()) }
    let warning =
      "WARNING! This will remove \(all ? "all" : "anonymous") local volumes not used by at least one container."
    guard try Confirmation.ask(warning, invocation) else { return 0 }
    let removed = try context.engine().pruneVolumes(all: all) { volume in
      filters["label"].allSatisfy { volume.has(label: $0) }
        && !filters["label!"].contains { volume.has(label: $0) }
    }
    if !removed.names.isEmpty {
      StandardDescriptor.output.print("Deleted Volumes:\n\(removed.names.joined(separator: "\n"))\n\n")
    }
    StandardDescriptor.output.print("Total reclaimed space: \(HumanSize(bytes: removed.bytes))\n")
    return 0
  }
}
