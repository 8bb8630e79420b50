internal import Arguments
internal import Engine
internal import Images

/// `apus volume export`.
enum VolumeExportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "export", summary: "Write what is in a volume as a tar", usage: "[OPTIONS] VOLUME",
      options: [.value("output", short: "o", help: "Write to a file, instead of STDOUT")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let output = try ArchiveOutput(invocation.value("output"), doing: "save")
    try context.engine().exportVolume(invocation.positionals[0]) { (bytes) throws(ImageError) in
      try output.write(bytes)
    }
    try output.keep()
    return 0
  }
}
