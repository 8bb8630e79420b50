internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus version`, and what `--version` prints.
enum VersionCommand: ManagerCommand {
  /// The version of the three programs.
  static let version = "0.1.0"

  static var grammar: Command {
    Command("version", summary: "Show the version and where the parts are", usage: "")
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let programs = try context.programs()
    StandardDescriptor.output.print(
      """
      apus:
       Version:   \(version)
       OS/Arch:   linux/\(MachineArchitecture.current.goName)
       Root:      \(context.paths.root)
       Run root:  \(context.paths.runRoot)
       Shim:      \(try programs.shim())
       Runtime:   \(try programs.runtime())

      """)
    return 0
  }
}
