internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem

/// `apus load`.
enum LoadCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "load", summary: "Load images from a tar archive or STDIN", usage: "[OPTIONS]",
      options: [
        .value("input", short: "i", help: "Read from tar archive file, instead of STDIN"),
        PlatformOption.list("Load only the given platform, such as linux/amd64"),
        .flag("quiet", short: "q", help: "Suppress the load output"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let input = invocation.value("input")
    if input == nil, StandardDescriptor.input.isTerminal {
      throw CommandFailure(1, "requested load from stdin, but stdin is empty")
    }
    let platform = try PlatformOption.read(invocation)
    let loaded = try context.engine().loadImages(ImportSource(input ?? "-"), platform: platform)
    // docker's --quiet hides the progress, of which there is none, and not these lines.
    for image in loaded {
      if image.tags.isEmpty { try Answer.print("Loaded image ID: \(image.id)\n") }
      for tag in image.tags { try Answer.print("Loaded image: \(tag)\n") }
    }
    return 0
  }
}
