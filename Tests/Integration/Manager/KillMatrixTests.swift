import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// SIGKILL to each of the four programs of a container, alone and together, while the runtime is at work.
@Suite("Killed: manager, shim, runtime and container, in each phase", .serialized, .requiresRoot)
struct KillMatrixTests {
  /// Whom it meets. In the order in which they are killed: the shim first, so that it cannot answer the others' end.
  enum Victim: CaseIterable { case shim, manager, runtime, container }

  /// A command of the runtime, held before it has done anything or when it has done everything and not yet ended.
  struct Phase: Sendable, CustomTestStringConvertible {
    let command: String
    let isDone: Bool
    var testDescription: String { "\(isDone ? "after" : "before") \(command)" }
    /// Whether the container's init is there to be killed.
    var hasContainer: Bool { command == "start" || command == "exec" || (command == "create" && isDone) }
  }

  static let phases = ["create", "start", "exec", "delete"].flatMap { command in
    [false, true].map { Phase(command: command, isDone: $0) }
  }

  /// Each alone, each two, and all.
  static func groups(_ phase: Phase) -> [[Victim]] {
    let victims = Victim.allCases.filter { $0 != .container || phase.hasContainer }
    let pairs = victims.indices.flatMap { first in
      victims[(first + 1)...].map { [victims[first], $0] }
    }
    return victims.map { [$0] } + pairs + [victims]
  }

  @Test(arguments: phases)
  func statusIsTrueNothingIsLostAndNothingIsLeft(_ phase: Phase) async throws {
    try await Fixture.withBusybox { (f) async throws in
      for (number, victims) in Self.groups(phase).enumerated() {
        let scene = try Scene(f, phase, number: number)
        try scene.kill(victims)
        try scene.expectTruth(victims)
        try scene.expectRemovable(victims)
      }
    }
  }
}

/// One container with a runtime that waits in one phase.
private struct Scene {
  private static let program = "trap 'exit 7' TERM; echo written; while :; do sleep 0.02; done"

  let f: Fixture
  let phase: KillMatrixTests.Phase
  /// The container's name.
  let name: String
  /// The manager that is at work: `run`, or `exec`.
  let manager: RunningProgram
  let id: String
  private let directory: String

  /// Brings everything to the moment in which the runtime waits.
  init(_ f: Fixture, _ phase: KillMatrixTests.Phase, number: Int) throws {
    (self.f, self.phase) = (f, phase)
    name = "web\(number)"
    directory = "\(f.directory)/scene\(number)"
    try makeDirectories(directory)
    let runtime = try Self.runtime(f, phase, directory, "scene\(number)")
    let run = ["--name", name, "--runtime", runtime, "busybox", "sh", "-c", Self.program]
    if phase.command == "exec" {
      try f.run("apus", ["run", "-d"] + run, files: ["\(directory)/o", "\(directory)/e"]).succeeded()
      manager = try f.start("apus", ["exec", name, "sleep", "1000"])
    } else {
      manager = try f.start("apus", ["run"] + run)
    }
    if phase.command == "delete" {
      try manager.waitForOutput("written")
      try sendSignal(Signal.terminate, toPID: try Self.number("\(try Self.shimDirectory(f))/init.pid"))
    }
    let reached = "\(directory)/reached"
    try eventually("the runtime waits") { fileExists(reached) }
    id = splitPath(try Self.shimDirectory(f)).name
    if phase.command == "exec" {
      let log = "\(f.root)/containers/\(id)/\(id)-json.log"
      try eventually("its words are in the log") { try readText(log).contains("written") }
    }
  }

  /// A runtime that waits, once, for the file `go`.
  private static func runtime(
    _ f: Fixture, _ phase: KillMatrixTests.Phase, _ directory: String, _ name: String
  ) throws -> String {
    guard let real = Host.findProgram("apus-runtime") else { throw TestFailure("no runtime") }
    let wait =
      "echo $$ > \(directory)/pid; : > \(directory)/reached; until [ -e \(directory)/go ]; do sleep 0.02; done"
    let script = """
      #!/bin/sh
      case " $* " in
      *" \(phase.command) "*) if mkdir \(directory)/once 2>/dev/null; then
        \(phase.isDone ? "\(real) \"$@\"; code=$?; \(wait); exit $code" : wait)
      fi;;
      esac
      exec \(real) "$@"

      """
    return try f.write(script, to: "\(name).sh", mode: 0o755)
  }

