import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("apus logs, across a log's files", .serialized, .requiresRoot)
struct LogFilesTests {
  private func log(_ f: Fixture, _ name: String) throws -> String { try f.inspect(".LogPath", of: name) }

  /// The names of a container's log files, without what all of them begin with.
  private func files(_ f: Fixture, _ name: String) throws -> [String] {
    let (directory, base) = splitPath(try log(f, name))
    return try listDirectory(directory).filter { $0.hasPrefix(base) }.map { String($0.dropFirst(base.count)) }
  }

  @Test(arguments: ["json-file", "k8s-file"])
  func allFilesAreReadInOrder(driver: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "--name", "web", "--log-driver", driver, "--log-opt", "max-size=100k", "--log-opt",
        "max-file=20",
        "busybox", "seq", "1", "10000"
      ).succeeded()
      #expect(try files(f, "web").count > 4)
      let all = (1...10000).map(String.init)
      #expect(try f.apus("logs", "web").succeeded().lines == all)
      for count in [1, 1000, 1500, 9999, 10000, 20000] {
        #expect(try f.apus("logs", "--tail", "\(count)", "web").lines == all.suffix(count), "\(count)")
      }
    }
  }

  @Test func noMoreFilesAreKeptThanAskedFor() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus(
        "run", "--name", "web", "--log-opt", "max-size=10k", "--log-opt", "max-file=2", "busybox", "seq", "1",
        "10000"
      ).succeeded()
      #expect(try files(f, "web") == ["", ".1"])
      let lines = try f.apus("logs", "web").succeeded().lines
      #expect(lines == (1...10000).suffix(lines.count).map(String.init))
      #expect(lines.count > 100)
    }
  }

  @Test func compressedFilesAreReadToo() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(
        [
          "--name", "web", "--log-opt", "max-size=100k", "--log-opt", "max-file=20", "--log-opt",
          "compress=true",
        ], "sh", "-c", "mkfifo /gate; seq 1 10000; read x < /gate")
      try eventually("the older files are compressed", within: .seconds(20)) {
        let older = try files(f, "web").filter { $0 != "" }
        return older.count > 4 && older.allSatisfy { $0.hasSuffix(".gz") && $0 != ".gz.tmp" }
      }
      let all = (1...10000).map(String.init)
      #expect(try f.apus("logs", "web").succeeded().lines == all)
      for count in [1000, 9999] {
        #expect(try f.apus("logs", "-n", "\(count)", "web").lines == all.suffix(count))
      }
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      try f.waitForCleanUp()
    }
  }

  /// Lines as fast as they go, a rotation every few milliseconds, and a reader the whole time.
  @Test(arguments: [["max-file=400"], ["max-file=400", "compress=true"]])
  func followingLosesAndRepeatsNothing(options: [String]) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let log = (options + ["max-size=200k"]).flatMap { ["--log-opt", $0] }
      _ = try f.detached(
        ["--name", "web"] + log, "sh", "-c", "mkfifo /gate; echo one; read x < /gate; seq 1 200000; echo last"
      )
      let following = try f.start("apus", ["logs", "-f", "web"])
      try following.waitForOutput("one\n")
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      let outcome = try following.wait(within: .seconds(60))
      #expect(outcome.status == 0 && outcome.err.isEmpty, "\(outcome.err)")
      let lines = outcome.lines
      #expect(lines.count == 200_002)
      #expect(lines == ["one"] + (1...200_000).map(String.init) + ["last"])
      try f.waitForCleanUp()
      #expect(try files(f, "web").count > 50)
      #expect(try f.apus("logs", "web").lines == lines)
    }
  }

  @Test func followingGoesOnAcrossRestartsUntilTheLastEnd() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "[ -e /gate ] || mkfifo /gate; echo run; read x < /gate; seq 1 3000; exit 3"
      _ = try f.detached(
        [
          "--name", "web", "--restart", "on-failure:2", "--log-opt", "max-size=50k", "--log-opt",
          "max-file=50",
        ],
        "sh", "-c", script)
      let following = try f.start("apus", ["logs", "-f", "web"])
      let lines: [String] = ["run"] + (1...3000).map(String.init)
      var expected: [String] = []
      for _ in 1...3 {
        try following.waitForOutput((expected + ["run", ""]).joined(separator: "\n"), within: .seconds(20))
        try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
        expected += lines
      }
      let outcome = try following.wait()
      #expect(outcome.status == 0, "\(outcome.err)")
      #expect(outcome.lines == expected)
      try f.waitForCleanUp()
    }
  }

  @Test func followingGoesOnAfterTheShimWasKilled() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(
        ["--name", "web"], "sh", "-c", "mkfifo /gate; echo one; read x < /gate; seq 1 100; echo last")
      let following = try f.start("apus", ["logs", "-f", "web"])
      try following.waitForOutput("one\n")
      let directory = "\(f.runRoot)/shims/\(id)"
      let shim = try readText("\(directory)/shim.pid")
      try sendSignal(Signal.kill, toPID: try #require(Int32(shim)))
      // Whoever looks next, the reader or this, gives the container another.
      try eventually("another shim is there") {
        try f.inspect(".State.Running", of: "web") == "true" && readText("\(directory)/shim.pid") != shim
      }
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      #expect(try following.wait().lines == ["one"] + (1...100).map(String.init) + ["last"])
      try f.waitForCleanUp()
    }
  }

  @Test func aReaderThatWasStoppedGoesOnWhereItWas() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(
        ["--name", "web", "--log-opt", "max-size=50k", "--log-opt", "max-file=100"], "sh", "-c",
        "mkfifo /gate; echo one; read x < /gate; seq 1 20000; read x < /gate; echo last")
      let following = try f.start("apus", ["logs", "-f", "web"])
      try following.waitForOutput("one\n")
      try following.signal(Signal.stop)
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      // Many rotations happen meanwhile.
      try eventually("all is written") { try f.apus("logs", "-n", "1", "web").out == "20000\n" }
      #expect(try files(f, "web").count > 10)
      try following.signal(Signal.continue)
      try following.waitForOutput("\n20000\n")
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      #expect(try following.wait().lines == ["one"] + (1...20000).map(String.init) + ["last"])
      try f.waitForCleanUp()
    }
  }

  /// Two files, a reader that reads only when all has been written, and more lines than pipes and files hold.
  @Test(arguments: [[], ["compress=true"]])
  func aReaderThatFallsBehindIsToldOfTheGap(options: [String]) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let log = (options + ["max-size=10k", "max-file=2"]).flatMap { ["--log-opt", $0] }
      _ = try f.detached(
        ["--name", "web"] + log, "sh", "-c", "mkfifo /gate; echo one; read x < /gate; seq 1 100000")
      let reading = try f.start(
        "/bin/sh",
        [
          "-c",
          """
          cd \(f.directory)
          apus logs -f web 2>told | { read x; : >begun; while [ ! -e go ]; do sleep 0.02; done; cat; }
          """,
        ])
      try eventually("the reader has begun") { fileExists(f.directory + "/begun") }
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      try f.waitForEnd(of: "web")
      try f.write("", to: "go")
      let lines = try reading.wait().lines
      #expect(lines.last == "100000", "\(lines.count) lines")
      let numbers = lines.compactMap { Int($0) }
      #expect(numbers.count == lines.count)
      // One word for each gap, and none where nothing is missing.
      let gaps = zip([0] + numbers, numbers).filter { $0 + 1 != $1 }
      let told = try readText(f.directory + "/told").split(separator: "\n")
      #expect(!gaps.isEmpty && told.count == gaps.count, "\(gaps), \(told.count) times told")
      #expect(
        Set(told) == ["WARNING: the log was rotated faster than it was read: lines are missing here"])
      try f.waitForCleanUp()
    }
  }

  @Test func aLongLineComesBackWhole() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for driver in ["json-file", "k8s-file"] {
        try f.apus(
          "run", "--name", driver, "--log-driver", driver, "busybox", "sh", "-c",
          "head -c 100000 /dev/zero | tr '\\0' x; echo; printf rest"
        ).succeeded()
        let expected = String(repeating: "x", count: 100_000) + "\nrest"
        #expect(try f.apus("logs", driver).out == expected)
      }
    }
  }

  @Test func aLogOfAFullDiskIsReadToItsLastWholeEntry() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.detached(
        ["--name", "web"], "sh", "-c", "mkfifo /gate; read x < /gate; seq 1 10000; exit 3")
      // The log's own directory becomes a small disk; the log is opened anew by the next start.
      try f.apus("kill", "web").succeeded()
      try f.waitForCleanUp()
      let directory = splitPath(try log(f, "web")).directory
      let name = splitPath(try log(f, "web")).name
      let disk = try f.path("disk")
      try makeDirectories(disk)
      try f.run("mount", ["-t", "tmpfs", "-o", "size=64k", "none", disk]).succeeded()
      f.atEnd("unmount the small disk") { try unmountLazily(disk) }
      try f.run("ln", ["-sfn", "\(disk)/\(name)", "\(directory)/\(name)"]).succeeded()
      try f.apus("start", "web").succeeded()
      try f.apus("exec", "web", "sh", "-c", "echo > /gate").succeeded()
      #expect(try f.apus("wait", "web").out == "3\n")
      #expect(try f.inspect(".State.Error", of: id).contains("no space left on device"))
      let lines = try f.apus("logs", "web").succeeded().lines
      #expect(lines.count > 100)
      #expect(lines == (1...10000).prefix(lines.count).map(String.init))
    }
  }
}
