import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// What goes on while `apus-network` is at work, and what is left when that does not come to its end.
@Suite("Beside the network", .serialized, .requiresRoot)
struct NetworkBesideTests {
  /// Programs of which `apus-network` waits for the file `go`, the first time that it is given this verb.
  /// - Returns: their directory.
  private static func programs(_ f: Fixture, holding verb: String, isDone: Bool) throws -> String {
    let bin = String(try f.path("bin/x").dropLast(2))
    let real = Host.programs
    try f.shell("cd \(real) && cp apus apus-shim apus-runtime apus-init \(bin)/").succeeded()
    let hold =
      "[ $1 = \(verb) ] && [ ! -e \(bin)/reached ] && { : >\(bin)/reached; while [ ! -e \(bin)/go ]; do sleep 0.02; done; }"
    try f.write(
      "#!/bin/sh\n\(isDone ? "" : hold)\n\(real)/apus-network $1; s=$?\n\(isDone ? hold : "")\nexit $s\n",
      to: "bin/apus-network", mode: 0o755)
    return bin
  }

  private static func reach(_ bin: String) throws {
    try eventually("apus-network waits") { fileExists("\(bin)/reached") }
  }

  /// The containers' roots that are mounted.
  private static func roots(_ f: Fixture) throws -> [String] {
    try f.mounts().filter { $0.hasSuffix("/rootfs") }
  }

  private static func expectNobodyOnNetworks(_ f: Fixture) throws {
    #expect(try listDirectory(f.runRoot + "/networks/containers") == [])
    #expect(try listDirectory(f.runRoot + "/networks/ns") == [])
    #expect(try f.apus("network", "inspect", "-f", "{{len .Containers}}", "app").out == "0\n")
  }

  @Test func theBundleIsMadeWhileTheNetworkIs() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      let bin = try Self.programs(f, holding: "attach", isDone: false)
      let run = try f.start("\(bin)/apus", ["run", "--rm", "--network", "app", "busybox", "echo", "works"])
      try Self.reach(bin)
      try eventually("the root is mounted") { try Self.roots(f).count == 1 }
      let bundle = try Self.roots(f)[0].dropLast("rootfs".count)
      try eventually("the bundle is there") { fileExists("\(bundle)config.json") }
      try f.write("", to: "bin/go")
      #expect(try run.wait().answer == "works")
      try Self.expectNobodyOnNetworks(f)
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// The network is being made by then, or already is; the bundle cannot be.
  @Test func aBundleThatCannotBeTakesTheNetworkBack() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      let options = ["--network", "app", "--user", "nobody-here", "busybox", "true"]
      try f.run("apus", ["run", "--name", "web"] + options).expectFailure(125, "nobody-here")
      #expect(try f.apus("ps", "-aq").out == "")
      try Self.expectNobodyOnNetworks(f)
      try f.run("apus", ["create", "--name", "web"] + options).succeeded()
      try f.apus("start", "web").expectFailure(1, "nobody-here")
      try Self.expectNobodyOnNetworks(f)
      #expect(try f.mounts() == [])
      // Whose start was not told has no end to be told.
      let words = [
        "events", "--since", "0", "--until", "0s", "-f", "type=network", "--format", "{{.Action}}",
      ]
      #expect(try f.run("apus", words).succeeded().lines == ["create"])
      try f.apus("rm", "web").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// The row, which has the addresses, goes after the network. Killed in between, the shim's own exit command does the
  /// rest.
  @Test(arguments: [false, true])
  func aKilledRemovalIsFinished(_ isDone: Bool) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      let bin = try Self.programs(f, holding: "detach", isDone: isDone)
      let manager = try f.start("\(bin)/apus", ["run", "--rm", "--network", "app", "busybox", "true"])
      try Self.reach(bin)
      #expect(try f.apus("ps", "-aq").lines.count == 1)
      #expect(try f.apus("network", "inspect", "-f", "{{len .Containers}}", "app").out == "1\n")
      try sendSignal(Signal.kill, toPID: manager.pid)
      try f.write("", to: "bin/go")
      try eventually("everybody has ended") { try f.processes().isEmpty }
      #expect(try f.apus("ps", "-aq").out == "")
      try Self.expectNobodyOnNetworks(f)
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// Nobody is left to finish it: the next command does.
  @Test(arguments: [false, true])
  func aRemovalThatEverybodyDiedInIsSwept(_ isDone: Bool) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "app").succeeded()
      let bin = try Self.programs(f, holding: "detach", isDone: isDone)
      let manager = try f.start(
        "\(bin)/apus", ["run", "--rm", "--name", "web", "--network", "app", "busybox", "true"])
      try Self.reach(bin)
      for process in try f.processes().filter({ $0.command.contains("apus-shim") }) {
        try sendSignal(Signal.kill, toPID: process.pid)
      }
      try sendSignal(Signal.kill, toPID: manager.pid)
      try f.write("", to: "bin/go")
      try eventually("everybody has ended") { try f.processes().isEmpty }
      try f.apus("run", "--rm", "--network", "app", "busybox", "true").succeeded()
      try Self.expectNobodyOnNetworks(f)
      #expect(try f.apus("ps", "-aq").out == "")
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }
}