  /// There is one container at a time.
  private static func shimDirectory(_ f: Fixture) throws -> String {
    guard let id = try listDirectory("\(f.runRoot)/shims").first else { throw TestFailure("no shim") }
    return "\(f.runRoot)/shims/\(id)"
  }

  private static func number(_ file: String) throws -> Int32 {
    guard let number = Int32(try readText(file)) else { throw TestFailure("no number in \(file)") }
    return number
  }

  /// Kills them, and lets the runtime go on where it still is.
  func kill(_ victims: [KillMatrixTests.Victim]) throws {
    let shim = "\(f.runRoot)/shims/\(id)"
    // Looked up before, since what is killed first may take the files of the others with it.
    let pids = try victims.map { (victim) throws -> Int32 in
      switch victim {
      case .shim: try Self.number("\(shim)/shim.pid")
      case .manager: manager.pid
      case .runtime: try Self.number("\(directory)/pid")
      case .container: try Self.number("\(shim)/init.pid")
      }
    }
    f.note("kill \(victims): \(pids)")
    for pid in pids {
      // The end of one may be the end of another.
      do throws(SystemError) { try sendSignal(Signal.kill, toPID: pid) } catch {
        guard error.code == ErrorCode.noProcess else { throw error }
      }
    }
    if victims.contains(.shim) {
      try eventually("the lock is free") { try !fileExists("\(shim)/lock") || !isLocked("\(shim)/lock") }
    }
    try writeAtomically("\(directory)/go", [], durable: false)
  }

  /// What `ps` says is what has happened, or that it is not known.
  func expectTruth(_ victims: [KillMatrixTests.Victim]) throws {
    let all = "\(phase.testDescription), \(victims)"
    let line = try f.apus("ps", "-a").succeeded().lines.first { $0.hasSuffix(" \(name)") } ?? ""
    #expect(!line.contains("Exited (0)"), "\(all): \(line)")
    switch phase.command {
    case "delete":
      // The record was written before the runtime was asked.
      #expect(line.contains("Exited (7)") || (line.isEmpty && !victims.contains(.shim)), "\(all): \(line)")
    case "exec" where !victims.contains(.container):
      #expect(line.contains("Up"), "\(all): \(line)")
    case "exec" where victims == [.container] || victims == [.manager, .container]:
      try f.waitForEnd(of: name)
      #expect(try f.inspect(".State.ExitCode", of: name) == "137", "\(all)")
    default: break
    }
    guard !line.isEmpty, phase.command == "exec" || phase.command == "delete" else { return }
    #expect(try f.apus("logs", name).out == "written\n", "\(all)")
  }

  /// `rm -f` leaves nothing, and the manager does not say that all was well.
  func expectRemovable(_ victims: [KillMatrixTests.Victim]) throws {
    let all = "\(phase.testDescription), \(victims)"
    let listed = try f.apus("ps", "-a", "--no-trunc").succeeded().lines.contains { $0.hasSuffix(" \(name)") }
    if listed { try f.apus("rm", "-f", name).succeeded() }
    if victims.contains(.manager) {
      try manager.kill()
    } else {
      let outcome = try manager.wait()
      let expected =
        phase.command == "delete" && !victims.contains(.shim) ? outcome.status == 7 : outcome.status != 0
      #expect(expected, "\(all): \(outcome)")
    }
    // A command that makes something sweeps what a killed one left.
    try f.waitForCleanUp()
    try f.apus("run", "--rm", "busybox", "true").succeeded()
    try f.expectNothingLeft()
    let left = try f.shell("find /sys/fs/cgroup -maxdepth 2 -name 'apus-\(id)*'").out
    #expect(left == "", "\(all): \(left)")
  }
}
