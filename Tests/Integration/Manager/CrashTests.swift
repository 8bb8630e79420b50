import LinuxSystem
import Testing
import TestSupport

@Suite("Killed in the middle", .serialized, .requiresRoot)
struct CrashTests {
  /// Kills a run at many moments from its beginning to its end, then looks.
  @Test func aManagerKilledAtAnyMomentLeavesNothingHalfRecorded() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for step in 0..<30 {
        let running = try f.start("apus", ["run", "--rm", "--name", "crash\(step)", "busybox", "true"])
        sleepUntilStep(step)
        try running.kill()
      }
      // What had begun ends on its own; the next command that makes something sweeps the rest.
      try eventually("no shim lives") { try f.processes().isEmpty }
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      let left = try f.apus("ps", "-a", "--no-trunc").succeeded().lines.dropFirst()
      #expect(left.isEmpty, "\(left)")
      try f.expectNothingLeft()
    }
  }

  /// Not waiting for anything: the moments at which the kill falls are what is tried.
  private func sleepUntilStep(_ step: Int) { LinuxSystem.sleep(milliseconds: step * 2) }

  @Test func aDirectoryWithoutARowIsSweptUnlessSomebodyHoldsIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let litter = f.root + "/containers/" + String(repeating: "a", count: 64)
      let held = f.root + "/containers/" + String(repeating: "b", count: 64)
      let foreign = f.root + "/containers/lost+found"
      for path in [litter, held, foreign] { try makeDirectories(path + "/bundle/rootfs") }
      try mount("x", on: litter + "/bundle/rootfs", type: "tmpfs")
      let lock = try DirectoryLock(held)
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      #expect(!fileExists(litter))
      #expect(fileExists(held))
      #expect(fileExists(foreign))
      try removeTree(foreign)
      _ = consume lock
      try f.apus("run", "--rm", "busybox", "true").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func aContainerThatLostItsShimIsToldAsUnknownAndCanBeRemoved() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      let shim = try #require(Int32(try readText("\(f.runRoot)/shims/\(id)/shim.pid")))
      let inner = try #require(Int32(try f.inspect(".State.Pid", of: "web")))
      try sendSignal(Signal.kill, toPID: shim)
      try eventually("the shim is gone") { try !isLocked("\(f.runRoot)/shims/\(id)/lock") }
      #expect(try f.apus("ps", "-a").lines[1].contains("Exited (unknown)"))
      #expect(try ProcessFacts(pid: inner)?.hasEnded == false)
      try f.apus("rm", "web").expectFailure(1, "force remove it")
      try f.apus("wait", "web").expectFailure(1, "is not known")
      try f.apus("rm", "-f", "web").succeeded()
      try eventually("its process ends") { try ProcessFacts(pid: inner)?.hasEnded ?? true }
      try f.expectNothingLeft()
    }
  }

  @Test func aContainerThatLostItsShimCanBeStartedAgain() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      let shim = try #require(Int32(try readText("\(f.runRoot)/shims/\(id)/shim.pid")))
      try sendSignal(Signal.kill, toPID: shim)
      try eventually("the shim is gone") { try !isLocked("\(f.runRoot)/shims/\(id)/lock") }
      try f.run("apus", ["start", "web"], files: [try f.path("o"), try f.path("e")]).succeeded()
      #expect(try f.apus("exec", "web", "echo", "back").answer == "back")
    }
  }

  @Test func manyAtOnceDoNotDisturbEachOther() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = """
        for i in 1 2 3 4 5 6 7 8; do apus run --rm busybox echo $i & done
        for i in 1 2 3 4; do apus run --name same busybox true 2>/dev/null & done
        wait
        """
      let outcome = try f.shell(script)
      #expect(Set(outcome.lines) == Set((1...8).map(String.init)), "\(outcome)")
      #expect(try f.apus("ps", "-aq").lines.count == 1)
      try f.apus("rm", "same").succeeded()
      try f.expectNothingLeft()
    }
  }
}
