internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store
internal import Templates

/// `apus ps`.
enum ListCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "ps", summary: "List containers", usage: "[OPTIONS] [NAME...]",
      options: [
        .flag("all", short: "a", help: "Show all containers (default shows just running)"),
        Filters.option,
        ListFormat.option,
        .value(
          "last", short: "n", value: "int", help: "Show n last created containers (includes all states)"),
        .flag("latest", short: "l", help: "Show the latest created container (includes all states)"),
        .flag("no-trunc", help: "Don't truncate output"),
        .flag("quiet", short: "q", help: "Only display container IDs"),
        .flag("size", short: "s", help: "Display total file sizes"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let sized = invocation.flag("size")
    let format = try ListFormat(
      invocation, columns: ContainerRows.columns + (sized ? [ContainerRows.sizeColumn] : []),
      more: ContainerRows.more + (sized ? [] : [ContainerRows.sizeColumn]),
      raw: sized ? ContainerRows.rawWithSize : ContainerRows.raw)
    let engine = try context.engine()
    let whole = invocation.flag("no-trunc")
    let choice = try Choice(invocation, engine)
    if invocation.flag("quiet") {
      if invocation.value("format") != nil {
        StandardDescriptor.error.print(
          "WARNING: Ignoring custom format, because both --format and --quiet are set.\n")
      }
      let ids = try choice.records(engine).map { whole ? $0.id : $0.shortID }
      try Answer.print(ids.map { $0 + "\n" }.joined())
      return 0
    }
    let states = try choice.states(engine)
    var rows = try ContainerRows(engine, format, whole: whole, measures: sized || format.names("Size"))
    try Answer.print(try format.text(states.map { try rows.row($0) }))
    return 0
  }

  /// Which containers are shown.
  private struct Choice {
    let all: Bool
    let latest: Bool
    let last: Int
    let names: [String]
    let filters: ContainerFilters

    init(_ invocation: Invocation, _ engine: ContainerEngine) throws {
      last = invocation.flag("latest") ? 1 : try invocation.integer("last") ?? -1
      filters = try ContainerFilters(invocation, engine)
      all = invocation.flag("all") || last > 0 || filters.wantsAll
      latest = invocation.flag("latest") && filters.isEmpty
      // Names behind the options are docker's of the first years; they say which of those to show.
      names = invocation.positionals.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    }

    func states(_ engine: ContainerEngine) throws -> [ContainerState] {
      let states = try filters.choose(try engine.list(all: all, latest: latest), engine)
      return chosen(states) { $0.record }
    }

    /// Filters ask for more than records.
    func records(_ engine: ContainerEngine) throws -> [ContainerRecord] {
      guard filters.isEmpty else { return try states(engine).map(\.record) }
      return chosen(try engine.listRecords(all: all, latest: latest)) { $0 }
    }

    private func chosen<Element>(
      _ elements: [Element], _ record: (Element) -> ContainerRecord
    ) -> [Element] {
      let meant =
        names.isEmpty
        ? elements : elements.filter { element in names.contains { isMeant(record(element), $0) } }
      return last > 0 ? Array(meant.prefix(last)) : meant
    }

    private func isMeant(_ record: ContainerRecord, _ name: String) -> Bool {
      record.name == name || (!name.isEmpty && record.id.hasPrefix(name))
    }
  }
}

/// Text as Go's `strconv.Quote` shows it.
func goQuoted(_ text: String) -> String { Quoting.go(text) }
