internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem
internal import OCIRuntimeSpec

extension RuntimeCommand {
  static let list = RuntimeCommand(
    grammar: Command(
      "list", summary: "List containers", usage: "[OPTIONS]",
      options: [
        .value("format", short: "f", value: "FORMAT", help: "table or json (default \"table\")"),
        .flag("quiet", short: "q", help: "Print IDs only"),
      ], interspersed: true)
  ) { context throws(LifecycleError) in
    _ = try context.positionals(0...0, "no argument")
    let (states, warnings) = try context.store.list(
      isRootNamed: context.invocation.globals.value("root") != nil)
    for warning in warnings { context.log.write(.error, warning) }
    if context.invocation.flag("quiet") {
      StandardDescriptor.output.print(states.map { $0.id + "\n" }.joined())
      return 0
    }
    switch context.invocation.value("format") ?? "table" {
    case "table": StandardDescriptor.output.print(table(states))
    case "json": try printJSON(states, style: .compact)
    case let other: throw .usage("invalid format \"\(other)\", expected table or json")
    }
    return 0
  }

  /// runc's columns.
  private static func table(_ states: [RuntimeState]) -> String {
    let rows =
      [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]]
      + states.map {
        [$0.id, "\($0.pid ?? 0)", $0.status.rawValue, $0.bundle, $0.created ?? "", $0.owner ?? ""]
      }
    let widths = (0..<6).map { column in max(rows.map { $0[column].count }.max() ?? 0, 9) + 3 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        column == 5 ? cell : cell + String(repeating: " ", count: widths[column] - cell.count)
      }
      return cells.joined() + "\n"
    }.joined()
  }
}
