import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus rename, top, stats", .serialized, .requiresRoot)
struct ProcessTests {
  @Test func aNameChangesWhileItsContainerRuns() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper("--name", "old")
      try f.apus("run", "--name", "other", "busybox", "true").succeeded()
      #expect(try f.apus("rename", "old", "new").succeeded().out == "")
      #expect(try f.inspect(".Name", of: id) == "/new")
      #expect(try f.apus("exec", "new", "echo", "in").answer == "in")
      #expect(try f.apus("inspect", "old").complaint.contains("old"))
      let other = try f.inspect(".Id", of: "other")
      try f.apus("rename", "new", "other").expectFailure(
        1,
        "Conflict. The container name \"/other\" is already in use by container \"\(other)\". You have to remove "
          + "(or rename) that container to be able to reuse that name.")
      try f.apus("rename", "new", "new")
        .expectFailure(1, "Renaming a container with the same name as its current name")
      try f.apus("rename", "new", "../x").expectFailure(125, "Invalid container name (../x)")
      try f.apus("rename", "new", "").expectFailure(125, "Neither old nor new names may be empty")
      try f.apus("rename", "nobody", "some").expectFailure(1, "No such container: nobody")
    }
  }

  @Test func topShowsWhatRunsInsideAndNothingElse() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["--name", "web"], "sh", "-c", "sleep 1000 & sleep 2000; wait")
      try eventually("both sleep") {
        try f.apus("top", "web").succeeded().lines.filter { $0.contains("sleep") }.count >= 3
      }
      let table = try f.apus("top", "web").succeeded()
      #expect(
        table.lines[0].split(separator: " ").map(String.init)
          == ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"])
      #expect(table.lines.count == 4, "\(table)")
      let own = try f.apus("top", "web", "-o", "pid,args").succeeded()
      #expect(own.lines[0].split(separator: " ").map(String.init) == ["PID", "COMMAND"], "\(own)")
      let pid = try f.inspect(".State.Pid", of: "web")
      #expect(own.lines.contains { $0.hasPrefix("\(pid) ") }, "\(own)")
      try f.apus("top", "web", "-o", "args").expectFailure(1, "Couldn't find PID field in ps output")
      try f.apus("rm", "-f", "web").succeeded()
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      try f.apus("top", "done").expectFailure(1, "is not running")
    }
  }

  @Test func statsReadsTheKernelsCounters() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["--name", "busy"], "sh", "-c", "while :; do :; done")
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      let table = try f.apus("stats", "--no-stream").succeeded()
      #expect(table.lines[0].hasPrefix("CONTAINER ID   NAME "), "\(table)")
      #expect(table.lines.count == 2, "\(table)")
      let format = "{{.Name}} {{.CPUPerc}} {{.PIDs}} {{.MemUsage}}"
      let row = try f.apus("stats", "--no-stream", "--format", format, "busy").succeeded().answer
      let fields = row.split(separator: " ").map(String.init)
      #expect(fields[0] == "busy" && fields[2] == "1", "\(row)")
      #expect((Double(fields[1].dropLast()) ?? 0) > 1, "\(row)")
      #expect(fields[3].hasSuffix("iB") && fields[4] == "/" && fields[5].hasSuffix("GiB"), "\(row)")
      let all = try f.apus("stats", "-a", "--no-stream", "--format", "{{.Name}} {{.PIDs}}").succeeded()
      #expect(all.lines.sorted() == ["busy 1", "done 0"], "\(all)")
      let stream = try f.start("apus", ["stats", "--format", "{{.Name}}"])
      try stream.waitForOutput("busy\nbusy\n")
      try stream.kill()
      try f.apus("stats", "--no-stream", "nobody").expectFailure(1, "No such container: nobody")
    }
  }
}
