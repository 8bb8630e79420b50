import JSONDocument
import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus events", .serialized, .requiresRoot)
struct EventTests {
  /// The actions of what the journal has, in order.
  private func actions(_ f: Fixture, _ filters: String...) throws -> [String] {
    let arguments = ["events", "--since", "0", "--until", "0s", "--format", "{{.Action}}"]
    return try f.run("apus", arguments + filters.flatMap { ["--filter", $0] }).succeeded().lines
  }

  @Test func aContainersLifeIsToldOnceAndInOrder() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let follower = try f.start("apus", ["events", "--filter", "container=web"])
      try eventually("it follows") { fileExists(f.runRoot + "/events") }
      let id = try f.sleeper("--name", "web", "-l", "a=b")
      _ = try f.apus("exec", "web", "sh", "-c", "exit 4")
      try f.apus("pause", "web").succeeded()
      try f.apus("unpause", "web").succeeded()
      try f.apus("rename", "web", "site").succeeded()
      try f.apus("rename", "site", "web").succeeded()
      try f.apus("kill", "-s", "USR1", "web").succeeded()
      try f.apus("restart", "-t", "1", "web").succeeded()
      try f.apus("update", "--restart", "always", "web").succeeded()
      try f.apus("stop", "web").succeeded()
      try f.apus("rm", "web").succeeded()
      let expected = [
        "create", "start", "exec_create: sh -c exit 4", "exec_start: sh -c exit 4", "exec_die", "pause",
        "unpause", "rename", "rename", "kill",
      ]
      let told = try actions(f, "container=\(id)")
      #expect(Array(told.prefix(expected.count)) == expected, "\(told)")
      // USR1 ends a shell; whether it did before the restart is the machine's to say.
      for action in ["restart", "update", "destroy"] {
        #expect(told.filter { $0 == action }.count == 1, "\(action) in \(told)")
      }
      #expect(told.filter { $0 == "start" }.count == 2, "\(told)")
      #expect(told.filter { $0 == "die" }.count == 2, "\(told)")
      #expect(told.last == "destroy", "\(told)")
      try follower.waitForOutput("container destroy \(id) (a=b, image=busybox, name=web)\n")
      try follower.kill()
    }
  }

  @Test func theShimTellsWhatOnlyItSees() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(
        [
          "--name", "web", "--restart", "on-failure:1", "--health-cmd", "true", "--health-interval", "50ms",
        ], "sh", "-c", "sleep 0.5; exit 3")
      try eventually("it is over") { try f.inspect(".State.Status", of: "web") == "exited" }
      #expect(try actions(f, "event=start") == ["start", "start"])
      #expect(try actions(f, "event=die") == ["die", "die"])
      #expect(try actions(f, "event=health_status").first == "health_status: healthy")
      let lines = try f.apus(
        "events", "--since", "1h", "--until", "0s", "--filter", "event=die", "--format", "json"
      ).succeeded().lines
      let event = try JSON.parse(Array(lines[0].utf8), file: "event")
      #expect(event["Type"]?.string == "container" && event["from"]?.string == "busybox")
      #expect(event["Actor"]?["Attributes"]?["exitCode"]?.string == "3")
      #expect(event["timeNano"]?.integer(as: Int64.self) != nil && event["scope"]?.string == "local")
    }
  }

  @Test func filtersAndTimesChoose() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--rm", "--name", "one", "-l", "x=1", "busybox", "true").succeeded()
      try f.apus("run", "--rm", "--name", "two", "busybox", "true").succeeded()
      #expect(try actions(f, "container=one") == ["create", "attach", "start", "die", "destroy"])
      #expect(try actions(f, "label=x=1", "event=die") == ["die"])
      #expect(try actions(f, "event=start", "event=destroy").count == 4)
      #expect(try actions(f, "image=busybox", "event=create").count == 2)
      #expect(try actions(f, "type=network") == [])
      // An end that has passed ends at once, and without a beginning nothing is told.
      #expect(try f.apus("events", "--until", "0s").succeeded().out == "")
      let line = try f.apus("events", "--since", "1h", "--until", "0s", "-f", "event=die").succeeded().lines[
        0]
      #expect(
        line.contains(" container die ") && line.contains("(execDuration=0, exitCode=0, image=busybox, "))
      // The fields that docker's manual shows.
      let shown = try f.apus(
        "events", "--since", "1h", "--until", "0s", "-f", "event=die", "-f", "container=one", "--format",
        "Type={{.Type}}  Status={{.Status}}  From={{.From}}  ID={{.ID}} {{.Scope}}"
      ).succeeded().answer
      #expect(
        shown.hasPrefix("Type=container  Status=die  From=busybox  ID=") && shown.hasSuffix(" local"),
        "\(shown)")
      try f.apus("events", "--filter", "colour=red").expectFailure(125, "invalid filter 'colour'")
      try f.apus("events", "--since", "then").expectFailure(125, "--since")
    }
  }

  @Test func aRunThatCannotBeginLeavesNoContainerUntold() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--name", "web", "busybox", "/nowhere").status == 127)
      #expect(try actions(f, "container=web") == ["create", "attach", "destroy"])
    }
  }
}
