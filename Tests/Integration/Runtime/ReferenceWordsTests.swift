import LinuxSystem
import TestSupport
import Testing

/// Exit codes and words by which callers know what went wrong (spec/runtime-cli.md, "Words that callers match").
@Suite(.requiresRoot) struct ReferenceWordsTests {
  @Test(
    arguments: Runtime.available,
    ["state", "kill", "start", "pause", "resume", "delete", "update", "ps", "events"])
  func anUnknownContainerDoesNotExist(runtime: Runtime, command: String) async throws {
    try await Fixture.with { f in
      let extra = command == "update" ? ["--pids-limit", "3"] : command == "events" ? ["--stats"] : []
      let outcome = try f.client(runtime).call([command] + extra + ["nosuch"])
      #expect(outcome.status == 1)
      #expect(outcome.complaint.contains("container does not exist"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func deletingAnUnknownContainerByForceIsDone(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).call("delete", "--force", "nosuch")
      #expect(outcome.status == 0, "\(outcome)")
    }
  }

  // runc 1.1 ends with 1 here; 255 since 1.2.
  @Test(arguments: Runtime.oursOnly)
  func execThatCannotBeginEndsWith255(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      for (command, words) in [
        ("/nonexist", "exec: \"/nonexist\": stat /nonexist: no such file or directory"),
        ("nonexist", "exec: \"nonexist\": executable file not found in $PATH"),
        ("/etc", "exec: \"/etc\": is a directory: permission denied"),
        ("/etc/passwd", "exec: \"/etc/passwd\": permission denied"),
      ] {
        let outcome = try client.call("exec", bundle.id, command)
        #expect(outcome.status == 255)
        #expect(outcome.complaint.contains(words), "\(outcome)")
      }
      let unknown = try client.call("exec", "nosuch", "true")
      #expect(unknown.status == 255)
      #expect(unknown.complaint.contains("container does not exist"))
    }
  }

  @Test(arguments: Runtime.available)
  func everyWrongStatusHasItsWords(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      func complaint(_ arguments: String...) throws -> String {
        let outcome = try client.call(arguments)
        #expect(outcome.status == 1, "\(outcome)")
        return outcome.complaint
      }
      #expect(
        try complaint("create", "--bundle", bundle.path, bundle.id).contains(
          "container with given ID already exists"))
      #expect(try complaint("start", bundle.id).contains("cannot start an already running container"))
      #expect(try complaint("delete", bundle.id).contains("cannot delete container"))
      #expect(try complaint("delete", bundle.id).contains("that is not stopped"))
      try client.call("kill", bundle.id, "KILL").succeeded()
      try client.waitUntilStopped(bundle.id)
      #expect(try complaint("start", bundle.id).contains("cannot start a container that has stopped"))
      let words = ["container not running", "process already finished", "no such process"]
      let killed = try complaint("kill", bundle.id)
      #expect(words.contains { killed.contains($0) }, "\(killed)")
      #expect(try complaint("create", "--bundle", bundle.path, "a/b").contains("invalid container ID format"))
    }
  }

  // podman reads the whole file as one object, containerd the last line of level error.
  @Test(arguments: Runtime.oursOnly)
  func aFailureIsOneRecordAndOneLine(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let log = try f.path("log")
      let outcome = try f.client(runtime).call(
        ["state", "nosuch"], global: ["--log", log, "--log-format", "json", "--debug"])
      #expect(outcome.complaint == "apus-runtime: container does not exist: \"nosuch\"")
      let text = try readText(log)
      #expect(
        text.hasPrefix(
          "{\"level\":\"error\",\"msg\":\"container does not exist: \\\"nosuch\\\"\",\"time\":\""))
      #expect(!text.contains("\n"))
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func theVersionIsWhatDockerReads(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let lines = try f.client(runtime).call(["--version"]).succeeded().lines
      #expect(lines[0].hasPrefix("apus-runtime version "))
      #expect(lines[1] == "spec: 1.3.0")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func aCgroupThatWillNotDoHasItsWords(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "60"])
      try client.launch(bundle)
      let second = try client.call("run", "--bundle", bundle.path, bundle.id + "-2")
      #expect(second.status == 1)
      #expect(second.complaint.contains("container's cgroup is not empty"), "\(second)")
      for (path, words) in [
        ("..", "bad sub cgroup path \"..\""), ("../sibling", "bad sub cgroup path"),
        ("nosuch:/", "unknown controller \"nosuch\""),
        ("nonexistent", "/nonexistent\": no such file or directory"),
      ] {
        let outcome = try client.call("exec", "--cgroup", path, bundle.id, "true")
        #expect(outcome.status == 255)
        #expect(outcome.complaint.contains(words), "\(outcome)")
      }
    }
  }
}
