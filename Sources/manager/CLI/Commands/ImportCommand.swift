internal import Arguments
internal import Dockerfile
internal import Engine
internal import Images
internal import LinuxSystem
internal import OCIImageSpec

/// `apus import`.
enum ImportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "import", summary: "Make an image of a directory, or of a tar file in any usual compression",
      usage: "[OPTIONS] FILE|DIR|URL|- [REPOSITORY[:TAG]]",
      options: [
        .list("change", short: "c", help: "Apply Dockerfile instruction to the created image"),
        .value("message", short: "m", help: "Set commit message for imported image"),
        .value("platform", help: "What the files are for, such as linux/arm64 (default this machine)"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    guard invocation.positionals.count <= 2 else {
      throw UsageError("\"\(invocation.called)\" takes a source and a name", command: invocation.called)
    }
    let name = try invocation.positionals.dropFirst().first.map { try ImageReference(newTag: $0) }
    let platform = try invocation.value("platform").map { try PlatformName($0) } ?? .host
    var execution = ImageConfiguration.Execution()
    let changes = try invocation.changes()
    do throws(InstructionError) { try execution.apply(changes) } catch {
      throw CommandFailure(1, error.description)
    }
    let digest = try context.engine().importImage(
      ImportSource(invocation.positionals[0]), as: name, comment: invocation.value("message"),
      platform: platform, execution: execution)
    try Answer.print("\(digest)\n")
    return 0
  }
}
