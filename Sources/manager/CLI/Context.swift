internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// What a command works with: the roots and the programs that the command line and the environment name. The state is
/// opened when a command first asks for it.
struct Context {
  private let globals: OptionValues

  init(_ globals: OptionValues) { self.globals = globals }

  /// The two roots.
  var paths: StorePaths {
    StorePaths(
      root: globals.value("root") ?? Environment.value("APUS_ROOT") ?? "/var/lib/apus",
      runRoot: globals.value("run-root") ?? Environment.value("APUS_RUN_ROOT") ?? "/run/apus")
  }

  /// Where CDI's files are, when it is not where they usually are.
  var deviceDirectories: String? { Environment.value("APUS_CDI_DIRS") }

  /// Where the programs are.
  func programs() throws -> Programs {
    Programs(own: try Environment.ownProgram(), runtimeOption: globals.value("runtime"))
  }

  /// Opens the engine.
  func engine() throws -> ContainerEngine {
    try ContainerEngine(
      paths: paths, programs: try programs(), deviceDirectories: deviceDirectories
    ) {
      StandardDescriptor.error.print("WARNING: \($0)\n")
    }
  }
}

/// A failure that has been reported, or is to be reported as it stands, with the code to end with.
struct CommandFailure: Error, CustomStringConvertible {
  let exitCode: Int32
  let description: String

  init(_ exitCode: Int32, _ description: String) {
    self.exitCode = exitCode
    self.description = description
  }

  /// What `run`, `exec` and an attached `start` end with when the engine failed: 125, or 126 and 127 for a program
  /// that could not be started.
  init(_ error: EngineError) {
    if case .notStarted(let code) = error.kind {
      self.init(code, error.message)
    } else {
      self.init(125, error.message)
    }
  }
}
