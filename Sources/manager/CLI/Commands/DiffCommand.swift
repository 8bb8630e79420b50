internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem

/// `apus diff`.
enum DiffCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "diff", summary: "Inspect changes to files or directories on a container's filesystem",
      usage: "CONTAINER")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    for change in try context.engine().changes(of: invocation.positionals[0]) {
      // Names are bytes.
      let line = Array("\(change.kind.rawValue) ".utf8) + change.path + [UInt8(ascii: "\n")]
      try Answer.write(line)
    }
    return 0
  }
}
