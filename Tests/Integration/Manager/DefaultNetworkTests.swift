import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// What a container gets without `--network`, in a network of the test's own.
@Suite("The default network", .serialized, .requiresRoot)
struct DefaultNetworkTests {
  private static let look = ["busybox", "ip", "-o", "-4", "addr", "show", "eth0"]

  @Test func itIsABridge() async throws {
    try await Fixture.withBusybox { f in
      _ = try f.sleeper("--name=one")
      #expect(try f.inspect(".HostConfig.NetworkMode", of: "one") == "bridge")
      #expect(try f.inspect(".NetworkSettings.Networks.bridge.IPAddress", of: "one") == "172.17.0.2")
      for words in [["--network", "default"], ["--network=bridge"], []] {
        let outcome = try f.run("apus", ["run", "--rm"] + words + Self.look)
        #expect(outcome.out.contains(" 172.17.0.") && outcome.out.contains("/16 "), "\(outcome)")
      }
      #expect(try f.shell("ip -br -4 addr show apus0").out.contains("172.17.0.1/16"))
      try f.apus("rm", "-f", "one").succeeded()
      try f.expectNothingLeft()
    }
  }

  @Test func manyAtOnceAllWorkAndLeaveNothing() async throws {
    try await Fixture.withBusybox { f in
      let all = try (0..<16).map { _ in try f.start("apus", ["run", "--rm"] + Self.look) }
      var seen: Set<String> = []
      for program in all {
        let outcome = try program.wait(within: .seconds(60)).succeeded()
        seen.formUnion(
          outcome.out.split(separator: " ").filter { $0.hasPrefix("172.17.0.") && $0.hasSuffix("/16") }.map(
            String.init))
      }
      #expect(!seen.isEmpty)
      try f.waitForCleanUp()
      try eventually("the pairs are gone") { try !f.shell("ip -br link").out.contains("veth") }
      #expect(try listDirectory(f.runRoot + "/networks/containers") == [])
      #expect(try listDirectory(f.runRoot + "/networks/ns") == [])
      try f.expectNothingLeft()
    }
  }

  /// One's row was made when no bridge was there yet; the other one was faster.
  @Test func twoEnginesShareNoBridge() async throws {
    try await Fixture.withBusybox { f in
      let roots = [
        "APUS_ROOT": f.directory + "/root2", "APUS_RUN_ROOT": f.directory + "/run2",
      ]
      try f.apus("import", "\(Host.testRoot)/busybox.tar", "busybox", environment: roots).succeeded()
      try f.apus("create", "--name=late", "busybox", "sleep", "100", environment: roots).succeeded()
      _ = try f.sleeper("--name=early")
      #expect(try f.inspect(".NetworkSettings.IPAddress", of: "early") == "172.17.0.2")
      f.atEnd("remove the other engine's") {
        _ = try f.apus("rm", "-f", "late", environment: roots)
      }
      let files = [try f.path("out"), try f.path("err")]
      try f.run("apus", ["start", "late"], environment: roots, files: files).succeeded()
      let address = try f.apus(
        "inspect", "-f", "{{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}}", "late",
        environment: roots)
      #expect(address.out == "172.18.0.2 172.18.0.1\n", "\(address)")
      let bridges = try f.shell("ip -br link show type bridge").lines.map { $0.prefix { $0 != " " } }
      #expect(bridges == ["apus0", "apus1"])
      try f.apus("exec", "early", "ping", "-c", "1", "172.17.0.1").succeeded()
      // What a lost journal does not know is known all the same.
      try f.apus("stop", "early").succeeded()
      try f.shell("rm -r \(f.runRoot)/networks").succeeded()
      try f.apus("start", "early").succeeded()
      #expect(try f.inspect(".NetworkSettings.IPAddress", of: "early") == "172.17.0.2")
      try f.apus("rm", "-f", "early").succeeded()
    }
  }

  @Test func aBridgeOfSomebodyElseIsLeftAlone() async throws {
    try await Fixture.withBusybox { f in
      try f.apus("network", "create", "-o", "name=br7", "--subnet=10.70.0.0/24", "mine").succeeded()
      try f.shell("ip link add br7 type bridge && ip addr add 10.70.0.1/24 dev br7 && ip link set br7 up")
        .succeeded()
      try f.apus("run", "--network=mine", "busybox", "true").expectFailure(
        125, "there is a bridge br7 already, which another engine has made, or somebody else")
      try f.apus("network", "rm", "mine").succeeded()
      #expect(try f.shell("ip -br addr show br7").out.contains("10.70.0.1/24"))
      try f.expectNothingLeft()
    }
  }

  @Test func whoCanHaveNoBridgesIsToldWhatWorksWithout() async throws {
    try await Fixture.withBusybox { f in
      let less = "exec setpriv --bounding-set=-net_admin --inh-caps=-net_admin apus run --rm"
      let refused = try f.shell("\(less) busybox true")
      refused.expectFailure(125, "--network none and --network host work without")
      let programs = try f.path("few/x").dropLast(2)
      try f.shell("cd \(Host.programs) && cp apus apus-shim apus-runtime apus-init \(programs)/").succeeded()
      let path = ["PATH": "\(programs):/usr/bin:/bin"]
      let alone = try f.run("\(programs)/apus", ["run", "--rm", "busybox", "true"], environment: path)
      alone.expectFailure(125, "\"apus-network\" is neither beside")
      #expect(alone.complaint.contains("--network none and --network host work without"))
      try f.run("\(programs)/apus", ["run", "--rm", "--network=none", "busybox", "true"], environment: path)
        .succeeded()
      try f.expectNothingLeft()
    }
  }
}
