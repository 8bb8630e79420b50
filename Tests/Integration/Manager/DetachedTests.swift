import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Detached, and what outlives the manager", .serialized, .requiresRoot)
struct DetachedTests {
  @Test func theIDIsPrintedAndTheContainerGoesOn() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus("run", "-d", "--name", "web", "busybox", "sleep", "1000")
      #expect(outcome.answer.count == 64, "\(outcome)")
      #expect(outcome.answer.allSatisfy { $0.isHexDigit && !$0.isUppercase }, "\(outcome)")
      #expect(try f.apus("ps", "-q").answer == outcome.answer.prefix(12))
      try f.apus("rm", "-f", "web").succeeded()
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }

  @Test func withRemoveNothingIsLeftAtItsEnd() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(["--rm"], "sh", "-c", "exit 4")
      try eventually("\(id) is removed") { try listDirectory(f.root + "/containers").isEmpty }
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }

  @Test func atItsEndNothingWaitsForTheNextCommand() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached([], "sh", "-c", "exit 4")
      try f.waitForCleanUp()
      try eventually("the run directory is gone") { !fileExists("\(f.runRoot)/shims/\(id)") }
      #expect(!fileExists("\(f.runRoot)/runtime/\(id)"))
      #expect(try f.inspect(".State.ExitCode", of: id) == "4")
    }
  }

  @Test func bundledShortFlagsAreTaken() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.run(
        "apus", ["run", "-idt", "busybox", "sh"], files: [try f.path("o"), try f.path("e")]
      ).answer
      #expect(try f.inspect(".State.Running", of: id) == "true")
      #expect(try f.inspect(".Config.Tty", of: id) == "true")
      #expect(try f.inspect(".Config.OpenStdin", of: id) == "true")
      try f.apus("rm", "-f", id).succeeded()
    }
  }

  @Test func killingTheManagerChangesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let running = try f.start(
        "apus", ["run", "--name", "web", "busybox", "sh", "-c", "mkfifo /gate; echo one; read x < /gate"])
      try running.waitForOutput("one")
      try running.kill()
      #expect(try f.inspect(".State.Running", of: "web") == "true")
      try f.apus("exec", "web", "true").succeeded()
      #expect(try f.apus("logs", "web").out == "one\n")
      try f.apus("rm", "-f", "web").succeeded()
      try f.waitForCleanUp()
    }
  }

  @Test func aForegroundRunWhoseManagerWasKilledIsCleanedUpByTheShim() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let running = try f.start(
        "apus",
        ["run", "--rm", "--name", "web", "busybox", "sh", "-c", "mkfifo /gate; echo one; read x < /gate"])
      try running.waitForOutput("one")
      try running.kill()
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      try eventually("it is removed") { try listDirectory(f.root + "/containers").isEmpty }
      try f.waitForCleanUp()
      try f.expectNothingLeft()
    }
  }
}
