package import JSONDocument
import LinuxSystem

/// One runtime with a state root of the test's own: its command line, as callers use it.
package struct RuntimeClient {
  /// Which one.
  package let runtime: Runtime
  /// What it is given as `--root`.
  package let stateRoot: String
  private let fixture: Fixture

  init(_ runtime: Runtime, _ fixture: Fixture) {
    self.runtime = runtime
    self.fixture = fixture
    stateRoot = fixture.stateRoot(runtime)
  }

  /// Runs a command: `call("state", id)`.
  package func call(
    _ arguments: String..., stdin: Input = .nothing, environment: [String: String] = [:],
    within duration: Duration = .seconds(30)
  ) throws -> Outcome {
    try call(arguments, stdin: stdin, environment: environment, within: duration)
  }

  /// Runs a command.
  package func call(
    _ arguments: [String], global: [String] = [], stdin: Input = .nothing,
    environment: [String: String] = [:],
    files: [String] = [], within duration: Duration = .seconds(30)
  ) throws -> Outcome {
    let words = words(global) + arguments
    return try fixture.run(
      words[0], Array(words[1...]), stdin: stdin, environment: environment, files: files, within: duration)
  }

  /// Starts a command that the test follows while it runs.
  package func start(_ arguments: String..., stdin: Input = .nothing) throws -> RunningProgram {
    let words = words([]) + arguments
    return try fixture.start(words[0], Array(words[1...]), stdin: stdin)
  }

  /// Runs the bundle in the foreground until it ends: `run --bundle DIR [options] ID`.
  package func run(
    _ bundle: TestBundle, _ options: String..., stdin: Input = .nothing,
    within duration: Duration = .seconds(30)
  ) throws -> Outcome {
    try call(["run", "--bundle", bundle.path] + options + [bundle.id], stdin: stdin, within: duration)
  }

  /// Creates the container; what it writes goes to `bundle.stdout` and `bundle.stderr`.
  package func create(_ bundle: TestBundle, _ options: String...) throws -> Outcome {
    try call(
      ["create", "--bundle", bundle.path] + options + [bundle.id],
      files: [bundle.stdoutFile, bundle.stderrFile])
  }

  /// Creates and starts the container and leaves it running.
  package func launch(_ bundle: TestBundle) throws {
    try create(bundle).succeeded()
    try call("start", bundle.id).succeeded()
  }

  /// What `state` answers.
  package func state(_ id: String) throws -> JSONValue {
    let outcome = try call("state", id).succeeded()
    return try JSON.parse(outcome.stdout, file: "state of \(id)")
  }

  /// The `status` of `state`.
  package func status(_ id: String) throws -> String? { try state(id)["status"]?.string }

  /// Waits until `state` says that it has stopped.
  package func waitUntilStopped(_ id: String) throws {
    try eventually("\(id) is stopped") { try status(id) == "stopped" }
  }

  /// The words before a command, quoted for a shell: program, `--root` and its directory.
  package var commandLine: String { words([]).map { "'\($0)'" }.joined(separator: " ") }

  private func words(_ global: [String]) -> [String] { runtime.words + ["--root", stateRoot] + global }
}

extension Fixture {
  /// The runtime with a state root in the fixture's directory.
  package func client(_ runtime: Runtime) -> RuntimeClient { RuntimeClient(runtime, self) }

  func stateRoot(_ runtime: Runtime) -> String { "\(directory)/state/\(runtime.rawValue)" }
}
