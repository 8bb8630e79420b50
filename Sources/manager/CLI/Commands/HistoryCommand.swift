internal import Arguments
internal import Engine
internal import Images
internal import JSONDocument
internal import LinuxSystem

/// `apus history`.
enum HistoryCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "history", summary: "Show the history of an image", usage: "[OPTIONS] IMAGE",
      options: [
        ListFormat.option,
        .flag("human", short: "H", help: "Print sizes and dates in human readable format (default true)"),
        .flag("no-trunc", help: "Don't truncate output"),
        PlatformOption.list("Show history only if it is for the given platform, such as linux/amd64"),
        .flag("quiet", short: "q", help: "Only show image IDs"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let isHuman = invocation.flagIfGiven("human") ?? true
    let format = try ListFormat(
      invocation,
      columns: [
        ListFormat.Column("IMAGE", "ID"),
        isHuman ? ListFormat.Column("CREATED", "CreatedSince") : ListFormat.Column("CREATED AT", "CreatedAt"),
        ListFormat.Column("CREATED BY", "CreatedBy"), ListFormat.Column("SIZE", "Size"),
        ListFormat.Column("COMMENT", "Comment"),
      ])
    let platform = try PlatformOption.read(invocation)
    let steps = try context.engine().images.history(of: invocation.positionals[0], platform: platform)
    let whole = invocation.flag("no-trunc")
    let rows = steps.map { row($0, isHuman: isHuman, whole: whole) }
    try Answer.print(
      invocation.flag("quiet")
        ? rows.map { ($0["ID"]?.string ?? "") + "\n" }.joined() : try format.text(rows))
    return 0
  }

  /// A step by the names of docker's templates.
  private static func row(_ step: HistoryStep, isHuman: Bool, whole: Bool) -> JSONValue {
    let id = step.id.map { whole ? $0 : String($0.dropFirst("sha256:".count).prefix(12)) } ?? "<missing>"
    let moment = step.created.map { "\(Timestamp(seconds: $0.seconds))".replacingFraction } ?? "N/A"
    let since = step.created.map { "\(HumanDuration(from: $0, to: .now())) ago" } ?? "N/A"
    let command = String(step.createdBy.map { $0 == "\t" || $0 == "\n" ? " " : $0 })
    return [
      "ID": .string(id),
      "CreatedSince": .string(isHuman ? since : moment),
      "CreatedAt": .string(moment),
      // docker's 45 characters, the last of which says that there is more.
      "CreatedBy": .string(whole || command.count <= 45 ? command : command.prefix(44) + "…"),
      "Size": .string(isHuman ? "\(HumanSize(bytes: step.sizeBytes))" : "\(step.sizeBytes)"),
      "Comment": .string(step.comment),
    ]
  }
}

extension String {
  /// A moment without the fraction of a second: `2026-08-01T10:00:00Z`.
  fileprivate var replacingFraction: String { prefix { $0 != "." } + "Z" }
}
