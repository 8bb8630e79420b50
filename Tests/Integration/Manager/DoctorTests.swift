import JSONDocument
import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus doctor", .serialized, .requiresRoot)
struct DoctorTests {
  @Test func itLooksAtEverythingAndChangesNothing() async throws {
    try await Fixture.with { f in
      let outcome = try f.apus("doctor", "--format", "json")
      #expect(!fileExists(f.root) && !fileExists(f.runRoot))
      let findings = try outcome.lines.map { try JSON.parse(Array($0.utf8), file: "doctor") }
      let subjects = findings.compactMap { $0["Subject"]?.string }
      for subject in [
        "kernel", "namespace pid", "namespace network", "namespace user", "cgroups", "overlayfs", "nftables",
        "forwarding", "seccomp", "security modules", "open files", "inotify instances", "shim", "runtime",
        "file system", "space", "boot unit",
      ] { #expect(subjects.contains(subject), "\(subject): \(outcome)") }
      let failed = findings.contains { $0["Verdict"]?.string == "fail" }
      #expect(outcome.status == (failed ? 1 : 0), "\(outcome)")
      for finding in findings where finding["Verdict"]?.string != "ok" {
        #expect(finding["Advice"]?.string != "", "\(finding)")
      }
    }
  }

  @Test func itNamesLeftoversAndAMissingRuntime() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let litter = f.root + "/containers/" + String(repeating: "a", count: 64)
      try makeDirectories(litter)
      let outcome = try f.run("apus", ["--runtime", "nosuch", "doctor"])
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.out.contains("warn  leftovers          \(litter)\n"), "\(outcome)")
      #expect(outcome.out.contains("fail  runtime            \"nosuch\" is neither beside"), "\(outcome)")
      // Plain text where nobody looks at a terminal.
      #expect(!outcome.stdout.contains(0x1b))
      let session = try f.terminal("apus", ["doctor"], columns: 200, rows: 50)
      try session.waitFor("\u{1b}[32mok\u{1b}[0m")
      #expect(fileExists(litter))
    }
  }
}
