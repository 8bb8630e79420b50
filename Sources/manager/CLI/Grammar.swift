internal import Arguments

/// One command of the program: its grammar, and what it does.
protocol ManagerCommand: SendableMetatype {
  static var grammar: Command { get }
  /// - Returns: the exit code.
  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32
}

/// A command under a name: docker has most of them twice, as `ps` and as `container ls`.
struct Route: Sendable {
  let name: String
  let aliases: [String]
  let command: any ManagerCommand.Type

  /// - Parameter name: the name in its group; the grammar's own where nothing else is said.
  init(_ name: String, aliases: String..., to command: any ManagerCommand.Type) {
    self.name = name
    self.aliases = aliases
    self.command = command
  }

  /// The grammar is made when the command is called: the program starts for every container.
  var subcommand: Subcommand {
    Subcommand(name, aliases: aliases) { [self] in command.grammar.renamed(name, aliases: aliases) }
  }
}

/// Commands that belong together: `container`, `image`, `network`, `volume`, `system`.
struct RouteGroup: Sendable {
  let name: String
  let summary: String
  let routes: [Route]

  /// The group as the grammar has it.
  var subcommand: Subcommand {
    Subcommand(name) { [self] in
      Command(group: name, summary: summary, subcommands: routes.map(\.subcommand))
    }
  }
}

/// The whole command line. The groups' commands are in files of their own: `Grammar+Container.swift` and so on.
enum Grammar {
  /// The commands without a group.
  static var topLevel: [Route] {
    daily + imageShorthands + [
      Route("events", to: EventsCommand.self),
      Route("info", to: InfoCommand.self),
      Route("inspect", to: InspectCommand.self),
      Route("version", to: VersionCommand.self),
      Route("cleanup", to: CleanUpCommand.self),
      Route("tree-work", to: TreeWorkCommand.self),
      Route("completion", to: CompletionCommand.self),
      Route("__complete", to: CompleteCommand.self),
      Route("doctor", to: DoctorCommand.self),
      Route("man", to: ManualCommand.self),
      Route("unpack-layer", to: UnpackLayerCommand.self),
      Route("read-tree", to: ReadTreeCommand.self),
      Route("hold-paused", to: HoldPausedCommand.self),
    ]
  }

  /// The groups.
  static var groups: [RouteGroup] { [container, image, network, volume, system] }

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
      subcommands: topLevel.map(\.subcommand) + groups.map(\.subcommand))
  }

  /// The command of a path as the parser gives it: names, no aliases.
  /// - Throws: `UsageError` when the grammar has one that nobody implements.
  static func command(_ path: [String]) throws -> any ManagerCommand.Type {
    let routes = path.count > 1 ? groups.first { $0.name == path.first }?.routes ?? [] : topLevel
    guard let route = routes.first(where: { $0.name == path.last }) else {
      throw UsageError("unknown command: \(path.joined(separator: " "))", command: "apus")
    }
    return route.command
  }
}
