internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus ps`.
enum ListCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "ps", summary: "List containers", usage: "[OPTIONS]",
      options: [
        .flag("all", short: "a", help: "Show all containers (default shows just running)"),
        .flag("latest", short: "l", help: "Show the latest created container (includes all states)"),
        .flag("no-trunc", help: "Don't truncate output"),
        .flag("quiet", short: "q", help: "Only display container IDs"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let states = try context.engine().list(all: invocation.flag("all"), latest: invocation.flag("latest"))
    let whole = invocation.flag("no-trunc")
    if invocation.flag("quiet") {
      StandardDescriptor.output.print(
        states.map { (whole ? $0.record.id : $0.record.shortID) + "\n" }.joined())
      return 0
    }
    var table = Table(["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"])
    let now = Timestamp.now()
    for state in states { table.add(row(state, whole: whole, now: now)) }
    StandardDescriptor.output.print(table.text)
    return 0
  }

  private static func row(_ state: ContainerState, whole: Bool, now: Timestamp) -> [String] {
    let record = state.record
    let command = commandLine(state.settings.arguments)
    return [
      whole ? record.id : record.shortID,
      record.imageReference,
      goQuoted(whole ? command : ellipsis(command, 20)),
      "\(HumanDuration(from: record.createdAt, to: now)) ago",
      state.summary(now: now),
      "",
      record.name,
    ]
  }

  /// docker's Command: arguments with a space in them in quotes (moby, daemon/list.go).
  static func commandLine(_ arguments: [String]) -> String {
    arguments.enumerated().map { index, argument in
      index > 0 && argument.contains(" ") ? "'\(argument)'" : argument
    }.joined(separator: " ")
  }
}

/// Text as Go's `strconv.Quote` shows it.
func goQuoted(_ text: String) -> String {
  // Nearly all are plain, and there may be hundreds.
  let isSpecial: (UInt8) -> Bool = { $0 < 0x20 || $0 == 0x22 || $0 == 0x5c || $0 == 0x7f }
  guard text.utf8.contains(where: isSpecial) else { return "\"\(text)\"" }
  let escapes: [Unicode.Scalar: String] = [
    "\"": "\\\"", "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\u{7}": "\\a", "\u{8}": "\\b",
    "\u{c}": "\\f", "\u{b}": "\\v",
  ]
  let body = text.unicodeScalars.map { scalar in
    if let escape = escapes[scalar] { return escape }
    guard scalar.value < 0x20 || scalar.value == 0x7f else { return String(scalar) }
    let digits = String(scalar.value, radix: 16)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }
  return "\"\(body.joined())\""
}
