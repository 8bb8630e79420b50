import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// What the seed documents (section A of the feature table) show, by their own command lines. Each test is named by its
/// row. `docker` and `sudo` are on the path as they are on the machines of the seeds: a link to the program, and a
/// script that runs what follows.
struct Seeds {
  let f: Fixture
  private let programs: String

  init(_ f: Fixture) throws {
    self.f = f
    programs = f.directory + "/seed-programs"
    try makeDirectories(programs)
    let apus = try #require(Host.findProgram("apus"))
    try f.run("ln", ["-s", apus, "\(programs)/docker"]).succeeded()
    try f.write("#!/bin/sh\nexec \"$@\"\n", to: "seed-programs/sudo", mode: 0o755)
  }

  /// Runs the body where `ubuntu:14.04` is a busybox, which is enough for most rows and there at once.
  static func with(_ test: String = #function, _ body: (Seeds) async throws -> Void) async throws {
    try await Fixture.with(test) { f in
      try f.importBusybox()
      let seeds = try Seeds(f)
      try seeds.line("cat \(Host.testRoot)/busybox.tar | docker import - ubuntu:14.04").succeeded()
      try await body(seeds)
    }
  }

  /// Runs the body where `ubuntu:14.04` is a Debian with its bash (hack/seed-image).
  static func withDebian(_ test: String = #function, _ body: (Seeds) async throws -> Void) async throws {
    try await Fixture.with(test) { f in
      let tar = Host.checkout + "/.build/seed/debian.tar"
      try #require(fileExists(tar), "run hack/seed-image first")
      let seeds = try Seeds(f)
      try seeds.line("cat \(tar) | docker import - ubuntu:14.04").succeeded()
      try await body(seeds)
    }
  }

  /// Runs the body where `training/debian` has PostgreSQL, and Python that can ask it (hack/seed-image), in a network of
  /// the test's own; the second one is the world outside.
  static func withStory(
    _ test: String = #function, _ body: (Seeds, TestNetwork) async throws -> Void
  ) async throws {
    try await Fixture.withNetworks(test) { f, outside in
      let tar = Host.checkout + "/.build/seed/story.tar"
      try #require(fileExists(tar), "run hack/seed-image first")
      let seeds = try Seeds(f)
      try seeds.line("docker import \(tar) training/debian", within: .seconds(120)).succeeded()
      try await body(seeds, outside)
    }
  }

  /// Runs a command line as it stands in the documents.
  func line(_ text: String, within duration: Duration = .seconds(30)) throws -> Outcome {
    try f.run("/bin/bash", ["-c", text], environment: ["PATH": path], within: duration)
  }

  /// The same on a terminal.
  func terminal(_ text: String) throws -> TerminalSession {
    f.environment["PATH"] = path
    return try f.terminal("/bin/bash", ["-c", text], columns: 120, rows: 30)
  }

  private var path: String { "\(programs):" + (f.environment["PATH"] ?? "") }
}
