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
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let selection = try PruneOptions.selection(invocation)
    let all = invocation.flag("all")
    guard try Confirmation.ask(warning(all: all), invocation) else { return 0 }
    let engine = try context.engine()
    // First: what a killed command has left of a container keeps no image.
    let leftovers = try engine.removeLeftovers()
    let containers = try engine.pruneContainers(selection)
    let images = try engine.pruneImages(all: all, selection)
    StandardDescriptor.output.print(
      PruneOptions.text("Deleted Containers", containers.removed)
        + PruneOptions.text("Deleted Images", images.removed)
        + PruneOptions.text("Deleted Leftovers", leftovers)
        + PruneOptions.total(containers.reclaimedBytes + images.reclaimedBytes))
    return 0
  }

  private static func warning(all: Bool) -> String {
    let images =
      all ? "all images without at least one container associated to them" : "all dangling images"
    return """
      WARNING! This will remove:
        - all stopped containers
        - \(images)
        - what killed commands have left

      """
  }
}
