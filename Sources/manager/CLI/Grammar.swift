internal import Arguments

/// One command of the program: its grammar, and what it does.
protocol ManagerCommand {
  static var grammar: Command { get }
  /// - Returns: the exit code.
  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32
}

/// The whole command line.
enum Grammar {
  private static var commands: [any ManagerCommand.Type] {
    [
      RunCommand.self, StartCommand.self, StopCommand.self, RestartCommand.self, KillCommand.self,
      RemoveCommand.self,
      AttachCommand.self, ExecCommand.self, ListCommand.self, LogsCommand.self, WaitCommand.self,
      InspectCommand.self,
      ImportCommand.self,
      ImagesCommand.self, RemoveImageCommand.self, UpdateCommand.self, VersionCommand.self,
      CleanUpCommand.self,
      UnpackLayerCommand.self,
    ]
  }

  private static var systemCommands: [any ManagerCommand.Type] {
    [SystemBootCommand.self, SystemShutdownCommand.self]
  }

  /// The program with what stands before the command.
  static var root: Command {
    Command(
      group: "apus", summary: "Containers without a daemon, with docker's command line",
      options: [
        .value("root", help: "Where state is kept (default $APUS_ROOT or /var/lib/apus)"),
        .value(
          "run-root", help: "Where state of running containers is kept (default $APUS_RUN_ROOT or /run/apus)"),
        .value("runtime", help: "OCI runtime: a program's path, or a name (default apus-runtime)"),
        .flag("version", short: "v", help: "Print the version and quit"),
      ],
      commands: commands.map { $0.grammar } + [
        Command(
          group: "system", summary: "Start and stop containers with the machine",
          commands: systemCommands.map { $0.grammar })
      ])
  }

  /// The command of a path.
  /// - Throws: `UsageError` when the grammar has one that nobody implements.
  static func command(_ path: [String]) throws -> any ManagerCommand.Type {
    let commands = path.first == "system" ? systemCommands : commands
    guard let command = commands.first(where: { $0.grammar.name == path.last }) else {
      throw UsageError("unknown command: \(path.joined(separator: " "))", command: "apus")
    }
    return command
  }
}
