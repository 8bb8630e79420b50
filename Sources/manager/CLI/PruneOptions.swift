internal import Arguments
internal import Engine
internal import LinuxSystem

/// What the prunings share: `--filter` with `until` and `label`, and how docker prints what went.
enum PruneOptions {
  /// `--filter` without a letter: `-f` is `--force` here.
  static let filter = CommandOption.list(
    "filter", value: "filter", help: "Provide filter values: until=<timestamp>, label=<name>, label!=<name>")

  /// Reads `--filter until=…`, `label=…`, `label!=…`.
  static func selection(_ invocation: Invocation) throws -> PruneSelection {
    try selection(invocation, also: []).selection
  }

  /// The same for who knows more keys.
  static func selection(
    _ invocation: Invocation, also keys: [String]
  ) throws -> (selection: PruneSelection, filters: Filters) {
    let filters = try Filters(invocation, known: keys + ["until", "label", "label!"])
    var selection = labels(filters)
    selection.before = try filters["until"].map {
      try LogMoment.read($0, option: "--filter until", now: .now())
    }.min()
    return (selection, filters)
  }

  /// What `label` and `label!` say. (`label!=x` is split at its first sign, so its key ends with the mark.)
  static func labels(_ filters: Filters) -> PruneSelection {
    var selection = PruneSelection()
    selection.labels =
      filters["label"].map { .init($0, isExcluded: false) }
      + filters["label!"].map { .init($0, isExcluded: true) }
    return selection
  }

  /// A heading with what went; nothing where nothing did.
  static func text(_ heading: String, _ removed: [String]) -> String {
    removed.isEmpty ? "" : "\(heading):\n" + removed.map { $0 + "\n" }.joined() + "\n"
  }

  /// The last line.
  static func total(_ bytes: Int64) -> String { "Total reclaimed space: \(HumanSize(bytes: bytes))\n" }
}
