import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

/// packaging/systemd/apus.service under a real systemd: in hack/test-v2's machine.
@Suite("The boot unit", .serialized, .requiresRoot, .requiresSystemd)
struct BootUnitTests {
  private static let source = Host.checkout + "/packaging/systemd/apus.service"

  /// Installs the unit under a name of the test's own, for the test's roots and programs.
  private func install(_ f: Fixture) throws -> String {
    let name = "apus-\(splitPath(f.directory).name).service"
    let path = "/run/systemd/system/\(name)"
    let text = try String(decoding: readFile(Self.source), as: UTF8.self)
      .replacing("=-apus ", with: "=-\(Host.programs)/apus ")
      .replacing("=apus ", with: "=\(Host.programs)/apus ")
      .replacing(
        "[Service]\n", with: "[Service]\nEnvironment=APUS_ROOT=\(f.root) APUS_RUN_ROOT=\(f.runRoot)\n")
    try writeAtomically(path, Array(text.utf8), durable: false)
    f.atEnd("remove the unit") {
      try f.run("systemctl", ["stop", name]).succeeded()
      try removeFile(path)
      try f.run("systemctl", ["daemon-reload"]).succeeded()
    }
    try f.run("systemctl", ["daemon-reload"]).succeeded()
    return name
  }

  private func pid(_ f: Fixture, _ id: String) throws -> Int32 {
    try #require(Int32(try readText("\(f.runRoot)/shims/\(id)/shim.pid")))
  }

  @Test func itIsAValidUnit() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let name = try install(f)
      let outcome = try f.run("systemd-analyze", ["verify", "/run/systemd/system/\(name)"])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(!outcome.complaint.contains(name), "\(outcome)")
    }
  }

  @Test func startStopAndRestart() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let unit = try install(f)
      let web = try f.sleeper("--restart", "unless-stopped", "--name", "web")
      let off = try f.sleeper("--restart", "unless-stopped", "--name", "off")
      try f.apus("stop", "web", "off").succeeded()
      try f.run("apus", ["start", "web"], files: [try f.path("o"), try f.path("e")]).succeeded()
      try f.apus("system", "shutdown").succeeded()
      try f.waitForCleanUp()

      try f.run("systemctl", ["start", unit]).succeeded()
      #expect(try f.inspect(".State.Running", of: web) == "true")
      #expect(try f.inspect(".State.Running", of: off) == "false")
      // The unit is up while nothing of it runs but shims, and those are in its cgroup.
      #expect(try f.run("systemctl", ["is-active", unit]).answer == "active")
      #expect(try readText("/proc/\(try pid(f, web))/cgroup").contains("/\(unit)"))

      try f.run("systemctl", ["restart", unit]).succeeded()
      #expect(try f.inspect(".State.Running", of: web) == "true")
      // It was asked to go and went; nobody killed it.
      try f.run("systemctl", ["stop", unit]).succeeded()
      #expect(try f.inspect(".State.Running", of: web) == "false")
      #expect(try f.inspect(".State.ExitCode", of: web) == "0")
      try f.waitForCleanUp()
    }
  }

  @Test func aShimOutlivesAUnitThatIsKilled() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let unit = try install(f)
      let web = try f.sleeper("--restart", "always", "--name", "web")
      try f.apus("system", "shutdown").succeeded()
      try f.waitForCleanUp()
      try f.run("systemctl", ["start", unit]).succeeded()
      let shim = try pid(f, web)
      // Without ExecStop: what a broken `apus` would come to.
      let dropIn = "/run/systemd/system/\(unit).d"
      try makeDirectories(dropIn)
      try writeAtomically("\(dropIn)/a.conf", Array("[Service]\nExecStop=\n".utf8), durable: false)
      try f.run("systemctl", ["daemon-reload"]).succeeded()
      try f.run("systemctl", ["restart", unit]).succeeded()
      #expect(try f.inspect(".State.Running", of: web) == "true")
      #expect(try pid(f, web) == shim)
      try removeTree(dropIn)
      try f.run("systemctl", ["daemon-reload"]).succeeded()
    }
  }
}
