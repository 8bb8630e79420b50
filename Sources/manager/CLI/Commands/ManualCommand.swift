internal import Arguments
internal import LinuxSystem

/// `apus man DIR`: the manual's pages, from the same grammar as the help.
enum ManualCommand: ManagerCommand {
  static var grammar: Command {
    Command("man", summary: "Write the manual's pages (section 1) into a directory", usage: "DIRECTORY")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let directory = invocation.positionals[0]
    try makeDirectories(directory)
    for page in Grammar.root.manualPages(version: VersionCommand.version) {
      let file = try openFile("\(directory)/\(page.fileName)", [.writeOnly, .create, .truncate], mode: 0o644)
      try file.writeAll(page.text)
    }
    return 0
  }
}
