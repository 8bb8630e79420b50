internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem

/// `apus images`.
enum ImagesCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "images", summary: "List images", usage: "[OPTIONS] [REPOSITORY[:TAG]]",
      options: [
        // Docker hides what a build left behind; here everything without a name is shown as <none> anyway.
        .flag("all", short: "a", help: "Show all images (there are no hidden ones)"),
        .flag("digests", help: "Show digests"),
        Filters.option,
        ListFormat.option,
        .flag("no-trunc", help: "Don't truncate output"),
        .flag("quiet", short: "q", help: "Only show image IDs"),
        .flag("tree", help: "List each image once, with what it is for; U is one that a container has"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    guard invocation.positionals.count <= 1 else {
      throw UsageError("\"\(invocation.called)\" takes at most 1 argument", command: invocation.called)
    }
    // docker's words (docker/cli, command/image/list.go).
    if invocation.flag("tree"),
      let other = ["quiet", "no-trunc", "digests"].first(where: invocation.flag)
        ?? (invocation.value("format").map { _ in "format" })
    {
      throw UsageError("--\(other) is not yet supported with --tree", command: invocation.called)
    }
    let digests = invocation.flag("digests")
    let format = try ListFormat(
      invocation, columns: ImageRows.columns(digests: digests), more: ImageRows.more(digests: digests),
      raw: digests ? ImageRows.rawWithDigests : ImageRows.raw)
    let engine = try context.engine()
    let listed = try ImageFilters(invocation, engine).choose(try engine.images.images(), engine.images)
    if invocation.flag("tree") {
      try Answer.print(try ImageTree.text(listed, engine.images))
      return 0
    }
    let whole = invocation.flag("no-trunc")
    if invocation.flag("quiet") {
      try Answer.print(listed.map { ImageRows.identifier($0, whole: whole) + "\n" }.joined())
      return 0
    }
    let now = Timestamp.now()
    try Answer.print(
      try format.text(listed.map { ImageRows.row($0, whole: whole, now: now) }))
    return 0
  }
}
