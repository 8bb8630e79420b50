import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus ps and apus inspect", .serialized, .requiresRoot)
struct ListTests {
  @Test func theTableIsDockers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(
        ["--name", "web"], "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done")
      let lines = try f.apus("ps").succeeded().lines
      #expect(lines.count == 2)
      #expect(
        lines[0].split { $0 == " " }.joined(separator: " ")
          == "CONTAINER ID IMAGE COMMAND CREATED STATUS PORTS NAMES")
      #expect(lines[1].hasPrefix("\(id.prefix(12))   busybox   \"sh -c 'trap 'exit 0…\"   "), "\(lines[1])")
      #expect(lines[1].contains(" ago   Up "), "\(lines[1])")
      #expect(lines[1].hasSuffix(" web"), "\(lines[1])")
      // The columns stand below their names.
      #expect(lines[0].firstRange(of: "IMAGE")?.lowerBound.utf16Offset(in: lines[0]) == 15)
      #expect(lines[0].firstRange(of: "COMMAND")?.lowerBound.utf16Offset(in: lines[0]) == 25)
      let whole = try f.apus("ps", "--no-trunc").lines[1]
      #expect(whole.hasPrefix(id))
      #expect(whole.contains("\"sh -c 'trap 'exit 0' TERM; while :; do sleep 0.05; done'\""), "\(whole)")
      try f.apus("rm", "-f", "web").succeeded()
    }
  }

  @Test func stoppedOnesAreShownWhenAsked() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--name", "first", "busybox", "sh", "-c", "exit 3").status == 3)
      let second = try f.detached(["--name", "second"], "sleep", "1000")
      #expect(try f.apus("ps", "-q").lines == [String(second.prefix(12))])
      #expect(try f.apus("ps", "-aq").lines.count == 2)
      #expect(try f.apus("ps", "-q", "-l").lines == [String(second.prefix(12))])
      #expect(try f.apus("ps", "-q", "--no-trunc").lines == [second])
      let row = try f.apus("ps", "-a").lines[2]
      #expect(row.contains("Exited (3) ") && row.contains(" ago ") && row.hasSuffix("first"), "\(row)")
      try f.apus("rm", "-f", "first", "second").succeeded()
    }
  }

  @Test func aContainerIsFoundByIDNameAndPrefix() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      for reference in [id, String(id.prefix(12)), String(id.prefix(20)), "web", "/web"] {
        #expect(try f.inspect(".Id", of: reference) == id)
      }
    }
  }

  @Test func inspectHasDockersFields() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(
        ["--name", "web", "-e", "A=1", "-l", "k=v", "-v", "/tmp:/host:ro", "-w", "/w"], "sh", "-c",
        "trap 'exit 3' TERM; while :; do sleep 0.05; done")
      let fields = [
        ".Name": "/web", ".Path": "sh", ".State.Status": "running", ".State.Running": "true",
        ".State.ExitCode": "0",
        ".State.FinishedAt": "0001-01-01T00:00:00Z", ".Config.Image": "busybox", ".Config.Env": "[A=1]",
        ".Config.Hostname": String(id.prefix(12)), ".Config.WorkingDir": "/w", ".Config.Labels.k": "v",
        ".HostConfig.Binds": "[/tmp:/host:ro]", ".HostConfig.NetworkMode": "bridge",
        ".HostConfig.AutoRemove": "false",
        "json .Config.Cmd": #"["sh","-c","trap 'exit 3' TERM; while :; do sleep 0.05; done"]"#,
      ]
      for (field, value) in fields { #expect(try f.inspect(field, of: "web") == value, "\(field)") }
      let pid = try f.inspect(".State.Pid", of: "web")
      #expect(try f.shell("cat /proc/\(pid)/comm").answer == "sh")
      try f.apus("stop", "web").succeeded()
      let after = [".State.Status": "exited", ".State.ExitCode": "3", ".State.Pid": "0", ".State.Error": ""]
      for (field, value) in after { #expect(try f.inspect(field, of: "web") == value, "\(field)") }
    }
  }

  @Test func inspectPrintsAnArrayForAllItFindsAndALineForWhatItDoesNot() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "web", "busybox", "true").succeeded()
      let outcome = try f.apus("inspect", "web", "nosuch", "busybox")
      #expect(outcome.status == 1)
      #expect(outcome.complaint == "apus: No such object: nosuch")
      #expect(outcome.out.hasPrefix("[\n    {\n        \"Id\": \""))
      #expect(outcome.out.hasSuffix("    }\n]\n"))
      #expect(outcome.out.contains("\"RepoTags\": [\n            \"busybox:latest\"\n        ]"))
    }
  }

  @Test func amongManyEachIsShownAsItIs() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for number in 0..<20 { try f.apus("create", "--name", "new\(number)", "busybox", "true").succeeded() }
      try f.apus("run", "--name", "over", "busybox", "true").succeeded()
      for name in ["on", "frozen"] { _ = try f.sleeper("--name", name) }
      try f.apus("pause", "frozen").succeeded()
      // With a hundred run directories, whose-ever, several threads look.
      for number in 0..<100 { try makeDirectory("\(f.runRoot)/shims/\(number)") }
      let rows = try f.apus("ps", "-a", "--format", "{{.Names}} {{.State}}").succeeded().lines
      #expect(rows.prefix(4) == ["frozen paused", "on running", "over exited", "new19 created"])
      #expect(rows.dropFirst(3) == (0..<20).reversed().map { "new\($0) created" }[...])
      #expect(try f.apus("ps", "--format", "{{.Names}}").lines == ["frozen", "on"])
      #expect(try f.apus("ps", "-q").lines.count == 2)
      #expect(try f.apus("ps", "-aq").lines.count == 23)
      #expect(try f.apus("ps", "-q", "-n", "5").lines.count == 5)
      #expect(try f.apus("ps", "-q", "new7", "on").lines.count == 1)
      for number in 0..<100 { try removeEmptyDirectory("\(f.runRoot)/shims/\(number)") }
      try f.apus("rm", "-f", "on", "frozen").succeeded()
    }
  }
}
