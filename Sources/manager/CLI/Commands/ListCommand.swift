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
      more: ContainerRows.more + (sized ? [] : [ContainerRows.sizeColumn]))
    let engine = try context.engine()
    let states = try chosen(invocation, engine)
    let whole = invocation.flag("no-trunc")
    if invocation.flag("quiet") {
      try Answer.print(
        states.map { (whole ? $0.record.id : $0.record.shortID) + "\n" }.joined())
      return 0
    }
    var rows = try ContainerRows(engine, format, whole: whole, measures: sized || format.names("Size"))
    try Answer.print(try format.text(states.map { try rows.row($0) }))
    return 0
  }

  private static func chosen(_ invocation: Invocation, _ engine: ContainerEngine) throws -> [ContainerState] {
    let last = invocation.flag("latest") ? 1 : try invocation.integer("last") ?? -1
    let filters = try ContainerFilters(invocation, engine)
    let all = invocation.flag("all") || last > 0 || filters.wantsAll
    var states = try engine.list(
      all: all, latest: invocation.flag("latest") && invocation.list("filter").isEmpty)
    states = try filters.choose(states, engine)
    // Names behind the options are docker's of the first years; they say which of those to show.
    let names = invocation.positionals.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
    if !names.isEmpty { states = states.filter { state in names.contains { isMeant(state.record, $0) } } }
    return last > 0 ? Array(states.prefix(last)) : states
  }

  private static func isMeant(_ record: ContainerRecord, _ name: String) -> Bool {
    record.name == name || (!name.isEmpty && record.id.hasPrefix(name))
  }
}

/// Text as Go's `strconv.Quote` shows it.
func goQuoted(_ text: String) -> String { Quoting.go(text) }
