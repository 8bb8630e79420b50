import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// One shim with one container: a bundle, a run directory, a log and a record of the test's own.
final class ShimUnderTest {
  let bundle: TestBundle
  var command: ShimCommandLine
  var paths: ShimPaths { ShimPaths(directory: command.runDirectory) }
  private let fixture: Fixture
  private var execCount = 0

  /// Prepares a shim that is started by `launch`.
  init(_ fixture: Fixture, _ runtime: Runtime, _ bundle: TestBundle, runDirectory: String? = nil) throws {
    self.fixture = fixture
    self.bundle = bundle
    let run = runDirectory ?? "\(bundle.path)/run"
    try makeDirectories(run, mode: 0o700)
    command = ShimCommandLine(
      id: bundle.id, bundle: bundle.path, runtime: try Self.program(runtime, fixture),
      runtimeRoot: fixture.client(runtime).stateRoot, runDirectory: run,
      exitRecord: "\(bundle.path)/exit.json")
    command.log = "\(bundle.path)/log"
    command.exitCommand = ["/bin/sh", "-c", "echo cleaned >> \"$0\"", "\(bundle.path)/cleaned"]
    let terminal = bundle.config["process.terminal"] == true
    command.terminal = terminal
  }

  /// A program that can be given as `--runtime`: crun needs a script that puts it into a mount namespace.
  static func program(_ runtime: Runtime, _ fixture: Fixture) throws -> String {
    guard runtime == .crun else { return try #require(Host.findProgram(runtime.program)) }
    let script = """
      #!/bin/sh
      exec unshare -m --propagation private sh -c \
      'umount /sys/fs/cgroup/unified 2>/dev/null; exec crun "$@"' crun "$@"

      """
    return try fixture.write(script, to: "crun", mode: 0o755)
  }

  /// Starts the shim.
  /// - Returns: the launcher's end of the connection.
  func launch() throws -> ShimPeer {
    let pair = try makeSocketPair()
    var command = command
    command.launcherDescriptor = 3
    let outcome = try start(command, launcher: pair.second)
    guard outcome == .exited(0) else { throw TestFailure("apus-shim ended with \(outcome)") }
    fixture.atEnd("end the container \(bundle.id)") { try self.end() }
    return ShimPeer(ShimConnection(owning: pair.first))
  }

  /// Starts the shim without a launcher, and with stdio of the test's.
  /// - Parameter descriptors: `(number in the shim, number here)`.
  func launch(withStdio descriptors: [(Int32, Int32)]) throws {
    fixture.note("apus-shim \(command.arguments)")
    var plan = SpawnPlan(try #require(Host.findProgram("apus-shim")), command.arguments)
    plan.descriptors = descriptors
    let outcome = try spawn(plan).wait()
    guard outcome == .exited(0) else { throw TestFailure("apus-shim ended with \(outcome)") }
    fixture.atEnd("end the container \(bundle.id)") { try self.end() }
  }

  /// Runs the shim's program until it has gone to the background.
  func start(_ command: ShimCommandLine, launcher: borrowing OwnedDescriptor) throws -> LinuxSystem.ExitStatus
  {
    fixture.note("apus-shim \(command.arguments)")
    var plan = SpawnPlan(try #require(Host.findProgram("apus-shim")), command.arguments)
    plan.descriptors = [(3, launcher.raw)]
    return try spawn(plan).wait()
  }

  /// Starts the shim, and waits until its container runs.
  /// - Returns: the launcher's end of the connection.
  func launchAndWait() throws -> ShimPeer {
    let launcher = try launch()
    try launcher.waitUntilStarted()
    return launcher
  }

  /// Kills the shim, and waits until it is gone.
  func kill() throws {
    try sendSignal(Signal.kill, toPID: try #require(Int32(try readText(paths.shimPID))))
    try eventually("the shim is gone") { try !isLocked(paths.lock) }
  }

  /// Starts the shim that takes the place of a killed one.
  /// - Returns: the launcher's end of the connection.
  func adopt() throws -> ShimPeer {
    command.adoptedSince = Timestamp("2026-01-02T03:04:05Z")
    return try launch()
  }

  /// Connects one more client.
  func connect() throws -> ShimPeer { ShimPeer(try ShimConnection(connectingTo: paths)) }

  /// Connects and attaches one more client.
  func attach(_ streams: AttachStreams = [.output, .error]) throws -> ShimPeer {
    let client = try connect()
    try client.send(.attach(streams))
    guard case .attached(let pid) = try client.receive(), pid > 1 else {
      throw TestFailure("the shim does not answer attach")
    }
    return client
  }

  /// Runs one more process in the container.
  func execute(_ arguments: [String], _ options: ExecOptions = [], terminal: Bool = false) throws -> ShimPeer
  {
    var process = ConfigTree(bundle.config["process"] ?? .null)
    process["args"] = .array(arguments.map { .string($0) })
    process["terminal"] = .bool(terminal)
    execCount += 1
    let directory = paths.execDirectory(execCount)
    try makeDirectory(directory)
    let file = "\(directory)/process.json"
    try writeAtomically(file, try JSON.encode(process.value), durable: false)
    let client = try connect()
    try client.send(.exec(terminal ? options.union(.terminal) : options, processFile: file))
    return client
  }

  /// Waits until the shim, and the exit command in its place, have ended.
  func waitUntilOver() throws {
    try eventually("the shim is over", within: .seconds(20)) { try !isLocked(paths.lock) }
    try eventually("the exit command is over") { try fixture.processes().isEmpty }
  }

  /// The record on disk.
  func record() throws -> ExitRecord { try #require(try ExitRecord.read(command.exitRecord)) }

  /// Whether the exit command has run.
  var isCleaned: Bool { fileExists("\(bundle.path)/cleaned") }

  /// The log's entries, those of its older files first.
  func log() throws -> [(text: String, stream: String)] {
    let path = try #require(command.log)
    let older = (1...10).reversed().map { "\(path).\($0)" }.filter { fileExists($0) }
    return try (older + [path]).flatMap { try readFile($0) }.split(separator: UInt8(ascii: "\n")).map {
      line in
      let entry = try JSON.parse(Array(line), file: "log")
      #expect(entry["time"]?.string.flatMap(Timestamp.init) != nil)
      return (try #require(entry["log"]?.string), try #require(entry["stream"]?.string))
    }
  }

  /// Nothing is left of a shim that is over but its lock, and what a test put there.
  func expectNothingLeft(beside files: Set<String> = []) throws {
    let left = try listDirectory(command.runDirectory).filter { !$0.hasPrefix("exec-") || $0.contains(".") }
    #expect(left.filter { !files.contains($0) } == ["lock"])
  }

  private func end() throws {
    guard try isLocked(paths.lock) else { return }
    // By the shim: it would start again what dies otherwise.
    if command.restart != .no {
      do throws(ShimProtocolError) {
        try ShimConnection(connectingTo: paths).send(.signal(Signal.kill))
      } catch {
        // It ends by itself just now.
        guard case .connection = error else { throw error }
      }
      return try waitUntilOver()
    }
    do throws(SystemError) {
      if let pid = Int32(try readText(paths.initPID)) { try sendSignal(Signal.kill, toPID: pid) }
    } catch {
      // It ends by itself just now.
      guard error.code == ErrorCode.noProcess || error.code == ErrorCode.noEntry else { throw error }
    }
    try waitUntilOver()
  }
}
