internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus volume export`.
enum VolumeExportCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "export", summary: "Write what is in a volume as a tar", usage: "[OPTIONS] VOLUME",
      options: [.value("output", short: "o", help: "Write to a file, instead of STDOUT")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let output = invocation.value("output")
    guard output != nil || !StandardDescriptor.output.isTerminal else {
      throw UsageError(
        "cowardly refusing to save to a terminal. Use the -o flag or redirect", command: invocation.called)
    }
    try context.engine().exportVolume(invocation.positionals[0], to: output)
    return 0
  }
}
