import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus prune and df", .serialized, .requiresRoot)
struct PruneTests {
  @Test func pruneRemovesWhatDoesNotRun() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      try f.apus(
        "run", "--name", "old", "-l", "keep=yes", "busybox", "sh", "-c", "head -c 1000 /dev/zero > /f"
      )
      .succeeded()
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      let done = try f.inspect(".Id", of: "done")
      #expect(try f.apus("container", "prune", stdin: "n\n").succeeded().out.hasPrefix("WARNING! This will"))
      #expect(try f.apus("ps", "-aq").lines.count == 3)
      let first = try f.apus("container", "prune", "-f", "--filter", "label!=keep").succeeded()
      #expect(first.out == "Deleted Containers:\n\(done)\n\nTotal reclaimed space: 0B\n", "\(first)")
      let none = try f.apus("container", "prune", "-f", "--filter", "until=1h").succeeded()
      #expect(none.out == "Total reclaimed space: 0B\n", "\(none)")
      let second = try f.apus("container", "prune", stdin: "y\n").succeeded()
      #expect(second.out.hasSuffix("Total reclaimed space: 1kB\n"), "\(second)")
      #expect(try f.apus("ps", "-a", "--no-trunc", "-q").lines.count == 1)
    }
  }

  @Test func systemPruneNamesWhatKilledCommandsHaveLeft() async throws {
    try await Fixture.withBusybox { (f) async throws in
      // First: a run sweeps, too.
      try f.apus("run", "--name", "done", "busybox", "true").succeeded()
      let id = String(repeating: "a", count: 64)
      try makeDirectories("\(f.root)/containers/\(id)/upper")
      try makeDirectories("\(f.root)/layers/\(id)/diff")
      try makeDirectories("\(f.root)/tmp/0123/work")
      let outcome = try f.apus("system", "prune", "-f").succeeded()
      #expect(outcome.out.contains("Deleted Containers:\n"), "\(outcome)")
      #expect(
        outcome.out.contains("Deleted Leftovers:\ncontainers/\(id)\ntmp/0123\nlayers/\(id)\n"), "\(outcome)")
      #expect(outcome.lines.last?.hasPrefix("Total reclaimed space: ") == true)
      #expect(try f.apus("images", "-q").lines.count == 1)
      let all = try f.apus("system", "prune", "-af").succeeded()
      #expect(all.out.contains("Deleted Images:\nuntagged: busybox:latest\ndeleted: sha256:"), "\(all)")
      #expect(try f.apus("images", "-q").lines == [])
      #expect(try listDirectory("\(f.root)/layers") == [])
    }
  }

  @Test func dfCountsWhatThereIs() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "web")
      try f.apus("run", "--name", "old", "busybox", "sh", "-c", "head -c 5000 /dev/zero > /f").succeeded()
      let table = try f.apus("system", "df").succeeded()
      #expect(table.lines[0] == "TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE", "\(table)")
      #expect(table.lines[1].hasPrefix("Images          1         1         "), "\(table)")
      #expect(table.lines[2] == "Containers      2         1         5kB       5kB (100%)", "\(table)")
      #expect(table.lines[3] == "Local Volumes   0         0         0B        0B", "\(table)")
      #expect(table.lines[4] == "Build Cache     0         0         0B        0B", "\(table)")
      #expect(
        try f.apus("system", "df", "--format", "{{.Type}}={{.TotalCount}}").lines
          == ["Images=1", "Containers=2", "Local Volumes=0", "Build Cache=0"])
      let details = try f.apus("system", "df", "-v").succeeded()
      #expect(details.out.contains("Containers space usage:\n\nCONTAINER ID   IMAGE"), "\(details)")
      #expect(details.out.contains("busybox"), "\(details)")
    }
  }

  @Test func volumesAreCountedAndPrunedWhenAskedFor() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("volume", "create", "named").succeeded()
      try f.apus("volume", "create", "--label", "keep", "labelled").succeeded()
      let anonymous = try f.apus("volume", "create").succeeded().answer
      let kept = try f.apus("volume", "create").succeeded().answer
      try f.apus(
        "run", "--name", "web", "-v", "named:/d", "-v", "\(kept):/k", "busybox", "sh", "-c",
        "head -c 5000 /dev/zero > /d/f"
      ).succeeded()
      try f.shell("head -c 3000 /dev/zero > \(f.root)/volumes/\(anonymous)/_data/f").succeeded()
      #expect(
        try f.apus("system", "df").succeeded().lines[3]
          == "Local Volumes   4         2         8kB       3kB (37%)")
      let details = try f.apus("system", "df", "-v").succeeded().out
      #expect(details.contains("Local Volumes space usage:\n\nVOLUME NAME "), "\(details)")
      #expect(details.contains("\nnamed") && details.contains("   1         5kB\n"), "\(details)")
      #expect(details.contains("\(anonymous)   0         3kB\n"), "\(details)")
      // docker's: the anonymous ones that nobody uses, and no others.
      #expect(try f.apus("system", "prune", "-f").succeeded().out.contains("Deleted Containers"))
      #expect(try f.apus("volume", "ls", "-q").lines.count == 4)
      try f.apus("run", "--name", "web", "-v", "\(kept):/k", "busybox", "true").succeeded()
      let asked = try f.apus("system", "prune", "--volumes", "--filter", "label!=keep", stdin: "n\n")
        .succeeded()
      #expect(asked.out.contains("  - all anonymous volumes not used by"), "\(asked)")
      let pruned = try f.apus("system", "prune", "-f", "--volumes", "--filter", "label!=none").succeeded()
      #expect(pruned.out.contains("Deleted Volumes:\n"), "\(pruned)")
      #expect(pruned.out.contains(anonymous) && !pruned.out.contains("named"), "\(pruned)")
      #expect(try Set(f.apus("volume", "ls", "-q").lines) == ["named", "labelled"])
      try f.apus("system", "prune", "-f", "--volumes", "--filter", "until=1h").expectFailure(
        1, "the \"until\" filter is not supported with \"--volumes\"")
    }
  }
}
