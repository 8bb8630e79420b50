internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem
internal import OCIImageSpec

/// `apus import`.
enum ImportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "import", summary: "Make an image of a directory, or of a tar file in any usual compression",
      usage: "[OPTIONS] FILE|DIR|- [REPOSITORY[:TAG]]",
      options: [.value("message", short: "m", help: "Set commit message for imported image")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    guard invocation.positionals.count <= 2 else {
      throw UsageError("\"\(invocation.called)\" takes a source and a name", command: invocation.called)
    }
    let name = try invocation.positionals.dropFirst().first.map { try ImageReference($0) }
    let digest = try context.engine().images.importImage(
      ImportSource(invocation.positionals[0]), as: name, comment: invocation.value("message"))
    StandardDescriptor.output.print("\(digest)\n")
    return 0
  }
}
