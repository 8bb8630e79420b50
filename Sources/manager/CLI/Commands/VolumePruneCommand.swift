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
    let all = try invocation.flag("all") || filters.truth("all", invocation) == true
    let warning =
      "WARNING! This will remove \(all ? "all" : "anonymous") local volumes not used by at least one container."
    guard try Confirmation.ask(warning, invocation) else { return 0 }
    let outcome = try context.engine().pruneVolumes(all: all, PruneOptions.labels(filters))
    try Answer.print(
      PruneOptions.text("Deleted Volumes", outcome.removed) + PruneOptions.total(outcome.reclaimedBytes))
    return 0
  }
}
