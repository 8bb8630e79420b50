import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("After a reboot", .serialized, .requiresRoot)
struct BootTests {
  /// What a machine that loses its power leaves: nothing that ran, nothing in the run root, no mount.
  private func losePower(_ f: Fixture) throws {
    let shims = try f.processes().filter { $0.command.contains("apus-shim") }.map(\.pid)
    // The shims first, so that none of them sees an end.
    for pid in shims { try sendSignal(Signal.kill, toPID: pid) }
    try eventually("the shims are gone") {
      try f.processes().allSatisfy { !$0.command.contains("apus-shim") }
    }
    for id in try listDirectory(f.runRoot + "/shims") {
      let init1 = try #require(Int32(try readText("\(f.runRoot)/shims/\(id)/init.pid")))
      try sendSignal(Signal.kill, toPID: init1)
      try eventually("\(id) is gone") { try ProcessFacts(pid: init1)?.hasEnded ?? true }
      try removeCgroups(f, of: id)
    }
    for mount in try f.mounts() { try unmountLazily(mount) }
    try removeTree(f.runRoot)
  }

  private func removeCgroups(_ f: Fixture, of id: String) throws {
    for hierarchy in try Host.cgroupHierarchies() {
      let path = "\(hierarchy)/apus-\(id)"
      try eventually("\(path) is empty") {
        guard fileExists(path) else { return true }
        return try f.run("rmdir", [path]).status == 0
      }
    }
  }

  private func running(_ f: Fixture) throws -> Set<String> {
    Set(
      try f.apus("ps").succeeded().lines.dropFirst().compactMap {
        $0.split(separator: " ").last.map(String.init)
      })
  }

  private func apus(_ f: Fixture, _ arguments: String...) throws -> Outcome {
    try f.run("apus", arguments, files: [try f.path("o"), try f.path("e")])
  }

  @Test func whatShouldRunRunsAgain() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for policy in ["no", "always", "unless-stopped", "on-failure"] {
        _ = try f.sleeper("--restart", policy, "--name", policy)
        _ = try f.sleeper("--restart", policy, "--name", "stopped-\(policy)")
        try f.apus("stop", "stopped-\(policy)").succeeded()
      }
      // Stopped and started again is not stopped.
      _ = try f.sleeper("--restart", "unless-stopped", "--name", "again")
      try f.apus("kill", "-s", "TERM", "again").succeeded()
      try f.waitForEnd(of: "again")
      try apus(f, "start", "again").succeeded()
      // A signal is a stop when it is the one that stops.
      _ = try f.sleeper("--restart", "unless-stopped", "--name", "killed")
      try f.apus("kill", "killed").succeeded()
      _ = try f.sleeper("--rm", "--name", "fleeting")
      try losePower(f)
      #expect(try running(f) == [])
      #expect(try f.apus("ps", "-a").lines.contains { $0.contains("Exited (unknown)") })
      try apus(f, "system", "boot").succeeded()
      #expect(try running(f) == ["always", "stopped-always", "unless-stopped", "again"])
      #expect(try f.inspect(".State.ExitCode", of: "no") == "-1")
      #expect(try f.apus("ps", "-a").lines.allSatisfy { !$0.hasSuffix(" fleeting") })
      // Again is no failure and changes nothing.
      let pid = try f.inspect(".State.Pid", of: "always")
      try apus(f, "system", "boot").succeeded()
      #expect(try f.inspect(".State.Pid", of: "always") == pid)
    }
  }

  @Test func aShutdownStopsAllAndIsNobodysWill() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--restart", "unless-stopped", "--name", "web")
      _ = try f.sleeper("--name", "plain")
      _ = try f.sleeper("--rm", "--name", "fleeting")
      _ = try f.detached(
        ["--restart", "always", "--name", "deaf"], "sh", "-c",
        "trap '' TERM; echo ready; while :; do sleep 0.05; done")
      _ = try f.detached(["--restart", "always", "--name", "loop"], "sh", "-c", "exit 1")
      try eventually("it is ready") { try f.apus("logs", "deaf").out == "ready\n" }
      try apus(f, "system", "shutdown", "-t", "1").succeeded()
      #expect(try running(f) == [])
      #expect(try f.mounts() == [])
      #expect(try f.inspect(".State.ExitCode", of: "web") == "0")
      #expect(try f.inspect(".State.ExitCode", of: "deaf") == "137")
      #expect(try f.apus("ps", "-a").succeeded().lines.allSatisfy { !$0.hasSuffix(" fleeting") })
      try f.waitForCleanUp()
      try apus(f, "system", "boot").succeeded()
      #expect(try running(f) == ["web", "deaf", "loop"])
      try apus(f, "system", "shutdown", "-t", "0").succeeded()
      try f.waitForCleanUp()
    }
  }

  @Test func oneThatCannotBeStartedKeepsNobodyFromIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let directory = try f.path("bound/x")
      let bound = splitPath(directory).directory
      _ = try f.sleeper("--restart", "always", "--name", "bad", "-v", "\(bound):/bound")
      _ = try f.sleeper("--restart", "always", "--name", "good")
      try losePower(f)
      // A file cannot be mounted where the first start has made a directory.
      try removeTree(bound)
      try writeAtomically(bound, [], durable: false)
      let boot = try apus(f, "system", "boot")
      #expect(boot.status == 1, "\(boot)")
      #expect(boot.complaint.contains("apus: cannot start bad: "), "\(boot)")
      #expect(try running(f) == ["good"])
    }
  }
}
