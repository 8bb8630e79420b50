import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("Log drivers and options", .serialized, .requiresRoot)
struct LogOptionTests {
  @Test func whatIsAskedForIsShownAndUsed() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "--name", "web", "--log-driver", "k8s-file", "--log-opt", "max-size=1m", "busybox", "echo", "x"
      ).succeeded()
      #expect(
        try f.inspect("json .HostConfig.LogConfig", of: "web")
          == #"{"Type":"k8s-file","Config":{"max-size":"1m"}}"#)
      let log = try readText(try f.inspect(".LogPath", of: "web"))
      #expect(log.hasSuffix(" stdout F x"), "\(log)")
    }
  }

  @Test(
    arguments: [
      (["--log-driver", "syslog"], "--log-driver \"syslog\": no such log driver"),
      (["--log-opt", "max-size=ten"], "--log-opt \"max-size=ten\": expected a size such as 512k"),
      (
        ["--log-opt", "mode=non-blocking"],
        "--log-opt \"mode=non-blocking\": unknown log opt for the log driver json-file"
      ),
      (["-t", "--log-driver", "passthrough"], "--log-driver passthrough and --tty exclude each other"),
      (
        ["--restart", "always", "--log-driver", "passthrough"],
        "--log-driver passthrough and --restart exclude each other"
      ),
    ] as [([String], String)])
  func whatCannotBeMeantIsRefused(options: [String], words: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.run("apus", ["run"] + options + ["busybox", "true"]).expectFailure(125, words)
      try f.expectNothingLeft()
    }
  }

  @Test func aDriverThatKeepsNothingCannotBeRead() async throws {
    try await Fixture.withBusybox { (f) async throws in
      #expect(try f.apus("run", "--name", "web", "--log-driver", "none", "busybox", "echo", "x").out == "x\n")
      try f.apus("logs", "web").expectFailure(1, "configured logging driver does not support reading")
      #expect(try f.inspect(".LogPath", of: "web") == "")
    }
  }

  @Test func passthroughGivesTheContainerTheCallersOutput() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.run(
        "apus",
        [
          "run", "-i", "--name", "web", "--log-driver", "passthrough", "busybox", "sh", "-c",
          "cat; ls -l /proc/self/fd/1",
        ],
        stdin: .file(f.write("words\n", to: "in")), files: [f.path("out"), f.path("err")])
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.lines.first == "words")
      #expect(
        outcome.out.contains("\(f.directory)/out") || outcome.out.contains("/out"),
        "the file itself: \(outcome)")
      try f.apus("logs", "web").expectFailure(1, "does not support reading")
    }
  }

  @Test func sinceAndUntilCutTheLog() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "--name", "web", "busybox", "sh", "-c", "echo a; usleep 20000; echo b; usleep 20000; echo c"
      ).succeeded()
      let times = try f.apus("logs", "-t", "web").lines.map { String($0.prefix { $0 != " " }) }
      try #require(times.count == 3)
      #expect(try f.apus("logs", "--since", times[1], "web").out == "b\nc\n")
      #expect(try f.apus("logs", "--until", times[1], "web").out == "a\nb\n")
      #expect(try f.apus("logs", "--since", times[1], "--until", times[1], "web").out == "b\n")
      #expect(try f.apus("logs", "--since", "1h", "web").out == "a\nb\nc\n")
      #expect(try f.apus("logs", "--until", "1h", "web").out == "")
      #expect(try f.apus("logs", "--until", "1h", "-f", "web").out == "")
      try f.apus("logs", "--since", "soon", "web").expectFailure(125, "--since \"soon\": expected a time")
    }
  }

  @Test func detailsAreWhatTheOptionsAskFor() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "--name", "web", "-l", "tier=front end", "-e", "MODE=x", "--log-opt", "labels=tier,none",
        "--log-opt", "env=MODE", "--log-opt", "tag={{.Name}}/{{.ImageName}}", "busybox", "echo", "text"
      ).succeeded()
      #expect(try f.apus("logs", "web").out == "text\n")
      #expect(
        try f.apus("logs", "--details", "web").out == "MODE=x,tag=web%2Fbusybox,tier=front+end text\n")
    }
  }
}
