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

  @Test func aKillIsToldOnce() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web")
      try f.apus("kill", "web").succeeded()
      #expect(try actions(f, "container=\(id)", "event=kill") == ["kill"])
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

  /// Something in it is killed, and it lives.
  @Test func wantOfMemoryIsToldWhenItComes() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(
        ["--name", "web", "-m", "16m", "--memory-swap", "16m"], "sh", "-c",
        "mkfifo /gate; dd if=/dev/zero of=/dev/shm/x bs=1M count=60; rm /dev/shm/x; echo lives; read x < /gate"
      )
      try eventually("it goes on") { try f.apus("logs", "web").out.contains("lives\n") }
      try eventually("it is told") { try !actions(f, "event=oom").isEmpty }
      #expect(try f.inspect(".State.Status", of: "web") == "running")
      let told = try actions(f, "container=\(id)")
      #expect(!told.contains("die"), "\(told)")
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      try f.waitForEnd(of: "web")
      #expect(try f.inspect(".State.OOMKilled", of: "web") == "true")
      // Once for each kill, and not again at the end.
      let kills = told.filter { $0 == "oom" }.count
      #expect(try actions(f, "event=oom").count == kills)
      try f.waitForCleanUp()
      try f.apus("rm", "web").succeeded()
      // One that ends by it.
      let killed = try f.apus(
        "run", "--name", "web", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c",
        "exec dd if=/dev/zero of=/dev/shm/x bs=1M count=60")
      #expect(killed.status == 137, "\(killed)")
      let end = try actions(f, "container=web", "event=oom", "event=die")
      #expect(end.suffix(2) == ["oom", "die"], "\(end)")
    }
  }

  @Test func filtersAndTimesChoose() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--rm", "--name", "one", "-l", "x=1", "busybox", "true").succeeded()
      try f.apus("run", "--rm", "--name", "two", "busybox", "true").succeeded()
      #expect(try actions(f, "container=one") == ["create", "attach", "start", "die", "destroy"])
      // By the beginning of a name, of which an empty one is all.
      #expect(try actions(f, "container=t", "event=die") == ["die"])
      #expect(try actions(f, "container=") == actions(f, "type=container"))
      #expect(try actions(f, "label=x=1", "event=die") == ["die"])
      #expect(try actions(f, "event=start", "event=destroy").count == 4)
      #expect(try actions(f, "image=busybox", "event=create").count == 2)
      #expect(try actions(f, "type=network") == ["connect", "disconnect", "connect", "disconnect"])
      // An end that has passed ends at once; without a beginning everything before it is told (moby,
      // daemon/events/events.go, loadBufferedEvents).
      let before = try f.apus(
        "events", "--until", "0s", "-f", "event=die", "--format", "{{.Actor.Attributes.name}}")
      #expect(try before.succeeded().lines == ["one", "two"])
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
      try f.apus("events", "--since", "2", "--until", "1")
        .expectFailure(125, "`since` time (2) cannot be after `until` time (1)")
      // Before the first event, which never comes here.
      try f.apus("events", "--format", "{{.Nosuch}}").expectFailure(
        125, "map has no entry for key \"Nosuch\"")
      #expect(
        try f.apus("events", "--until", "0s", "--format", "{{.Type}} {{.Actor.Attributes.name}} {{.Time}}")
          .succeeded().lines.count > 0)
      try f.apus("events", "--since", "then").expectFailure(125, "--since")
    }
  }

  @Test func aRunThatCannotBeginLeavesNoContainerUntold() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--name", "web", "busybox", "/nowhere").status == 127)
      #expect(try actions(f, "container=web") == ["create", "attach", "destroy"])
    }
  }

  /// What is told, a line each: the subject, the action, the attributes that are named.
  private func told(_ f: Fixture, _ template: String, _ filters: String...) throws -> [String] {
    let arguments = ["events", "--since", "0", "--until", "0s", "--format", template]
    return try f.run("apus", arguments + filters.flatMap { ["--filter", $0] }).succeeded().lines
  }

  @Test func whatIsDoneWithImagesIsToldOnce() async throws {
    try await Fixture.with { f in
      try f.importBusybox()
      try f.apus("tag", "busybox", "other:v1").succeeded()
      try f.apus("save", "-o", f.directory + "/both.tar", "busybox", "other:v1").succeeded()
      try f.apus("rmi", "other:v1").succeeded()
      try f.apus("run", "--name", "web", "busybox", "touch", "/f").succeeded()
      try f.apus("commit", "-m", "why", "-c", "LABEL a=b", "web", "made:v1").succeeded()
      try f.apus("export", "-o", f.directory + "/web.tar", "web").succeeded()
      try f.apus("rm", "web").succeeded()
      try f.apus("rmi", "made:v1", "busybox").succeeded()
      try f.apus("load", "-i", f.directory + "/both.tar").succeeded()
      try f.apus("image", "prune", "-af").succeeded()
      let id = try f.apus("import", Host.testRoot + "/busybox.tar").succeeded().answer
      try f.apus("rmi", id).succeeded()
      #expect(
        try told(f, "{{.Action}} {{.Actor.Attributes.name}}", "type=image").map {
          $0.hasPrefix("delete sha256:") ? "delete" : $0
        } == [
          "import busybox:latest", "tag busybox:latest", "tag other:v1", "save busybox:latest",
          "untag other:v1", "tag made:v1", "untag made:v1", "delete", "untag busybox:latest", "delete",
          "load busybox:latest", "untag busybox:latest", "untag other:v1", "delete", "prune <no value>",
          "import \(id)", "delete",
        ])
      #expect(
        try told(f, "{{.Action}} {{.Actor.Attributes.a}}", "type=image", "label=a=b")
          == ["tag b", "untag b", "delete b"])
      let more = "{{with .Actor.Attributes}}{{.comment}} {{.imageRef}} {{.imageID}}{{end}}"
      let commit = try told(f, more, "event=commit")
      #expect(commit.count == 1 && commit[0].hasPrefix("why made:v1 sha256:"), "\(commit)")
      #expect(try told(f, "{{.Type}} {{.Actor.Attributes.name}}", "event=export") == ["container web"])
      #expect(
        try told(f, "{{.Type}} {{.Actor.Attributes.reclaimed}}", "event=prune").first?.hasPrefix("image ")
          == true)
    }
  }

  @Test func whatIsDoneWithVolumesIsToldOnce() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("volume", "create", "data").succeeded()
      try f.apus("volume", "create", "data").succeeded()
      let id = try f.sleeper("--name", "web", "-v", "data:/d:ro", "-v", "/anonymous")
      try f.apus("stop", "web").succeeded()
      try f.apus("start", "web").succeeded()
      try f.apus("rm", "-fv", "web").succeeded()
      try f.apus("run", "--rm", "-v", "data:/d", "busybox", "true").succeeded()
      // A run that cannot begin takes back what it has told.
      #expect(try f.apus("run", "-v", "never:/n", "busybox", "/nowhere").status == 127)
      try f.apus("volume", "rename", "data", "info").succeeded()
      try f.apus("volume", "rm", "info").succeeded()
      try f.apus("volume", "create", "unused").succeeded()
      try f.apus("volume", "prune", "-af").succeeded()
      #expect(
        try told(f, "{{.Action}}", "type=volume", "volume=data")
          == ["create", "mount", "unmount", "mount", "unmount", "mount", "unmount"])
      #expect(try told(f, "{{.Action}}", "type=volume", "volume=info") == ["rename", "destroy"])
      #expect(
        try told(f, "{{.Action}}", "type=volume", "volume=never")
          == ["create", "mount", "unmount", "destroy"])
      #expect(try told(f, "{{.Action}}", "type=volume", "volume=unused") == ["create", "destroy"])
      #expect(
        try told(f, "{{.Actor.Attributes.reclaimed}}", "type=volume", "event=prune") == ["0"])
      let mounts = try told(f, "{{json .Actor}}", "event=mount", "volume=data")
      let mount = try JSON.parse(Array(mounts[0].utf8), file: "event")
      let expected: JSONValue = [
        "driver": "local", "container": .string(id), "destination": "/d", "propagation": "",
        "read/write": "false",
      ]
      #expect(mount["Attributes"] == expected, "\(mounts)")
      // The anonymous one: made once, mounted twice, gone with its container.
      let anonymous = try told(f, "{{.Action}} {{.Actor.ID}}", "type=volume").filter {
        $0.split(separator: " ").last.map { $0.utf8.count } == 64
      }.map { $0.split(separator: " ")[0] }
      #expect(anonymous == ["create", "mount", "unmount", "mount", "unmount", "destroy"], "\(anonymous)")
    }
  }

  @Test func detachingAndResizingAreToldOnce() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let session = try f.terminal(
        "apus", ["run", "--name", "web", "-it", "busybox", "sh"], columns: 80, rows: 24)
      try session.waitFor("# ")
      try session.resize(columns: 91, rows: 31)
      try session.type("until stty size | grep '31 91'; do sleep 0.05; done; echo si''zed\r")
      try session.waitFor("sized")
      try session.type("\u{10}\u{11}")
      #expect(try session.wait().status == 0)
      let exec = try f.terminal("apus", ["exec", "-it", "web", "sh"])
      try exec.waitFor("# ")
      try exec.type("\u{10}\u{11}")
      #expect(try exec.wait().status == 1)
      #expect(try actions(f, "event=detach") == ["detach"])
      #expect(
        try told(f, "{{with .Actor.Attributes}}{{.width}}x{{.height}}{{end}}", "event=resize") == ["91x31"])
      let left = try told(f, "{{.Actor.Attributes.execID}}", "event=exec_detach")
      #expect(left.count == 1 && left[0].utf8.count == 64, "\(left)")
    }
  }
}
