internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options

/// `apus`: docker's command line, whatever the program is called (spec/manager-cli.md).
@main
struct Apus {
  static func main() {
    exitImmediately(run(Array(Environment.arguments.dropFirst())))
  }

  /// Reads the command line and runs the command.
  /// - Returns: the exit code (spec/exit-codes.md).
  private static func run(_ arguments: [String]) -> Int32 {
    do {
      try holdStandardDescriptors()
      switch try Grammar.root.parse(asOptions(arguments)) {
      case .help(let text):
        try Answer.print(text)
        return 0
      case .run(let invocation) where invocation.path.isEmpty:
        // The program's own options alone.
        try Answer.print(
          invocation.globals.flag("version")
            ? "apus version \(VersionCommand.version)\n" : Grammar.root.help(called: ["apus"]))
        return 0
      case .run(let invocation):
        return try Grammar.command(invocation.path).run(invocation, Context(invocation.globals))
      }
    } catch {
      report(error)
      return exitCode(for: error)
    }
  }

  /// `help COMMAND` is `COMMAND --help`, and `help` alone `--help`, as docker has it.
  private static func asOptions(_ arguments: [String]) -> [String] {
    arguments.first == "help" ? arguments.dropFirst() + ["--help"] : arguments
  }

  /// One line on stderr.
  static func report(_ error: any Error) { StandardDescriptor.error.print("apus: \(error)\n") }

  private static func exitCode(for error: any Error) -> Int32 {
    switch error {
    case is UsageError, is OptionError: 125
    case let failure as CommandFailure: failure.exitCode
    default: 1
    }
  }
}
