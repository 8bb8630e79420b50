import Glibc
import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// A program with conmon's interface: ours, and conmon itself, which shows whether a test is right.
enum ConmonProgram: String, CaseIterable, CustomTestStringConvertible {
  case ours = "apus-shim"
  case reference = "conmon"

  /// Those that are there.
  static var available: [ConmonProgram] { allCases.filter { Host.findProgram($0.rawValue) != nil } }

  var testDescription: String { rawValue }
}

/// One container under a program with conmon's interface, in directories of the test's own.
final class ConmonUnderTest {
  let bundle: TestBundle
  /// Where exit files, logs and pids go.
  let room: String
  /// What an exec session has for a bundle.
  var execDirectory: String { "\(room)/exec" }
  /// The end of the sync pipe that a caller reads.
  private(set) var sync: PipeReader?
  private let fixture: Fixture
  private let program: ConmonProgram
  private let runtime: Runtime

  init(
    _ fixture: Fixture, _ program: ConmonProgram, _ bundle: TestBundle, _ runtime: Runtime = .ours
  ) throws {
    (self.fixture, self.program, self.bundle, self.runtime) = (fixture, program, bundle, runtime)
    room = "\(fixture.directory)/room"
    for name in ["exits", "persist"] { try makeDirectories("\(room)/\(name)") }
  }

  /// What every command line has.
  private func common(_ runtimeProgram: String?) throws -> [String] {
    let path = try runtimeProgram ?? ShimUnderTest.program(runtime, fixture)
    return ["-c", bundle.id, "-n", "named", "-r", path, "--runtime-arg=--root", "--runtime-arg", stateRoot]
  }

  private var stateRoot: String { fixture.client(runtime).stateRoot }

  /// Starts it for the container.
  /// - Parameters:
  ///   - descriptors: what it is born with beside its pipes.
  ///   - api: whether it is to speak the newer form.
  @discardableResult
  func create(
    _ options: [String] = [], log: [String]? = nil, runtimeProgram: String? = nil,
    descriptors: [(Int32, Int32)] = [], environment: [String] = [], api: Bool = true
  ) throws -> LinuxSystem.ExitStatus {
    var words = try common(runtimeProgram)
    words += ["-u", bundle.id, "-b", bundle.path, "-p", "\(room)/pid", "-P", "\(room)/conmon.pid"]
    words += ["--exit-dir", "\(room)/exits"]
    if !options.contains("--socket-dir-path") { words.append("--full-attach") }
    for path in log ?? ["k8s-file:\(room)/log"] { words += ["-l", path] }
    if api { words += ["--api-version", "1"] }
    return try launch(words + options, descriptors: descriptors, environment: environment).wait()
  }

  /// Has the runtime start the container.
  func start() throws { try fixture.client(runtime).call("start", bundle.id).succeeded() }

  /// Starts a further one for a process in the container.
  func execute(
    _ arguments: [String], _ options: [String] = [], api: Bool = true, terminal: Bool = false
  ) throws -> ConmonCall {
    var process = ConfigTree(bundle.config["process"] ?? .null)
    process["args"] = .array(arguments.map { .string($0) })
    process["terminal"] = .bool(terminal)
    try makeDirectories(execDirectory)
    let directory = execDirectory
    try writeAtomically("\(directory)/process.json", try JSON.encode(process.value), durable: false)
    var words = try common(nil) + ["-e", "--exec-process-spec", "\(directory)/process.json", "-l", "none"]
    words += ["-p", "\(directory)/pid"]
    if api {
      words += ["--api-version", "1", "-u", "session", "-b", directory, "--full-attach", "--exec-attach"]
      words += ["--exit-dir", directory]
    }
    let started = try launch(words + (terminal ? ["-t"] : []) + options)
    #expect(try started.wait() == .exited(0))
    return started
  }

  /// Starts the program and gives it its word to begin.
  func launch(
    _ words: [String], descriptors: [(Int32, Int32)] = [], environment: [String] = []
  ) throws -> ConmonCall {
    fixture.note("\(program.rawValue) \(words)")
    let sync = try makeSocketPair(.stream)
    let start = try makeSocketPair(.stream)
    let attach = try makeSocketPair(.stream)
    let first = Int32(3 + descriptors.count)
    let pipes = [sync.second.raw, start.second.raw, attach.second.raw]
    let names = ["SYNC", "START", "ATTACH"].enumerated().map { "_OCI_\($1)PIPE=\(first + Int32($0))" }
    var plan = SpawnPlan(
      try #require(Host.findProgram(program.rawValue)), words,
      environment: Environment.all() + names + environment)
    plan.descriptors = descriptors + pipes.enumerated().map { (first + Int32($0), $1) }
    plan.directory = room
    let handle = try spawn(plan)
    let reader = try PipeReader(sync.first)
    self.sync = reader
    let started = ConmonCall(
      handle, sync: reader, attach: try PipeReader(attach.first), start: start.first)
    try started.begin()
    return started
  }

