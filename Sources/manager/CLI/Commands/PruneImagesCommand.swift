internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus image prune`.
enum PruneImagesCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove unused images", usage: "[OPTIONS]",
      options: [
        .flag("all", short: "a", help: "Remove all unused images, not just dangling ones"),
        PruneOptions.filter, Confirmation.option,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let (selection, filters) = try PruneOptions.selection(invocation, also: ["dangling"])
    let isDangling = try filters.truth("dangling", invocation)
    let all = invocation.flag("all") || isDangling == false
    let kind = all ? "images without at least one container associated to them" : "dangling images"
    guard try Confirmation.ask("WARNING! This will remove all \(kind).", invocation) else { return 0 }
    let engine = try context.engine()
    let outcome = try engine.pruneImages(all: all, selection)
    try Answer.print(
      PruneOptions.text("Deleted Images", outcome.removed) + PruneOptions.total(outcome.reclaimedBytes))
    return 0
  }
}
