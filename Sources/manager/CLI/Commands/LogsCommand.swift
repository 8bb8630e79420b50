internal import Arguments
internal import Engine
internal import LinuxSystem
internal import ShimProtocol

/// `apus logs`.
enum LogsCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "logs", summary: "Fetch the logs of a container", usage: "[OPTIONS] CONTAINER",
      options: [
        .flag("details", help: "Show extra details provided to logs"),
        .flag("follow", short: "f", help: "Follow log output"),
        .value("since", help: "Show logs since a timestamp (2026-08-01T10:00:00Z) or a time ago (42m)"),
        .value("tail", short: "n", help: "Number of lines to show from the end of the logs (default all)"),
        .flag("timestamps", short: "t", help: "Show timestamps"),
        .value("until", help: "Show logs before a timestamp (2026-08-01T10:00:00Z) or a time ago (42m)"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    var query = LogQuery()
    query.tail = try tail(invocation)
    query.follow = invocation.flag("follow")
    query.since = try moment("since", invocation)
    query.until = try moment("until", invocation)
    ignoreSignal(Signal.pipe)
    let printer = LogPrinter(
      timestamps: invocation.flag("timestamps"), details: invocation.flag("details"))
    try context.engine().logs(invocation.positionals[0], query) { printer.take($0) }
    printer.flush()
    // A reader that has seen enough (`| head`) is no failure.
    guard let failure = printer.failure, failure.code != ErrorCode.brokenPipe else { return 0 }
    throw failure
  }

  private static func moment(_ option: String, _ invocation: Invocation) throws -> Timestamp? {
    try invocation.value(option).map { try LogMoment.read($0, option: "--\(option)", now: .now()) }
  }

  private static func tail(_ invocation: Invocation) throws -> Int? {
    guard let text = invocation.value("tail"), text != "all" else { return nil }
    // A negative number is all, as docker has it.
    return try invocation.integer("tail").flatMap { $0 < 0 ? nil : $0 }
  }
}
