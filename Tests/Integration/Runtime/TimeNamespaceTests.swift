import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `linux.namespaces` of type time and `timeOffsets`. The reference knows neither.
@Suite(.requiresRoot) struct TimeNamespaceTests {
  private static let offsets: JSONValue = [
    "monotonic": ["secs": 86400, "nanosecs": 1], "boottime": ["secs": 172_800],
  ]

  /// What /proc/uptime says here: the host's CLOCK_BOOTTIME.
  private func uptime() throws -> Int {
    try #require(Int(try readText("/proc/uptime").prefix { $0 != "." }))
  }

  // conformance: LNX-TIME-1 LNX-TIME-2
  @Test(arguments: Runtime.oursOnly, [false, true])
  func theClocksAreSetOff(runtime: Runtime, inUserNamespace: Bool) async throws {
    try await Fixture.with { f in
      let before = try uptime()
      let witness = try f.client(runtime).witness(["text:/proc/self/timens_offsets"], in: f) {
        if inUserNamespace { $0.addUserNamespace() }
        $0.append(["type": "time"], to: "linux.namespaces")
        $0["linux.timeOffsets"] = Self.offsets
      }
      let after = try uptime()
      #expect(try witness.text("namespaces.time") != readLink("/proc/self/ns/time"))
      #expect(witness.text("namespaces.time") == witness.text("namespaces.time_for_children"))
      let boot = try #require(witness.number("clocks.boottime"))
      #expect((before + 172_800...after + 172_800).contains(boot))
      let monotonic = try #require(witness.number("clocks.monotonic"))
      #expect((before + 86400 - 1...after + 86400 + 1).contains(monotonic))
      let words = (witness.answer("text:/proc/self/timens_offsets") ?? "").split { $0 == " " || $0 == "\n" }
      #expect(words == ["monotonic", "86400", "1", "boottime", "172800", "0"])
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func withoutOffsetsTheClocksAreTheHosts(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let before = try uptime()
      let witness = try f.client(runtime).witness(in: f) {
        $0.append(["type": "time"], to: "linux.namespaces")
      }
      #expect(try witness.text("namespaces.time") != readLink("/proc/self/ns/time"))
      #expect((before...(try uptime())).contains(try #require(witness.number("clocks.boottime"))))
    }
  }

  // conformance: LNX-TIME-3
  @Test(arguments: Runtime.oursOnly)
  func itIsJoinedByPathAndByExec(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let first = try f.bundle(["sleep", "60"]) {
        $0.append(["type": "time"], to: "linux.namespaces")
        $0["linux.timeOffsets"] = Self.offsets
      }
      try client.launch(first)
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      let path = "/proc/\(pid)/ns/time"
      let inside = try Witness(client.call("exec", first.id, "witness").succeeded())
      #expect(try inside.text("namespaces.time") == readLink(path))
      #expect(try #require(inside.number("clocks.boottime")) >= 172_800)
      let joined = try client.witness(in: f) {
        $0.append(["type": "time", "path": .string(path)], to: "linux.namespaces")
      }
      #expect(try joined.text("namespaces.time") == readLink(path))
      #expect(try #require(joined.number("clocks.boottime")) >= 172_800)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func offsetsWithoutANewNamespaceAreRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0["linux.timeOffsets"] = Self.offsets })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("linux.timeOffsets: needs a new time namespace"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aClockBeforeItsBeginningIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.append(["type": "time"], to: "linux.namespaces")
          $0["linux.timeOffsets"] = ["boottime": ["secs": -1_000_000_000]]
        })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("enter a time namespace, boottime -1000000000 0"), "\(outcome)")
    }
  }
}
