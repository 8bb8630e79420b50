import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The commands that only tell: list, ps, spec, features, --version, and the log.
@Suite(.requiresRoot) struct ListingTests {
  @Test(arguments: Runtime.available)
  func listShowsEveryContainerOfTheRoot(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (first, second) = (try f.bundle(["sleep", "60"]), try f.bundle(["true"]))
      try client.launch(first)
      try client.create(second).succeeded()
      let json = try client.call("list", "--format", "json").succeeded()
      let entries = try #require(try JSON.parse(json.stdout, file: "list").array)
      let status = Dictionary(
        uniqueKeysWithValues: entries.compactMap { entry in
          entry["id"]?.string.flatMap { id in entry["status"]?.string.map { (id, $0) } }
        })
      #expect(status == [first.id: "running", second.id: "created"])
      #expect(Set(try client.call("list", "--quiet").succeeded().lines) == [first.id, second.id])
      let table = try client.call("list").succeeded().lines
      #expect(table.first?.split(separator: " ").prefix(3) == ["ID", "PID", "STATUS"])
      #expect(table.contains { $0.hasPrefix(first.id) && $0.contains("running") })
    }
  }

  @Test(arguments: Runtime.available)
  func listOfAnEmptyRootIsEmpty(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      try makeDirectories(client.stateRoot, mode: 0o700)
      #expect(try client.call("list", "--quiet").succeeded().out == "")
      let json = try client.call("list", "--format=json").succeeded()
      #expect(["null", "[]"].contains(json.answer), "\(json)")
    }
  }

  // As in runc since 1.2; older ones and crun make it.
  @Test(arguments: Runtime.oursOnly)
  func listOfANamedRootThatIsNotThereIsAnError(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.run(runtime.program, ["--root", try f.path("nosuch"), "list"])
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.err.contains("nosuch"), "\(outcome)")
      #expect(outcome.err.contains("no such file or directory"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func psShowsTheContainersProcesses(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "sleep 61 & echo; wait"])
      try client.launch(bundle)
      try eventually("both run") { try bundle.output() == "\n" }
      let json = try client.call("ps", "--format", "json", bundle.id).succeeded()
      let pids = try #require(try JSON.parse(json.stdout, file: "ps").array).compactMap {
        $0.integer(as: Int32.self)
      }
      #expect(pids.count == 2)
      #expect(try client.state(bundle.id)["pid"]?.integer(as: Int32.self).map(pids.contains) == true)
      let table = try client.call("ps", bundle.id).succeeded()
      #expect(table.lines.count == 3, "\(table)")
      #expect(table.out.contains("sleep 61"), "\(table)")
    }
  }

  @Test(arguments: Runtime.available)
  func specWritesABundleThatRuns(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle()
      try removeFile(bundle.path + "/config.json")
      try client.call("spec", "--bundle", bundle.path).succeeded()
      var config = ConfigTree(try JSON.parse(try readFile(bundle.path + "/config.json"), file: "config.json"))
      #expect(config["process.args"] == ["sh"])
      #expect(config["process.terminal"] == true)
      #expect(config["root.path"] == "rootfs")
      // On v1 who wants a cgroup namespace adds it (runc, crun); twice it would be an error.
      let kinds = config["linux.namespaces"]?.array?.compactMap { $0["type"]?.string }
      #expect(kinds?.contains("cgroup") == (try Host.isUnified))
      let again = try client.call("spec", "--bundle", bundle.path)
      #expect(again.status == 1)
      #expect(again.err.contains("exist"), "\(again)")
      config["process.terminal"] = false
      config["process.args"] = ["echo", "spec"]
      try f.write(config, to: bundle)
      #expect(try client.run(bundle).out == "spec\n")
    }
  }

  @Test(arguments: Runtime.available)
  func versionStartsWithTheNameAndNamesTheSpecification(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let lines = try f.client(runtime).call("--version").succeeded().lines
      #expect(lines.first?.hasPrefix("\(runtime.rawValue) version ") == true, "\(lines)")
      #expect(lines.contains { $0.hasPrefix("spec: 1.") }, "\(lines)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func featuresTellsWhatIsEnforced(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).call("features").succeeded()
      let features = ConfigTree(try JSON.parse(outcome.stdout, file: "features"))
      #expect(features["ociVersionMin"]?.string?.hasPrefix("1.0") == true)
      #expect(features["ociVersionMax"]?.string?.hasPrefix("1.") == true)
      #expect(features["mountOptions"]?.array?.contains("nosuid") == true)
      #expect(features["linux.namespaces"]?.array?.contains("cgroup") == true)
      #expect(features["linux.capabilities"]?.array?.contains("CAP_KILL") == true)
      #expect(features["linux.namespaces"]?.array?.contains("user") == true)
      if runtime == .ours {
        #expect(features["linux.namespaces"]?.array?.contains("time") == true)
        #expect(features["linux.mountExtensions.idmap.enabled"] == true)
        #expect(features["mountOptions"]?.array?.contains("ridmap") == true)
      }
      #expect(features["linux.cgroup.v1"] == true)
      #expect(features["linux.seccomp.enabled"] == true)
    }
  }

  @Test(arguments: Runtime.available)
  func aFailureIsOneLineOnStandardErrorAndOneObjectInTheLog(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let log = try f.path("log.json")
      let outcome = try f.client(runtime).call(
        ["state", "nosuch"], global: ["--log", log, "--log-format", "json"])
      #expect(outcome.status == 1)
      let lines = try readText(log).split(separator: "\n").map(String.init)
      let last = try #require(lines.last)
      let entry = try JSON.parse(Array(last.utf8), file: "log.json")
      #expect(entry["level"]?.string == "error")
      #expect(entry["msg"]?.string?.contains("does not exist") == true)
      #expect(entry["time"]?.string.flatMap(Timestamp.init) != nil)
    }
  }

  @Test(arguments: Runtime.available, [["--nosuch"], ["state", "--nosuch", "x"], ["nosuch"]])
  func whatItDoesNotKnowIsRefused(runtime: Runtime, arguments: [String]) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).call(arguments)
      #expect(outcome.status != 0)
      #expect((outcome.err + outcome.out).contains("nosuch"), "\(outcome)")
    }
  }
}
