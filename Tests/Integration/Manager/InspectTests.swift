import JSONDocument
import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus inspect, info, version", .serialized, .requiresRoot)
struct InspectTests {
  @Test func volumesAreFoundLast() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for name in ["web", "busybox", "data"] { try f.apus("volume", "create", name).succeeded() }
      try f.apus("create", "--name", "web", "busybox", "true").succeeded()
      #expect(try f.apus("inspect", "-f", "{{.Name}}", "web").answer == "/web")
      #expect(try f.apus("inspect", "-f", "{{.Os}}", "busybox").answer == "linux")
      #expect(try f.apus("inspect", "-f", "{{.Name}} {{.Driver}}", "data").answer == "data local")
      #expect(try f.apus("inspect", "--type", "volume", "-f", "{{.Scope}}", "web").answer == "local")
      #expect(
        try f.apus("volume", "inspect", "-f", "{{.Mountpoint}}", "data").answer == f.root
          + "/volumes/data/_data")
      #expect(try f.apus("inspect", "--type", "image", "data").status == 1)
      #expect(try f.apus("inspect", "nothing").err.contains("No such object: nothing"))
    }
  }

  @Test func templatesAreGos() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "web", "-l", "b=2", "-l", "a=1", "-e", "A=1", "-v", "/tmp:/host:ro")
      let short = String(id.prefix(12))
      let expectations = [
        // The seeds' own.
        ("{{ .HostConfig.Links }}", "[]"), ("{{ .Name }}", "/web"),
        // The names of Go's fields, where JSON's are others.
        ("{{.ID}} {{.HostConfig.DNS}} {{.HostConfig.NanoCPUs}}", "\(id) [] 0"),
        // What everybody writes.
        ("{{.Config.Labels}}", "map[a:1 b:2]"),
        ("{{range $k, $v := .Config.Labels}}{{$k}}={{$v}};{{end}}", "a=1;b=2;"),
        ("{{index .Config.Labels \"b\"}}", "2"), ("{{.Config.Labels.nosuch}}", "<no value>"),
        ("{{range .Mounts}}{{.Source}}->{{.Destination}} {{.RW}}{{.Name}}{{end}}", "/tmp->/host false"),
        ("{{if .State.Running}}up{{else}}down{{end}}", "up"),
        ("{{if .State.Health}}{{.State.Health.Status}}{{end}}", ""),
        ("{{range .NetworkSettings.Networks}}[{{.IPAddress}}]{{end}}", "[172.17.0.2]"),
        ("{{.NetworkSettings.IPAddress}}", "172.17.0.2"),
        ("{{range $p, $c := .NetworkSettings.Ports}}{{$p}}{{end}}", ""),
        ("{{join .Config.Cmd \"|\" | len}}", "66"),
        ("{{json .Config.Env}}", "[\"A=1\"]"), ("{{.HostConfig.CapAdd}} {{.Config.Entrypoint}}", "[] []"),
        ("{{printf \"%.12s\" .Id | upper | lower}}", short), ("{{.HostConfig.LogConfig.Config}}", "map[]"),
        ("{{.Volumes}} {{.VolumesRW}}", "map[/host:/tmp] map[/host:false]"),
      ]
      for (template, text) in expectations {
        #expect(try f.apus("inspect", "-f", template, "web").succeeded().out == text + "\n", "\(template)")
      }
      // Times are Go's durations, and what was left out is there.
      try f.apus(
        "create", "--name", "checked", "--health-cmd", "true", "--health-interval", "90s", "busybox", "true"
      )
      .succeeded()
      let check =
        "{{with .Config.Healthcheck}}{{.Interval}} {{.Timeout}} {{.Retries}} {{.Test}} {{json .Interval}}{{end}}"
      #expect(
        try f.apus("inspect", "-f", check, "checked").succeeded().answer
          == "1m30s 0s 0 [CMD-SHELL true] 90000000000")
      try f.apus("rm", "checked").succeeded()
      try f.apus("inspect", "-f", "{{.Nosuch}}", "web").expectFailure(
        1,
        "template parsing error: template: :1:2: executing \"\" at <.Nosuch>: map has no entry for key \"Nosuch\""
      )
      try f.apus("inspect", "-f", "{{range .X}}", "web").expectFailure(
        125, "template parsing error: template: :1: unexpected EOF")
      #expect(try f.apus("inspect", "--format", "json", "web").out.hasPrefix(#"[{"Id":"\#(id)","Created""#))
      try f.apus("rm", "-f", "web").succeeded()
    }
  }

  @Test func kindsAreAskedForByName() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "busybox", "busybox", "true").succeeded()
      for (arguments, name) in [
        (["inspect"], "container"), (["inspect", "--type", "container"], "container"),
        (["inspect", "--type", "image"], "image"), (["container", "inspect"], "container"),
        (["image", "inspect"], "image"),
      ] {
        let outcome = try f.run("apus", arguments + ["-f", "{{json .}}", "busybox"]).succeeded()
        let document = try JSON.parse(Array(outcome.out.utf8), file: "inspect")
        #expect((document["State"] != nil) == (name == "container"), "\(arguments)")
        #expect((document["RepoTags"] != nil) == (name == "image"), "\(arguments)")
      }
      for (arguments, words) in [
        (["container", "inspect", "nosuch"], "No such container: nosuch"),
        (["image", "inspect", "nosuch"], "No such image: nosuch"),
        (["inspect", "nosuch"], "No such object: nosuch"),
        (["inspect", "--type", "image", "nosuch"], "No such image: nosuch"),
        (["inspect", "--type", "volume", "nosuch"], "get nosuch: no such volume"),
      ] {
        let outcome = try f.run("apus", arguments)
        #expect(
          outcome.status == 1 && outcome.out == "[]\n" && outcome.complaint.contains(words), "\(outcome)")
      }
      try f.apus("network", "create", "net").succeeded()
      try f.apus("run", "-d", "--name", "joined", "--network", "net", "busybox", "true").succeeded()
      #expect(try f.apus("inspect", "-f", "{{.Driver}}", "net").succeeded().answer == "bridge")
      #expect(try f.apus("inspect", "--type", "network", "-f", "{{.Name}}", "bridge").answer == "bridge")
      let other = try f.apus("inspect", "--type", "network", "busybox")
      #expect(other.status == 1 && other.complaint.contains("network busybox not found"), "\(other)")
      for (network, names) in [("net", ["joined"]), ("bridge", ["busybox"]), ("host", []), ("none", [])] {
        let found = try f.apus("ps", "-a", "-f", "network=\(network)", "--format", "{{.Names}}").succeeded()
        #expect(found.lines == names, "\(network)")
      }
      try f.apus("rm", "-f", "joined").succeeded()
      try f.apus("network", "rm", "net").succeeded()
      // A volume is the last thing that a name may mean.
      try f.apus("volume", "create", "--name", "busybox").succeeded()
      try f.apus("volume", "create", "data").succeeded()
      #expect(try f.apus("inspect", "-f", "{{.Driver}}", "data").succeeded().answer == "local")
      #expect(try f.apus("inspect", "--type", "volume", "-f", "{{.Name}}", "busybox").answer == "busybox")
      try f.apus("volume", "create", "--name", "aa", "bb").expectFailure(125, "cannot specify a volume-name")
      try f.apus("inspect", "--type", "foo", "x").expectFailure(
        125, "unknown type: \"foo\": must be one of \"container\"")
      try f.apus("rm", "busybox").succeeded()
    }
  }

  @Test func imagesHaveDockersFields() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let expectations = [
        ("{{.RepoTags}}", "[busybox:latest]"), ("{{.Os}}", "linux"), ("{{len .RootFS.Layers}}", "1"),
        ("{{.RootFS.Type}}", "layers"),
        ("{{.Config.Labels}} {{.Config.Cmd}} {{.Config.User}}", "map[] [] "),
        ("{{.GraphDriver.Name}}", "overlayfs"),
      ]
      for (template, text) in expectations {
        #expect(
          try f.apus("image", "inspect", "-f", template, "busybox").succeeded().out == text + "\n",
          "\(template)")
      }
    }
  }

  @Test func infoAndVersionHaveDockersLayout() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      let info = try f.apus("info").succeeded()
      let words = [
        "Server:", " Containers: 2", "  Running: 1", "  Stopped: 1", " Images: 1",
        " Storage Driver: overlayfs",
        " Docker Root Dir: \(f.root)", " Default Runtime: apus-runtime", "  seccomp", "   Profile: builtin",
      ]
      for line in words { #expect(info.lines.contains(line), "\(line) in \(info.out)") }
      let fields = "{{.Containers}} {{.ContainersRunning}} {{.Driver}} {{.OSType}} {{.Swarm.LocalNodeState}}"
      #expect(try f.apus("system", "info", "-f", fields).succeeded().answer == "2 1 overlayfs linux inactive")
      #expect(try f.apus("info", "-f", "{{.KernelVersion}}").answer == readText("/proc/sys/kernel/osrelease"))
      #expect(try f.apus("info", "-f", "{{gt .NCPU 0}} {{gt .MemTotal 1000000}}").answer == "true true")
      let version = try f.apus("version").succeeded()
      #expect(version.lines.first == "Client:" && version.lines.contains("Server: apus"), "\(version)")
      let number = try f.apus("version", "-f", "{{.Server.Version}}").succeeded().answer
      #expect(version.lines.contains(" Version:           \(number)"), "\(version)")
      #expect(try f.apus("version", "-f", "{{.Client.APIVersion}}").answer == "1.51")
      try f.apus("version", "-f", "{{.Nosuch}}").expectFailure(1, "map has no entry for key \"Nosuch\"")
      try f.apus("rm", "-f", "web", "done").succeeded()
    }
  }
}
