import JSONDocument
import LinuxSystem
import ShimProtocol
import TestSupport
import Testing

/// Where a container's output is kept, and how its files are passed on.
@Suite(.requiresRoot, .serialized) struct LogTests {
  /// The texts of json-file entries.
  private func texts(_ file: [UInt8]) throws -> [String] {
    try file.split(separator: UInt8(ascii: "\n")).map { line in
      try #require(try JSON.parse(Array(line), file: "log")["log"]?.string)
    }
  }

  /// The names of a log's files, `log` first.
  private func files(_ shim: ShimUnderTest) throws -> [String] {
    try listDirectory(splitPath(try #require(shim.command.log)).directory).filter { $0.hasPrefix("log") }
  }

  /// Runs a container to its end; nobody cleans up but the exit command.
  private func run(_ shim: ShimUnderTest) throws -> ExitRecord {
    let launcher = try shim.launch()
    try launcher.waitUntilStarted()
    let record = try launcher.waitUntilExited()
    launcher.close()
    try shim.waitUntilOver()
    return record
  }

  @Test func aFullLogIsPassedOnAndNothingOfItIsLost() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["seq", "1", "20000"]))
      shim.command.logOptions.maximumBytes = 400_000
      shim.command.logOptions.maximumFiles = 10
      #expect(try run(shim).error == "")
      let path = try #require(shim.command.log)
      let names = try files(shim)
      #expect(names == ["log", "log.1", "log.2", "log.3"])
      var found: [String] = []
      for name in names.reversed() {
        let bytes = try readFile("\(splitPath(path).directory)/\(name)")
        #expect(bytes.count <= 400_000)
        found += try texts(bytes)
      }
      #expect(found == (1...20000).map { "\($0)\n" })
    }
  }

  @Test func noMoreFilesThanAskedFor() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["seq", "1", "20000"]))
      shim.command.logOptions.maximumBytes = 10_000
      shim.command.logOptions.maximumFiles = 2
      #expect(try run(shim).error == "")
      #expect(try files(shim) == ["log", "log.1"])
      #expect(try shim.log().last?.text == "20000\n")
    }
  }

  @Test func anotherRunGoesOnInTheSameFiles() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["seq", "1", "100"]))
      shim.command.logOptions.maximumBytes = 5000
      for _ in 0..<2 { #expect(try run(shim).error == "") }
      let path = try #require(shim.command.log)
      let found = try [path + ".2", path + ".1", path].flatMap { try texts(readFile($0)) }
      #expect(Array(found.suffix(150)) == (Array(51...100) + Array(1...100)).map { "\($0)\n" })
    }
  }

  @Test func olderFilesAreCompressed() async throws {
    try await Fixture.with { f in
      // It ends at once: when it is over the older files are compressed all the same.
      let shim = try ShimUnderTest(f, .runc, f.bundle(["seq", "1", "3100"]))
      shim.command.logOptions.maximumBytes = 100_000
      shim.command.logOptions.compresses = true
      #expect(try run(shim).error == "")
      #expect(try files(shim) == ["log", "log.1.gz", "log.2.gz"])
      let path = try #require(shim.command.log)
      var found: [String] = []
      for number in [2, 1] {
        let unpacked = try f.run("gzip", ["-cd", "\(path).\(number).gz"]).succeeded()
        found += try texts(unpacked.stdout)
      }
      found += try texts(readFile(path))
      #expect(found == (1...3100).suffix(found.count).map { "\($0)\n" })
      #expect(found.count > 2000)
    }
  }

  @Test func whatIsCompressedIsFinishedOverARestart() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "seq 1 2000; exit 3"]))
      shim.command.logOptions.maximumBytes = 100_000
      shim.command.logOptions.compresses = true
      shim.command.restart = .onFailure(maximum: 1)
      let launcher = try shim.launch()
      try launcher.waitUntilStarted()
      #expect(try launcher.waitUntilExited().restarting)
      launcher.close()
      try shim.waitUntilOver()
      #expect(try files(shim) == ["log", "log.1.gz", "log.2.gz"])
      #expect(try shim.record().restartCount == 1)
    }
  }

  @Test func kubernetesLinesAreWrittenToo() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "echo out; echo err >&2; printf rest"]))
      shim.command.logDriver = .k8sFile
      #expect(try run(shim).error == "")
      let lines = try readText(try #require(shim.command.log)).split(separator: "\n").map { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        #expect(Timestamp(String(parts[0])) != nil)
        return String(parts[1])
      }
      #expect(lines.filter { $0.hasPrefix("stdout") } == ["stdout F out", "stdout P rest"])
      #expect(lines.filter { $0.hasPrefix("stderr") } == ["stderr F err"])
    }
  }

  @Test func attributesAreInEveryEntry() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["echo", "x"]))
      shim.command.logOptions.fields = [.init("tier", "web")]
      #expect(try run(shim).error == "")
      let entry = try JSON.parse(try readFile(try #require(shim.command.log)), file: "log")
      #expect(entry["attrs"]?["tier"]?.string == "web")
    }
  }

  @Test func aFullDiskEndsTheLogAtAWholeEntryAndNotTheContainer() async throws {
    try await Fixture.with { f in
      let disk = try f.path("disk")
      try makeDirectories(disk)
      try f.run("mount", ["-t", "tmpfs", "-o", "size=64k", "none", disk]).succeeded()
      f.atEnd("unmount the small disk") { try unmountLazily(disk) }
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "seq 1 10000; exit 3"]))
      shim.command.log = disk + "/log"
      let record = try run(shim)
      #expect(record.exitCode == 3)
      #expect(record.error.hasPrefix("log \"\(disk)/log\": no space left on device; output from "))
      let found = try shim.log().map(\.text)
      try #require(found.count > 100)
      #expect(found == (1...found.count).map { "\($0)\n" })
    }
  }

  @Test func withoutALogNothingIsWritten() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["echo", "x"]))
      shim.command.log = nil
      shim.command.logDriver = .none
      #expect(try run(shim).error == "")
      #expect(!fileExists("\(shim.bundle.path)/log"))
    }
  }

  @Test func passedThroughOutputIsTheShimsOwn() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "cat; echo err >&2"]))
      shim.command.log = nil
      shim.command.logDriver = .passthrough
      shim.command.keepsInput = true
      let input = try openFile(f.write("words", to: "in"), .readOnly)
      let output = try openFile(f.path("out"), [.writeOnly, .create])
      let error = try openFile(f.path("err"), [.writeOnly, .create])
      try shim.launch(withStdio: [(0, input.raw), (1, output.raw), (2, error.raw)])
      try eventually("the container is over") { try ExitRecord.read(shim.command.exitRecord) != nil }
      try shim.waitUntilOver()
      #expect(try readText(f.path("out")) == "words")
      #expect(try readText(f.path("err")) == "err")
      #expect(try shim.record().exitCode == 0)
    }
  }

  @Test func theShimLetsGoOfWhatItPassesThrough() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle(["sh", "-c", "exec >&- 2>&-; exec sleep 1000"]))
      shim.command.log = nil
      shim.command.logDriver = .passthrough
      let pipe = try makePipe()
      try shim.launch(withStdio: [(1, pipe.second.raw), (2, pipe.second.raw)])
      // The test's own copy goes with the call; then the container's were the last.
      #expect(try closeAndWaitForEnd(pipe) == [])
    }
  }

  private func closeAndWaitForEnd(_ pipe: consuming DescriptorPair) throws -> [UInt8] {
    let reading = pipe.first
    _ = consume pipe.second
    let loop = try EventLoop()
    try loop.watch(reading, for: .read, token: 0)
    guard try loop.next(milliseconds: 10_000) != nil else { throw TestFailure("somebody holds the pipe") }
    return try reading.readChunk(limit: 100)
  }

  @Test func aTerminalIsNotPassedThrough() async throws {
    try await Fixture.with { f in
      let shim = try ShimUnderTest(f, .runc, f.bundle())
      shim.command.log = nil
      shim.command.logDriver = .passthrough
      shim.command.exitCommand = []
      let line = (["apus-shim"] + shim.command.arguments).joined(separator: " ")
      let outcome = try f.run("script", ["-qec", line, "/dev/null"])
      #expect(outcome.status == 125)
      #expect(outcome.out.contains("descriptor 1 is a terminal"), "\(outcome)")
    }
  }
}
