internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus system prune`.
enum SystemPruneCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove unused data, and what killed commands have left", usage: "[OPTIONS]",
      options: [
        .flag("all", short: "a", help: "Remove all unused images not just dangling ones"),
        PruneOptions.filter, Confirmation.option,
        .flag("volumes", help: "Prune anonymous volumes"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let selection = try PruneOptions.selection(invocation)
    let (all, volumes) = (invocation.flag("all"), invocation.flag("volumes"))
    guard !volumes || selection.before == nil else {
      // docker's words (docker/cli, command/system/prune.go): nobody knows when a volume was last used.
      throw CommandFailure(1, "the \"until\" filter is not supported with \"--volumes\"")
    }
    guard try Confirmation.ask(warning(all: all, volumes: volumes), invocation) else { return 0 }
    let engine = try context.engine()
    // First: what a killed command has left of a container keeps no image.
    let leftovers = try engine.removeLeftovers()
    let containers = try engine.pruneContainers(selection)
    let unused = volumes ? try engine.pruneVolumes(all: false, selection) : PruneOutcome()
    let images = try engine.pruneImages(all: all, selection)
    try Answer.print(
      PruneOptions.text("Deleted Containers", containers.removed)
        + PruneOptions.text("Deleted Volumes", unused.removed)
        + PruneOptions.text("Deleted Images", images.removed)
        + PruneOptions.text("Deleted Leftovers", leftovers)
        + PruneOptions.total(containers.reclaimedBytes + unused.reclaimedBytes + images.reclaimedBytes))
    return 0
  }

  private static func warning(all: Bool, volumes: Bool) -> String {
    let kinds = [
      "all stopped containers",
      volumes ? "all anonymous volumes not used by at least one container" : nil,
      all ? "all images without at least one container associated to them" : "all dangling images",
      "what killed commands have left",
    ]
    return "WARNING! This will remove:\n" + kinds.compactMap { $0.map { "  - \($0)\n" } }.joined()
  }
}
