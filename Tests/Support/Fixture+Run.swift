import LinuxSystem

extension Fixture {
  /// Runs a program to its end.
  /// - Parameters:
  ///   - program: one of ours, a name on PATH or an absolute path.
  ///   - environment: added to the fixture's own.
  ///   - files: where standard output and standard error go instead of pipes, for a program that leaves somebody
  ///     behind who holds them; empty, or two paths.
  /// - Throws: `TestFailure` when it is not there or did not end in time (then it is killed).
  package func run(
    _ program: String, _ arguments: [String] = [], stdin: Input = .nothing,
    environment: [String: String] = [:],
    directory: String? = nil, files: [String] = [], within duration: Duration = .seconds(30)
  ) throws -> Outcome {
    let running = try start(
      program, arguments, stdin: stdin, environment: environment, directory: directory, files: files)
    let outcome = try running.wait(within: duration)
    note("\(outcome)")
    return outcome
  }

  /// Starts a program; it is killed when the test ends, if it has not ended before. Parameters as for `run`.
  package func start(
    _ program: String, _ arguments: [String] = [], stdin: Input = .nothing,
    environment: [String: String] = [:],
    directory: String? = nil, files: [String] = []
  ) throws -> RunningProgram {
    let plan = try plan(program, arguments, environment: environment, directory: directory)
    note("start \(plan.arguments)")
    let running = try RunningProgram(plan, stdin: stdin, files: files)
    own(running)
    return running
  }

  /// Runs the manager to its end.
  package func apus(
    _ arguments: String..., stdin: Input = .nothing, environment: [String: String] = [:],
    within duration: Duration = .seconds(30)
  ) throws -> Outcome {
    try run("apus", arguments, stdin: stdin, environment: environment, within: duration)
  }

  /// Runs a shell script of the host's /bin/sh to its end.
  package func shell(_ script: String, within duration: Duration = .seconds(30)) throws -> Outcome {
    try run("/bin/sh", ["-c", script], within: duration)
  }

  func plan(
    _ program: String, _ arguments: [String], environment: [String: String], directory: String?
  ) throws(TestFailure) -> SpawnPlan {
    guard let path = Host.findProgram(program) else { throw TestFailure("\(program) is not there") }
    let variables = self.environment.merging(environment) { $1 }
    var words = [path] + arguments
    if let network { words = ["/usr/bin/nsenter", "--net=\(network.path)", "--"] + words }
    var plan = SpawnPlan(
      words[0], Array(words.dropFirst()), environment: variables.map { "\($0)=\($1)" }.sorted())
    plan.directory = directory ?? self.directory
    return plan
  }
}
