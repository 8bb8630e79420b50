import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus pause and unpause", .serialized, .requiresRoot)
struct PauseTests {
  @Test func aPausedContainerIsShownSoEverywhereAndNothingEntersIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      #expect(try f.apus("pause", "web").succeeded().answer == "web")
      #expect(try f.inspect(".State.Status", of: "web") == "paused")
      #expect(try f.inspect(".State.Paused", of: "web") == "true")
      #expect(try f.inspect(".State.Running", of: "web") == "true")
      let list = try f.apus("ps").succeeded()
      #expect(list.out.contains("Up ") && list.out.contains("(Paused)"), "\(list)")
      try f.apus("pause", "web").expectFailure(1, "Container \(id) is already paused")
      try f.apus("exec", "web", "true")
        .expectFailure(1, "Container \(id) is paused, unpause the container before exec")
      try f.apus("attach", "web").expectFailure(
        1, "You cannot attach to a paused container, unpause it first")
      try f.apus("start", "web").expectFailure(1, "cannot start a paused container, try unpause instead")
      try f.apus("rm", "web").expectFailure(1, "container is paused and must be unpaused first")
      #expect(try f.apus("unpause", "web").succeeded().answer == "web")
      #expect(try f.inspect(".State.Paused", of: "web") == "false")
      try f.apus("unpause", "web").expectFailure(1, "Container \(id) is not paused")
      #expect(try f.apus("exec", "web", "echo", "on").answer == "on")
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("pause", "nobody").expectFailure(1, "No such container: nobody")
    }
  }

  @Test func whatEndsAContainerEndsAPausedOneToo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      for (command, code) in [(["stop"], "0"), (["kill"], "137")] {
        try f.apus("pause", "web").succeeded()
        try f.run("apus", command + ["web"], within: .seconds(8)).succeeded()
        #expect(try f.inspect(".State.Status", of: "web") == "exited")
        #expect(try f.inspect(".State.ExitCode", of: "web") == code)
        try f.apus("start", "web").succeeded()
      }
      try f.apus("pause", "web").succeeded()
      try f.apus("restart", "web").succeeded()
      #expect(try f.inspect(".State.Status", of: "web") == "running")
      try f.apus("pause", "web").succeeded()
      try f.apus("rm", "-f", "web").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func onlyWhatRunsIsPaused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      let id = try f.inspect(".Id", of: "done")
      try f.apus("pause", "done").expectFailure(1, "Container \(id) is not running")
      try f.apus("unpause", "done").expectFailure(1, "Container \(id) is not paused")
    }
  }
}
