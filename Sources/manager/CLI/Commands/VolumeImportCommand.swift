internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem

/// `apus volume import`.
enum VolumeImportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "import", summary: "Put what a tar, in any usual compression, or a directory holds into a volume",
      usage: "VOLUME [FILE|DIR|-]")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    guard (1...2).contains(invocation.positionals.count) else {
      throw UsageError("\"\(invocation.called)\" takes a volume and a source", command: invocation.called)
    }
    let source = invocation.positionals.count == 2 ? invocation.positionals[1] : "-"
    try context.engine().importVolume(invocation.positionals[0], from: ImportSource(source))
    return 0
  }
}
