import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `pause` and `resume`, and what the other commands do meanwhile.
@Suite(.requiresRoot) struct PauseTests {
  private func counting(_ f: Fixture, _ runtime: Runtime) throws -> (RuntimeClient, TestBundle) {
    let client = f.client(runtime)
    let bundle = try f.bundle(["sh", "-c", "trap 'exit 3' TERM; while :; do echo x; sleep 0.02; done"])
    try client.launch(bundle)
    try eventually("it counts") { try bundle.output().utf8.count > 4 }
    return (client, bundle)
  }

  @Test(arguments: Runtime.available)
  func aPausedContainerStandsStillAndGoesOn(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try counting(f, runtime)
      try client.call("pause", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "paused")
      #expect(try client.call("list").out.contains("paused"))
      let before = try bundle.output()
      sleep(milliseconds: 100)
      #expect(try bundle.output() == before)
      #expect(try client.call("delete", bundle.id).status == 1)
      try client.call("resume", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "running")
      try eventually("it goes on") { try bundle.output().utf8.count > before.utf8.count }
    }
  }

  @Test(arguments: Runtime.available)
  func theWrongStatusIsSaid(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try counting(f, runtime)
      let running = try client.call("resume", bundle.id)
      #expect(running.status == 1)
      #expect(running.complaint.contains("container not paused"), "\(running)")
      try client.call("pause", bundle.id).succeeded()
      #expect(try client.call("pause", bundle.id).complaint.contains("container not running"))
      try client.call("resume", bundle.id).succeeded()
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      for command in ["pause", "resume"] {
        let stopped = try client.call(command, bundle.id)
        #expect(stopped.status == 1)
        #expect(
          stopped.complaint.contains(command == "pause" ? "container not running" : "container not paused"))
        #expect(try client.call(command, "nosuch").complaint.contains("does not exist"))
      }
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aCreatedContainerCanBePausedAndIsNotStartedThen(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["echo", "ran"])
      try client.create(bundle).succeeded()
      try client.call("pause", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "paused")
      #expect(try client.call("start", bundle.id).complaint.contains("cannot start a paused container"))
      try client.call("resume", bundle.id).succeeded()
      #expect(try client.status(bundle.id) == "created")
      try client.call("start", bundle.id).succeeded()
      try eventually("it ran") { try bundle.output() == "ran\n" }
    }
  }

  @Test(arguments: Runtime.available)
  func aPausedContainerCanBeKilled(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try counting(f, runtime)
      try client.call("pause", bundle.id).succeeded()
      try client.call("delete", "--force", bundle.id).succeeded()
      #expect(try client.call("state", bundle.id).status == 1)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func execIsRefusedUnlessToldOtherwise(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try counting(f, runtime)
      try client.call("pause", bundle.id).succeeded()
      let refused = try client.call("exec", bundle.id, "true")
      #expect(refused.status == 255)
      #expect(refused.complaint.contains("cannot exec in a paused container"), "\(refused)")
      let waiting = try client.start("exec", "--ignore-paused", bundle.id, "echo", "later")
      sleep(milliseconds: 100)
      try client.call("resume", bundle.id).succeeded()
      #expect(try waiting.wait().out == "later\n")
    }
  }
}
