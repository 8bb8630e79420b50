internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem

/// `apus image prune`.
enum PruneImagesCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "prune", summary: "Remove unused images", usage: "[OPTIONS]",
      options: [
        .flag("all", short: "a", help: "Remove all unused images, not just dangling ones"),
        .list("filter", value: "filter", help: "Provide filter values (e.g. \"until=<timestamp>\")"),
        Confirmation.option,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let filters = try Filters(invocation, known: ["dangling", "label", "label!", "until"])
    var pruning = ImagePruning()
    pruning.all = try invocation.flag("all") || filters["dangling"].contains { try !isTrue($0, invocation) }
    for text in filters["until"] {
      pruning.until = try LogMoment.read(text, option: "--filter until", now: .now())
    }
    let (wanted, unwanted) = (filters["label"], filters["label!"])
    pruning.acceptsLabels = { labels in
      wanted.allSatisfy { has($0, labels) } && !unwanted.contains { has($0, labels) }
    }
    let kind = pruning.all ? "images without at least one container associated to them" : "dangling images"
    guard try Confirmation.ask("WARNING! This will remove all \(kind).", invocation) else { return 0 }
    let (removed, bytes) = try context.engine().images.prune(pruning)
    var text = removed.isEmpty ? "" : "Deleted Images:\n"
    for content in removed {
      switch content {
      case .untagged(let name): text += "untagged: \(name)\n"
      case .deleted(let digest): text += "deleted: \(digest)\n"
      }
    }
    if !removed.isEmpty { text += "\n" }
    StandardDescriptor.output.print(text + "Total reclaimed space: \(HumanSize(bytes: bytes))\n")
    return 0
  }

  /// `KEY`, or `KEY=VALUE`.
  @Sendable private static func has(_ filter: String, _ labels: [String: String]) -> Bool {
    let parts = filter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let value = labels[parts[0]] else { return false }
    return parts.count == 1 || parts[1] == value
  }

  private static func isTrue(_ text: String, _ invocation: Invocation) throws -> Bool {
    switch text.lowercased() {
    case "true", "1": return true
    case "false", "0": return false
    default:
      throw UsageError(
        "invalid filter 'dangling=\(text)': expected true or false", command: invocation.called)
    }
  }
}
