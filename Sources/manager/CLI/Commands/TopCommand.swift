internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus top`.
enum TopCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "top", summary: "Display the running processes of a container", usage: "CONTAINER [ps OPTIONS]",
      interspersed: false)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let listing = try context.engine().top(
      invocation.positionals[0], options: Array(invocation.positionals.dropFirst()))
    // docker's cells are at least twenty wide (docker/cli, container/top.go).
    var table = Table(listing.titles, leastWidth: 20)
    for row in listing.rows {
      table.add(row + [String](repeating: "", count: max(0, listing.titles.count - row.count)))
    }
    try Answer.print(table.text)
    return 0
  }
}
