package import LinuxSystem
import Testing

/// The room of one test that touches the machine: a directory, roots and a cgroup of its own, which vanish with
/// everything that lives in them when the test ends, however it ends.
///
///     @Test(.requiresRoot) func echoes() async throws {
///       try await Fixture.with { f in
///         let outcome = try f.apus("run", "--rm", "busybox", "echo", "hello")
///         #expect(outcome.out == "hello\n", "\(outcome)")
///       }
///     }
///
/// Only one fixture is open at a time in a process, so tests that need the machine run one after another.
package final class Fixture {
  /// The test's own directory; absolute, and the only place where it may make files.
  package let directory: String
  /// The manager's `--root`; every program that the fixture starts finds it in `APUS_ROOT`.
  package let root: String
  /// The manager's `--run-root`; likewise `APUS_RUN_ROOT`.
  package let runRoot: String
  /// The parent of the test's cgroups, for `linux.cgroupsPath`: `/<name>`.
  package let cgroupParent: String
  /// Where every command and its outcome is written.
  package let logFile: String
  /// The environment of the programs that the fixture starts.
  package var environment: [String: String]

  /// The network that the programs are started in which the fixture starts: never the machine's, where tests have the
  /// rights to change it. nil without them.
  package var network: TestNetwork?

  /// The manager's cgroups, of whichever root, that were there before the test.
  let cgroupsBefore: Set<String>

  private let log: PipeEnd
  private var undo: [(what: String, run: () throws -> Void)] = []
  private var programs: [RunningProgram] = []

  /// Runs `body` with a fixture, then cleans up; a test that left something behind fails.
  /// - Parameter test: names the log.
  /// - Throws: what `body` throws, else `TestFailure` naming what could not be cleaned or was left behind.
  package static func with<Value>(
    _ test: String = #function, _ body: (Fixture) async throws -> Value
  ) async throws -> Value {
    await Turn.ofThisProcess.take()
    let fixture: Fixture
    do {
      fixture = try Fixture(test)
    } catch {
      await Turn.ofThisProcess.pass()
      throw error
    }
    let result: Result<Value, any Error>
    do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
    let faults = fixture.cleanUp()
    await Turn.ofThisProcess.pass()
    if case .success = result, !faults.isEmpty { throw TestFailure(faults.joined(separator: "\n")) }
    return try result.get()
  }

  private init(_ test: String) throws(SystemError) {
    let number = hexadecimal(try randomBytes(3))
    let name = test.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    directory = "\(Host.testRoot)/\(number)"
    root = directory + "/root"
    runRoot = directory + "/run"
    cgroupParent = "/\(splitPath(Host.testRoot).name)-\(number)"
    logFile = "\(Host.logs)/\(name)-\(number).log"
    cgroupsBefore = try Self.managersCgroups()
    network = effectiveUserID() == 0 ? try TestNetwork() : nil
    for path in [Host.logs, directory, directory + "/tmp"] { try makeDirectories(path) }
    log = PipeEnd(try openFile(logFile, [.writeOnly, .create, .append], mode: 0o644))
    environment = [
      "PATH": "\(Host.programs):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "LANG": "C.UTF-8",
      "HOME": directory, "TMPDIR": directory + "/tmp", "APUS_ROOT": root, "APUS_RUN_ROOT": runRoot,
    ]
  }

  /// Remembers how to undo something; the last is undone first, before the fixture's own cleaning.
  package func atEnd(_ what: String, _ run: @escaping () throws -> Void) { undo.append((what, run)) }

  /// Remembers a program to end with the test.
  func own(_ program: RunningProgram) { programs.append(program) }

  /// Writes a line to the test's log.
  package func note(_ text: String) {
    do throws(SystemError) { try log.descriptor.writeAll("\(Timestamp.now()) \(text)\n") } catch {
      Issue.record("the log \(logFile) cannot be written: \(error)")
    }
  }

  /// The path of a new file or directory of the test's; its directories are made.
  package func path(_ name: String) throws(SystemError) -> String {
    let path = "\(directory)/\(name)"
    try makeDirectories(splitPath(path).directory)
    return path
  }

  /// Writes a file of the test's.
  /// - Returns: its path.
  @discardableResult
  package func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws(SystemError) -> String {
    let path = try path(name)
    let file = try openFile(path, [.writeOnly, .create, .truncate], mode: mode)
    try file.writeAll(text)
    try setPermissions(path, mode)
    return path
  }

  private func cleanUp() -> [String] {
    var faults: [String] = []
    func attempt(_ what: String, _ run: () throws -> Void) {
      do { try run() } catch { faults.append("\(what): \(error)") }
    }
    for step in undo.reversed() { attempt(step.what, step.run) }
    for program in programs.reversed() { attempt("end pid \(program.pid)", program.kill) }
    attempt("remove containers", removeContainers)
    attempt("look what is left") { faults += try self.sweep().map { "left behind: \($0)" } }
    attempt("remove \(directory)") { try removeTree(directory) }
    for fault in faults { note(fault) }
    return faults
  }
}
