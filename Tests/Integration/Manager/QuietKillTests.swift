import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

/// SIGKILL to each of a container's programs, alone and together, while no runtime is at work.
@Suite("Killed: while it runs, is stopped, waits for its restart, is cleaned up", .serialized, .requiresRoot)
struct QuietKillTests {
  /// In the order in which they are killed: the shim first, so that it cannot answer the others' end.
  enum Victim: CaseIterable { case shim, manager, container }

  /// What the container is doing; the manager is `run`, `stop` or `wait`.
  enum Phase: CaseIterable { case running, stopping, pausing }

  /// Each alone, each two, and all.
  static func groups(_ phase: Phase) -> [[Victim]] {
    let victims = Victim.allCases.filter { $0 != .container || phase != .pausing }
    return (1..<(1 << victims.count)).map { mask in
      victims.indices.filter { mask >> $0 & 1 == 1 }.map { victims[$0] }
    }
  }

  @Test(arguments: Phase.allCases)
  func statusIsTrueNothingIsLostAndNothingIsLeft(_ phase: Phase) async throws {
    try await Fixture.withBusybox { (f) async throws in
      for (number, victims) in Self.groups(phase).enumerated() {
        let scene = try QuietScene(f, phase, name: "web\(number)")
        try scene.kill(victims)
        try scene.expectTruth(victims)
        try scene.expectRemovable(victims)
      }
    }
  }

  /// Another command has the container's lock, and is about to give it a new shim.
  @Test func aPauseIsNoEndWhileSomebodyElseAdopts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let scene = try QuietScene(f, .pausing, name: "web")
      let lock = try DirectoryLock("\(f.root)/containers/\(scene.id)")
      try scene.kill([.shim])
      let listed = try f.apus("ps", "-a").succeeded().lines
      #expect(listed.last?.contains("Restarting (7)") == true, "\(listed)")
      #expect(try f.inspect(".State.Status", of: "web") == "restarting")
      _ = consume lock
      try scene.expectTruth([.shim])
      try scene.expectRemovable([.shim])
    }
  }

  /// The clean-up is held where it takes the container's lock.
  @Test(arguments: [[], ["--rm"]])
  func whatAKilledCleanUpLeftTheNextCommandDoes(options: [String]) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(
        options + ["--name", "web"], "sh", "-c",
        "trap 'exit 7' TERM; echo written; while :; do sleep 0.02; done")
      let log = "\(f.root)/containers/\(id)/\(id)-json.log"
      try eventually("its words are in the log") { try readText(log).contains("written") }
      let shim = "\(f.runRoot)/shims/\(id)"
      // The exit command has the shim's pid.
      let cleaner = try #require(Int32(try readText("\(shim)/shim.pid")))
      let lock = try DirectoryLock("\(f.root)/containers/\(id)")
      try sendSignal(Signal.terminate, toPID: try #require(Int32(try readText("\(shim)/init.pid"))))
      try eventually("the clean-up is at work") {
        try readText("/proc/\(cleaner)/comm") == "apus"
      }
      try sendSignal(Signal.kill, toPID: cleaner)
      _ = consume lock
      if options.isEmpty {
        let listed = try f.apus("ps", "-a").succeeded().lines
        #expect(listed.last?.contains("Exited (7)") == true, "\(listed)")
        #expect(try f.apus("logs", "web").out == "written\n")
        try f.apus("rm", "web").succeeded()
      }
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      try f.expectNothingLeft()
    }
  }
}

/// One container in one phase.
private struct QuietScene {
  let f: Fixture
  let phase: QuietKillTests.Phase
  let name: String
  let manager: RunningProgram
  let id: String

  /// Brings everything to its phase.
  init(_ f: Fixture, _ phase: QuietKillTests.Phase, name: String) throws {
    (self.f, self.phase, self.name) = (f, phase, name)
    let script = "trap 'echo asked' TERM; echo written; while :; do sleep 0.02; done"
    switch phase {
    case .running:
      manager = try f.start("apus", ["run", "--name", name, "busybox", "sh", "-c", script])
      try manager.waitForOutput("written")
      id = try f.inspect(".Id", of: name)
    case .stopping:
      id = try f.detached(["--name", name], "sh", "-c", script)
      let log = "\(f.root)/containers/\(id)/\(id)-json.log"
      try eventually("its words are in the log") { try readText(log).contains("written") }
      manager = try f.start("apus", ["stop", "-t", "1000", name])
      try eventually("it has been asked") { try readText(log).contains("asked") }
    case .pausing:
      id = try f.detached(["--name", name, "--restart", "always"], "sh", "-c", "echo written; exit 7")
      let initPID = "\(f.runRoot)/shims/\(id)/init.pid"
      try eventually("a pause of some seconds", within: .seconds(30)) {
        guard !fileExists(initPID), (Int(try f.inspect(".RestartCount", of: name)) ?? 0) > 3 else {
          return false
        }
        return try f.inspect(".State.Restarting", of: name) == "true"
      }
      manager = try f.start("apus", ["wait", name])
    }
  }

  private var shim: String { "\(f.runRoot)/shims/\(id)" }

  private func number(_ file: String) throws -> Int32 { try #require(Int32(try readText("\(shim)/\(file)"))) }

  func kill(_ victims: [QuietKillTests.Victim]) throws {
    let pids = try victims.map { (victim) throws -> Int32 in
      switch victim {
      case .shim: try number("shim.pid")
      case .manager: manager.pid
      case .container: try number("init.pid")
      }
    }
    f.note("kill \(victims): \(pids)")
    for pid in pids { try sendSignal(Signal.kill, toPID: pid) }
    // Not until its lock is free: who waits for the container gives it a new shim at once.
    try eventually("they are gone") { try !f.processes().contains { pids.contains($0.pid) } }
  }

  /// What `ps` says is what has happened, or that it is not known.
  func expectTruth(_ victims: [QuietKillTests.Victim]) throws {
    let all = "\(phase), \(victims)"
    if victims.contains(.container) {
      try f.waitForEnd(of: name)
      let line = try line()
      // Only a kernel since 6.15 tells the status to another shim.
      let isUnknown = line.contains("Exited (unknown)") && victims.contains(.shim)
      #expect(line.contains("Exited (137)") || isUnknown, "\(all): \(line)")
    } else {
      let words = phase == .pausing ? ["Restarting (7)", "Up "] : ["Up "]
      let line = try line()
      #expect(words.contains { line.contains($0) }, "\(all): \(line)")
    }
    let expected = phase == .stopping ? ["written", "asked"] : ["written"]
    #expect(Set(try f.apus("logs", name).succeeded().lines) == Set(expected), "\(all)")
    #expect(try f.apus("logs", name).lines.first == "written", "\(all)")
  }

  private func line() throws -> String {
    try f.apus("ps", "-a").succeeded().lines.first { $0.hasSuffix(" \(name)") } ?? ""
  }

  /// `rm -f` leaves nothing, and no manager waits for what is no more.
  func expectRemovable(_ victims: [QuietKillTests.Victim]) throws {
    try f.apus("rm", "-f", name).succeeded()
    if victims.contains(.manager) {
      try manager.kill()
    } else {
      let outcome = try manager.wait()
      if phase == .running { #expect(outcome.status != 0, "\(victims): \(outcome)") }
    }
    try f.waitForCleanUp()
    try f.apus("run", "--rm", "busybox", "true").succeeded()
    try f.expectNothingLeft()
  }
}
