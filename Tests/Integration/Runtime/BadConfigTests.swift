import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// A config.json that cannot be carried out: one line that says where, and nothing left behind.
@Suite(.requiresRoot) struct BadConfigTests {
  private func refusal(
    _ runtime: Runtime, edit: (inout ConfigTree) throws -> Void = { _ in },
    breaking: (TestBundle) throws -> Void = { _ in }
  ) async throws -> Outcome {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(edit: edit)
      try breaking(bundle)
      let outcome = try client.run(bundle)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.out == "")
      #expect(!outcome.complaint.isEmpty)
      if runtime == .ours { #expect(!outcome.complaint.contains("\n"), "more than one line: \(outcome)") }
      #expect(try !fileExists(client.stateRoot) || listDirectory(client.stateRoot) == [])
      for hierarchy in try Host.cgroupHierarchies() { #expect(!fileExists(hierarchy + bundle.cgroup)) }
      return outcome
    }
  }

  @Test(arguments: Runtime.available)
  func noJSONAtAll(runtime: Runtime) async throws {
    let outcome = try await refusal(
      runtime,
      breaking: { bundle in
        try writeExistingFile(bundle.path + "/config.json", "{\"ociVersion\": nonsense")
      })
    if runtime == .ours { #expect(outcome.err.contains("config.json"), "\(outcome)") }
  }

  // conformance: BUNDLE-1
  @Test(arguments: Runtime.available)
  func noConfig(runtime: Runtime) async throws {
    let outcome = try await refusal(runtime, breaking: { try removeFile($0.path + "/config.json") })
    #expect(outcome.err.contains("config.json"), "\(outcome)")
  }

  @Test(arguments: Runtime.available)
  func noBundle(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).call("run", "--bundle", "/nosuch", "id")
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("/nosuch"), "\(outcome)")
    }
  }

  // conformance: CFG-VERSION-1
  @Test(arguments: Runtime.oursOnly, ["", "nonsense", "2.0.0", "0.9.0"])
  func aVersionOfTheSpecificationThatIsNone(runtime: Runtime, version: String) async throws {
    let outcome = try await refusal(runtime, edit: { $0["ociVersion"] = .string(version) })
    #expect(outcome.err.contains("ociVersion"), "\(outcome)")
  }

  @Test(arguments: Runtime.oursOnly, ["ociVersion", "root", "process.cwd", "linux.namespaces[0].type"])
  func aRequiredPropertyThatIsMissing(runtime: Runtime, path: String) async throws {
    let outcome = try await refusal(runtime, edit: { $0[path] = nil })
    #expect(outcome.err.contains(path), "\(outcome)")
  }

  @Test(
    arguments: Runtime.oursOnly,
    [
      ("process.args", "text"), ("process.user.uid", "root"), ("linux.namespaces[0].type", "nett"),
      ("process.capabilities.bounding", ["CAP_KILL", 1]), ("root.readonly", 1),
    ] as [(String, JSONValue)])
  func aValueOfTheWrongKindIsNamedByItsPath(runtime: Runtime, given: (path: String, value: JSONValue))
    async throws
  {
    let outcome = try await refusal(runtime, edit: { $0[given.path] = given.value })
    #expect(outcome.err.contains(given.path), "\(outcome)")
  }

  // conformance: CFG-RLIMIT-2
  @Test(arguments: Runtime.available)
  func anUnknownResourceLimit(runtime: Runtime) async throws {
    let outcome = try await refusal(
      runtime, edit: { $0["process.rlimits"] = [["type": "RLIMIT_NOSUCH", "soft": 1, "hard": 1]] })
    #expect(outcome.err.contains("RLIMIT_NOSUCH"), "\(outcome)")
  }

  // conformance: CFG-RLIMIT-3
  @Test(arguments: Runtime.oursOnly)
  func aResourceLimitListedTwice(runtime: Runtime) async throws {
    let limit: JSONValue = ["type": "RLIMIT_CORE", "soft": 1, "hard": 1]
    let outcome = try await refusal(runtime, edit: { $0["process.rlimits"] = [limit, limit] })
    #expect(outcome.err.contains("process.rlimits[1]"), "\(outcome)")
  }

  // conformance: CFG-EXT-1
  @Test(arguments: Runtime.available)
  func unknownPropertiesAreIgnored(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle(["echo", "fine"]) {
          $0["futureProperty"] = ["a": 1]
          $0["process.futureProperty"] = true
          $0["linux.resources.futureProperty"] = [1, 2]
        })
      #expect(outcome.out == "fine\n", "\(outcome)")
    }
  }

  // conformance: CFG-EXT-2
  @Test(
    arguments: Runtime.oursOnly,
    [
      ("process.apparmorProfile", "profile"), ("process.selinuxLabel", "label"),
      ("linux.mountLabel", "label"),
      ("linux.intelRdt", ["closID": "x"]),
      ("linux.personality", ["domain": "LINUX", "flags": ["ADDR_NO_RANDOMIZE"]]),
      ("process.ioPriority", ["class": "IOPRIO_CLASS_IDLE", "priority": 8]),
      ("process.scheduler", ["policy": "SCHED_ISO"]),
      ("linux.resources.rdma", ["mlx5_1": ["hcaHandles": 3]]),
      ("linux.uidMappings", [["containerID": 0, "hostID": 1, "size": 1]]),
    ] as [(String, JSONValue)])
  func aPropertyThatIsNotEnforcedIsRefusedByItsPath(
    runtime: Runtime, given: (path: String, value: JSONValue)
  ) async throws {
    let outcome = try await refusal(runtime, edit: { $0[given.path] = given.value })
    #expect(outcome.err.contains(given.path), "\(outcome)")
  }
}
