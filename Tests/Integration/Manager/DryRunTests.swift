import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus run --dry-run", .serialized, .requiresRoot)
struct DryRunTests {
  private static let listing =
    "cd / && find $APUS_ROOT $APUS_RUN_ROOT ! -name 'apus.db-shm' -printf '%p %m %s %T@\\n' | sort"

  @Test func itPrintsWhatWouldBeMadeAndMakesNothing() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "taken", "busybox", "true").succeeded()
      try f.waitForCleanUp()
      let before = try f.shell(Self.listing).succeeded().out
      let outcome = try f.apus(
        "run", "--dry-run", "--name", "web", "-u", "user", "-e", "A=1", "-v", "\(f.directory):/x:ro",
        "busybox", "true"
      ).succeeded()
      let second = try f.apus("run", "--dry-run", "--name", "taken", "busybox", "true")
      second.expectFailure(125, "The container name \"/taken\" is already in use")
      try f.apus("run", "--dry-run", "-u", "nosuch", "busybox", "true").expectFailure(
        125, "unable to find user nosuch")
      try f.apus("run", "--dry-run", "nosuch").expectFailure(
        125, "Unable to find image 'nosuch:latest' locally")
      #expect(try f.shell(Self.listing).out == before)
      #expect(try f.mounts() == [])
      // The configuration is what a runtime would get, but for the id.
      let real = try f.apus(
        "run", "-d", "--name", "web", "-u", "user", "-e", "A=1", "-v", "\(f.directory):/x:ro", "busybox",
        "true"
      ).succeeded().answer
      let path = try f.write(outcome.out, to: "dry.json")
      let compare = """
        import json, re, sys
        text = [re.sub("[0-9a-f]{64}|[0-9a-f]{12}", "ID", json.dumps(json.load(open(name)), sort_keys=True)) for name in sys.argv[1:]]
        sys.exit(text[0] != text[1])
        """
      try f.run("python3", ["-c", compare, path, "\(f.root)/containers/\(real)/bundle/config.json"])
        .succeeded()
      for words in [
        "directory   \(f.root)/containers/", "mount       overlay on ", "name web, in \(f.root)/apus.db",
        "cgroup      /apus-",
        "mount       bind \(f.directory) on /x (rbind,rprivate,ro,rro)", "process     \"true\", under ",
      ] { #expect(outcome.err.contains(words), "\(words): \(outcome.err)") }
    }
  }

  @Test func whereNothingIsItMakesNoRoots() async throws {
    try await Fixture.with { f in
      try f.apus("run", "--dry-run", "busybox").expectFailure(
        125, "Unable to find image 'busybox:latest' locally")
      #expect(!fileExists(f.root) && !fileExists(f.runRoot))
    }
  }
}
