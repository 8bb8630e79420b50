import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `events`: what a container uses, and that it ran out of memory.
@Suite(.requiresRoot) struct EventsTests {
  @Test(arguments: Runtime.available)
  func statsTellWhatTheCgroupCounts(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle([
        "sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo; sleep 60 & wait",
      ]) {
        $0["linux.resources.memory"] = ["limit": 67_108_864]
        $0["linux.resources.pids"] = ["limit": 20]
      }
      try client.launch(bundle)
      try eventually("it has worked") { try bundle.output() == "\n" }
      let outcome = try client.call("events", "--stats", bundle.id).succeeded()
      let event = ConfigTree(try JSON.parse(outcome.stdout, file: "event"))
      #expect(event["type"] == "stats")
      #expect(event["id"]?.string == bundle.id)
      #expect(try #require(event["data.cpu.usage.total"]?.integer(as: Int.self)) > 1_000_000)
      #expect(event["data.memory.usage.limit"] == 67_108_864)
      #expect(try #require(event["data.memory.usage.usage"]?.integer(as: Int.self)) > 0)
      #expect(event["data.memory.raw"]?.object?.members.isEmpty == false)
      #expect(event["data.pids"] == ["current": 2, "limit": 20])
      for member in ["cpuset", "intel_rdt", "network_interfaces"] {
        #expect(event["data.\(member)"] != nil, "\(member)")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func statsTellTheCPUsOfTheCgroup(runtime: Runtime) async throws {
    try await Fixture.with { f in
      guard try !Host.isUnified else { return }
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"]) { $0["linux.resources.cpu"] = ["cpus": "0", "mems": "0"] }
      try client.launch(bundle)
      let outcome = try client.call("events", "--stats", bundle.id).succeeded()
      let event = ConfigTree(try JSON.parse(outcome.stdout, file: "event"))
      #expect(event["data.cpuset.cpus"] == [0])
      #expect(event["data.cpuset.mems"] == [0])
      #expect(event["data.cpuset.sched_relax_domain_level"] == -1)
      let all = try #require(event["data.cpu.usage.percpu"]?.array)
      #expect(!all.isEmpty && event["data.cpu.usage.percpu_user"]?.array?.count == all.count)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func withoutStatsItGoesOnUntilTheEndAndTellsOfMemory(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      // The child takes more than there is and dies; the container lives on.
      let script = "read x; echo on; (tail /dev/zero); read x; exit 0"
      let bundle = try f.bundle(["sh", "-c", script]) {
        $0["linux.resources.memory"] = ["limit": 16_777_216, "swap": 16_777_216]
      }
      let program = try client.start("run", "--bundle", bundle.path, bundle.id, stdin: .open)
      try eventually("the container runs") { try client.call("state", bundle.id).out.contains("\"running\"") }
      let events = try client.start("events", "--interval", "50ms", bundle.id)
      try events.waitForOutput("\"stats\"")
      program.type("x\n")
      try program.waitForOutput("on\n")
      try events.waitForOutput("{\"type\":\"oom\",\"id\":\"\(bundle.id)\"}\n")
      program.type("x\n")
      program.endInput()
      _ = try program.wait()
      #expect(try events.wait().status == 0)
    }
  }

  @Test(arguments: Runtime.available)
  func whatHasEndedHasNoEvents(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      #expect(try client.call("events", "--stats", "nosuch").complaint.contains("does not exist"))
      let bundle = try f.bundle(["true"])
      try client.launch(bundle)
      try client.waitUntilStopped(bundle.id)
      #expect(try client.call("events", "--stats", bundle.id).status == 1)
      #expect(try client.call("events", "--interval", "0s", bundle.id).status == 1)
    }
  }
}