  /// Connects to the attach socket.
  func attach() throws -> AttachPeer { try AttachPeer("\(bundle.path)/attach") }

  /// The number that the exit file has, when it is there.
  func exitCode() throws -> String {
    try eventually("the exit file", within: .seconds(20)) { fileExists("\(room)/exits/\(bundle.id)") }
    return try readText("\(room)/exits/\(bundle.id)")
  }

  /// Writes a line to the control FIFO.
  func control(_ line: String) throws {
    try openFile("\(bundle.path)/ctl", [.writeOnly, .nonBlocking]).writeAll(line + "\n")
  }

  /// The pid that it wrote for itself.
  func ownPID() throws -> Int32 { try #require(Int32(try readText("\(room)/conmon.pid"))) }

  /// The k8s-file log without its times.
  func log(_ name: String = "log") throws -> [String] {
    try readText("\(room)/\(name)").split(separator: "\n").map { line in
      let parts = line.split(separator: " ", maxSplits: 1)
      #expect(Timestamp(String(parts[0])) != nil, "\(line)")
      return parts.count > 1 ? String(parts[1]) : ""
    }
  }
}

/// One start of a program with conmon's interface, as its caller sees it.
final class ConmonCall {
  let sync: PipeReader
  let attach: PipeReader
  private let handle: ProcessHandle
  private let start: OwnedDescriptor

  init(
    _ handle: consuming ProcessHandle, sync: PipeReader, attach: PipeReader, start: consuming OwnedDescriptor
  ) {
    (self.sync, self.attach) = (sync, attach)
    self.handle = handle
    self.start = start
  }

  /// Writes the word to begin.
  func begin() throws { try start.writeAll([0]) }

  /// Waits for the process that was started, which is not the one that supervises, except with --sync.
  func wait() throws -> LinuxSystem.ExitStatus { try handle.wait() }
}

extension JSONValue {
  /// A member that is an integer; nil otherwise.
  func number(_ key: String) -> Int64? { self[key]?.integer() }
}

/// The end of a pipe from which lines of JSON come.
final class PipeReader {
  private let descriptor: OwnedDescriptor
  private var bytes: [UInt8] = []
  private var hasEnded = false

  init(_ descriptor: consuming OwnedDescriptor) throws {
    self.descriptor = descriptor
    try self.descriptor.setNonBlocking()
  }

  /// The next line; nil at the end.
  func line() throws -> JSONValue? {
    try eventually("a line of the pipe, or its end", within: .seconds(20)) { try take() || hasEnded }
    guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let line = Array(bytes[..<end])
    bytes.removeFirst(end + 1)
    return try JSON.parse(line, file: "pipe")
  }

  private func take() throws -> Bool {
    if bytes.contains(UInt8(ascii: "\n")) { return true }
    do throws(SystemError) {
      hasEnded = try descriptor.read(into: &bytes, limit: 4096) == 0
    } catch {
      guard error.code == ErrorCode.again else { throw error }
    }
    return bytes.contains(UInt8(ascii: "\n"))
  }
}

/// A client of the attach socket, as podman is one.
final class AttachPeer {
  private(set) var stdout: [UInt8] = []
  private(set) var stderr: [UInt8] = []
  private(set) var hasEnded = false
  private let socket: OwnedDescriptor
  var out: String { String(decoding: stdout, as: UTF8.self) }
  var err: String { String(decoding: stderr, as: UTF8.self) }

  init(_ path: String) throws {
    socket = try connectToSocket(path, kind: .sequencedPacket)
    try socket.setNonBlocking()
  }

  func send(_ text: String) throws { try sendRecord(socket, Array(text.utf8)) }

  /// Says that no more input will come, and goes on reading.
  func endInput() { #expect(shutdown(socket.raw, Int32(SHUT_WR)) == 0) }

  /// Takes what there is.
  func read() throws {
    while !hasEnded {
      do throws(SystemError) {
        // podman's own buffer.
        let record = try receiveRecord(socket, limit: 8193)
        switch record.first {
        case 2: stdout += record.dropFirst()
        case 3: stderr += record.dropFirst()
        case nil: hasEnded = true
        case let other: Issue.record("a record of stream \(String(describing: other))")
        }
      } catch {
        if error.code == ErrorCode.again { return }
        guard error.code == ErrorCode.connectionReset else { throw error }
        hasEnded = true
      }
    }
  }

  func waitFor(_ text: String) throws {
    try eventually("\"\(text)\" in the output", within: .seconds(20)) {
      try read()
      return out.contains(text)
    }
  }

  func waitForEnd() throws {
    try eventually("the end of the connection", within: .seconds(30)) {
      try read()
      return hasEnded
    }
  }
}
