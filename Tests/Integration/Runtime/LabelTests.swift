import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `process.apparmorProfile`, on a host that has AppArmor.
@Suite(.requiresRoot, .enabled(if: hasAppArmor, "AppArmor is not enabled"))
struct LabelTests {
  /// Loads a profile under which /etc cannot be written.
  private func profile(_ f: Fixture) throws -> String {
    let name = "apus-test-\(ownPID())"
    let file = try f.write(
      "profile \(name) flags=(attach_disconnected) {\n file,\n capability,\n signal,\n deny /etc/** w,\n}\n",
      to: "profile")
    try f.run("apparmor_parser", ["-r", file]).succeeded()
    f.atEnd("unload the profile") { try f.run("apparmor_parser", ["-R", file]).succeeded() }
    return name
  }

  @Test(arguments: Runtime.available, [true, false])
  func theProfileConfinesTheContainerAndExec(runtime: Runtime, noNewPrivileges: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let name = try profile(f)
      let bundle = try f.bundle(["sleep", "60"]) {
        $0["process.apparmorProfile"] = .string(name)
        $0["process.noNewPrivileges"] = .bool(noNewPrivileges)
        $0["root.readonly"] = false
      }
      try client.launch(bundle)
      let own = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      #expect(try readText("/proc/\(own)/attr/current") == "\(name) (enforce)")
      let witness = try Witness(
        client.call("exec", bundle.id, "witness", "text:/proc/self/attr/current", "write:/etc/x").succeeded())
      #expect(witness.answer("text:/proc/self/attr/current") == "\(name) (enforce)\n")
      #expect(witness.answer("write:/etc/x") == "EACCES")
    }
  }

  @Test(arguments: Runtime.available)
  func aProfileThatIsNotLoadedFailsTheCreation(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).create(f.bundle { $0["process.apparmorProfile"] = "nosuch" })
      #expect(outcome.status == 1, "\(outcome)")
    }
  }
}

private let hasAppArmor =
  fileExists("/sys/kernel/security/apparmor") && Host.findProgram("apparmor_parser") != nil
