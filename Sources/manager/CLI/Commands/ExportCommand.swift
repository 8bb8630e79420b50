internal import Arguments
internal import Engine
internal import Images

/// `apus export`.
enum ExportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "export", summary: "Export a container's filesystem as a tar archive", usage: "[OPTIONS] CONTAINER",
      options: [.value("output", short: "o", help: "Write to a file, instead of STDOUT")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let output = try ArchiveOutput(invocation.value("output"), doing: "export")
    try context.engine().export(invocation.positionals[0]) { (bytes) throws(ImageError) in
      try output.write(bytes)
    }
    try output.keep()
    return 0
  }
}
