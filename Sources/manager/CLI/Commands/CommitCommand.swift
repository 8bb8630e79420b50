internal import Arguments
internal import Dockerfile
internal import Engine
internal import Images
internal import LinuxSystem
internal import OCIImageSpec

/// `apus commit`.
enum CommitCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "commit", summary: "Create a new image from a container's changes",
      usage: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
      options: [
        .value("author", short: "a", help: "Author (e.g., \"John Hannibal Smith <hannibal@a-team.com>\")"),
        .list("change", short: "c", help: "Apply Dockerfile instruction to the created image"),
        .value("message", short: "m", help: "Commit message"),
        .flag("no-pause", help: "Disable pausing container during commit"),
        .flag("pause", short: "p", help: "Pause container during commit (default true)"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    guard invocation.positionals.count <= 2 else {
      throw UsageError("\"\(invocation.called)\" takes a container and a name", command: invocation.called)
    }
    if invocation.flagIfGiven("pause") == true, invocation.flag("no-pause") {
      throw UsageError("--pause and --no-pause exclude each other", command: invocation.called)
    }
    var options = CommitOptions()
    options.reference = try invocation.positionals.dropFirst().first.map { try ImageReference(newTag: $0) }
    options.author = invocation.value("author")
    options.message = invocation.value("message")
    options.pauses = (invocation.flagIfGiven("pause") ?? true) && !invocation.flag("no-pause")
    options.changes = try invocation.changes()
    let id = try context.engine().commit(invocation.positionals[0], options)
    try Answer.print("\(id)\n")
    return 0
  }
}

extension Invocation {
  /// The instructions of `--change`; several lines in one are several.
  func changes() throws -> [ImageInstruction] {
    try list("change").flatMap { $0.split(whereSeparator: \.isNewline) }.map { line in
      do throws(InstructionError) { return try ImageInstruction(String(line)) } catch {
        throw UsageError("--change '\(line)': \(error)", command: called)
      }
    }
  }
}
