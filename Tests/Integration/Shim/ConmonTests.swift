import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// A container under conmon's interface (spec/conmon.md). What runs for conmon too shows that the test is right.
@Suite(.requiresRoot, .serialized) struct ConmonTests {
  @Test(arguments: ConmonProgram.available)
  func aContainerFromItsCreationToItsEnd(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["sh", "-c", "echo out; echo err >&2; exit 7"]))
      let room = conmon.room
      let ended = try conmon.create([
        "--persist-dir", "\(room)/persist", "--exit-command", "/bin/sh", "--exit-command-arg", "-c",
        "--exit-command-arg", "cat \"$0\" >\"$1\"", "--exit-command-arg=\(room)/exits/\(conmon.bundle.id)",
        "--exit-command-arg", "\(room)/cleaned",
      ])
      #expect(ended == .exited(0))
      let pid = try #require(try conmon.sync?.line()?.number("data"))
      #expect(try readText("\(room)/pid") == "\(pid)")
      #expect(try ProcessFacts(pid: try conmon.ownPID())?.hasEnded == false)
      #expect(try fileStatus("\(conmon.bundle.path)/attach").permissions == 0o700)
      let first = try conmon.attach()
      let second = try conmon.attach()
      try conmon.start()
      for client in [first, second] {
        try client.waitForEnd()
        #expect(client.out == "out\n")
        #expect(client.err == "err\n")
      }
      #expect(try conmon.exitCode() == "7")
      #expect(try readText("\(room)/persist/exit") == "7")
      #expect(!fileExists("\(room)/persist/oom"))
      try eventually("the exit command") {
        try fileExists("\(room)/cleaned") && readText("\(room)/cleaned") == "7"
      }
      #expect(try conmon.log().sorted() == ["stderr F err", "stdout F out"])
      #expect(try conmon.sync?.line() == nil)
    }
  }

  // podman's system tests look for digits and an offset; Kubernetes' readers take both.
  @Test(arguments: ConmonProgram.available, [("TEST-05:30", "+05:30"), ("TEST+03:00", "-03:00")])
  func theLogHasTheLocalTime(program: ConmonProgram, zone: (name: String, offset: String)) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["echo", "out"]))
      let before = Timestamp.now()
      try conmon.create(environment: ["TZ=\(zone.name)"])
      _ = try conmon.sync?.line()
      try conmon.start()
      #expect(try conmon.exitCode() == "0")
      #expect(try conmon.log() == ["stdout F out"])
      let time = try readText("\(conmon.room)/log").prefix { $0 != " " }
      #expect(time.hasSuffix(zone.offset), "\(time)")
      let moment = try #require(Timestamp(String(time)))
      #expect(moment > before && moment < .now())
    }
  }

  @Test(arguments: ConmonProgram.available)
  func theOlderFormNamesThePid(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["true"]))
      try conmon.create(api: false)
      #expect(try conmon.sync?.line()?.number("pid") ?? 0 > 1)
      try conmon.start()
      #expect(try conmon.exitCode() == "0")
    }
  }

  @Test(arguments: ConmonProgram.available, [[], ["-t"]])
  func aRuntimeThatFailsIsQuoted(program: ConmonProgram, options: [String]) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["nosuch"]) { $0["process.terminal"] = .bool(!options.isEmpty) }
      let conmon = try ConmonUnderTest(f, program, bundle)
      try conmon.create(options)
      let line = try #require(try conmon.sync?.line())
      #expect(line.number("data") == -1)
      #expect(line["message"]?.string?.contains("nosuch") == true, "\(line)")
      #expect(try conmon.sync?.line() == nil)
    }
  }

  @Test(arguments: ConmonProgram.available)
  func theTerminalIsResized(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh"]) { $0["process.terminal"] = true }
      let conmon = try ConmonUnderTest(f, program, bundle)
      try conmon.create(["-t"])
      _ = try conmon.sync?.line()
      let client = try conmon.attach()
      try conmon.start()
      try conmon.control("1 40 100")
      // conmon takes the line through a second FIFO, a moment later.
      try eventually("the size inside") {
        try client.send("stty size\n")
        try client.read()
        return client.out.contains("40 100")
      }
      try client.send("exit 3\n")
      try client.waitForEnd()
      #expect(try conmon.exitCode() == "3")
    }
  }

  @Test(arguments: ConmonProgram.available, [[], ["--leave-stdin-open"]])
  func inputEndsWithAClientUnlessItIsToStayOpen(program: ConmonProgram, options: [String]) async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh", "-c", "while read line; do echo got $line; done; exit 4"])
      let conmon = try ConmonUnderTest(f, program, bundle)
      try conmon.create(["-i"] + options)
      _ = try conmon.sync?.line()
      let (first, second) = (try conmon.attach(), try conmon.attach())
      try conmon.start()
      try first.send("one\n")
      try second.waitFor("got one\n")
      first.endInput()
      if options.isEmpty {
        try second.waitForEnd()
        #expect(try conmon.exitCode() == "4")
      } else {
        try second.send("two\n")
        try first.waitFor("got two\n")
        try f.client(.ours).call("kill", bundle.id, "KILL").succeeded()
        #expect(try conmon.exitCode() == "137")
      }
    }
  }

  @Test(arguments: ConmonProgram.available)
  func signalsAreTheContainers(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let script = "trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"
      let conmon = try ConmonUnderTest(f, program, f.bundle(["sh", "-c", script]))
      try conmon.create()
      _ = try conmon.sync?.line()
      let client = try conmon.attach()
      try conmon.start()
      try client.waitFor("ready")
      try sendSignal(Signal.terminate, toPID: try conmon.ownPID())
      #expect(try conmon.exitCode() == "9")
    }
  }

  @Test(arguments: ConmonProgram.available)
  func callersDescriptorsReachTheContainer(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let file = try openFile(try f.write("passed\n", to: "passed"), .readOnly)
      let conmon = try ConmonUnderTest(f, program, f.bundle(["sh", "-c", "cat <&3"]))
      try conmon.create(
        ["--runtime-opt", "--preserve-fds", "--runtime-opt", "1"], descriptors: [(3, file.raw)])
      _ = try conmon.sync?.line()
      try conmon.start()
      #expect(try conmon.exitCode() == "0")
      #expect(try conmon.log() == ["stdout F passed"])
    }
  }

  @Test(arguments: ConmonProgram.available)
  func activatedSocketsAreTheRuntimes(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let file = try openFile(try f.write("passed\n", to: "passed"), .readOnly)
      let script = "#!/bin/sh\nread line <&3; echo \"$line $(($$ - LISTEN_PID))\" >&2; exit 1\n"
      let runtime = try f.write(script, to: "runtime", mode: 0o755)
      let conmon = try ConmonUnderTest(f, program, f.bundle(["true"]))
      try conmon.create(
        ["--replace-listen-pid"], runtimeProgram: runtime, descriptors: [(3, file.raw)],
        environment: ["LISTEN_FDS=1", "LISTEN_PID=1"])
      #expect(try conmon.sync?.line()?["message"]?.string == "passed 0\n")
    }
  }

  @Test(arguments: ConmonProgram.available)
  func theSocketHasAShortPathThroughALink(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["echo", "here"]))
      let links = try f.path("links/x")
      try makeDirectories(links)
      try conmon.create(["--socket-dir-path", links])
      _ = try conmon.sync?.line()
      #expect(try readLink("\(links)/\(conmon.bundle.id)") == conmon.bundle.path)
      let client = try AttachPeer("\(links)/\(conmon.bundle.id)/attach")
      try conmon.start()
      try client.waitForEnd()
      #expect(client.out == "here\n")
      #expect(try conmon.exitCode() == "0")
    }
  }

  @Test(arguments: ConmonProgram.available)
  func withSyncItStaysAndEndsAsTheContainer(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["sh", "-c", "exit 5"]))
      let words = ["-c", conmon.bundle.id, "-u", "u", "-r", try #require(Host.findProgram("apus-runtime"))]
      let places = [
        "-b", conmon.bundle.path, "-l", "none", "--full-attach", "--exit-dir", "\(conmon.room)/exits",
      ]
      let root = "--runtime-arg=--root=\(f.client(.ours).stateRoot)"
      let call = try conmon.launch(words + places + [root, "--sync"])
      #expect(try call.sync.line()?.number("pid") ?? 0 > 1)
      try conmon.start()
      #expect(try call.wait() == .exited(5))
      #expect(try conmon.exitCode() == "5")
    }
  }

  @Test(arguments: ConmonProgram.available)
  func theContainerIsKilledAfterItsTime(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["sleep", "100"]))
      try conmon.create(["-T", "1"])
      _ = try conmon.sync?.line()
      try conmon.start()
      #expect(try conmon.exitCode() == "-1")
    }
  }

  @Test(arguments: ConmonProgram.available)
  func aStatusThatCannotBeKnownIsNotZero(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let stranger = try f.start("sleep", ["1000"])
      let script = "#!/bin/sh\nwhile [ \"$1\" != --pid-file ]; do shift; done\necho \(stranger.pid) >\"$2\"\n"
      let runtime = try f.write(script, to: "runtime", mode: 0o755)
      let conmon = try ConmonUnderTest(f, program, f.bundle(["true"]))
      try conmon.create(runtimeProgram: runtime)
      #expect(try conmon.sync?.line()?.number("data") == Int64(stranger.pid))
      try stranger.kill()
      // From Linux 6.15 on the kernel tells the true one to others than the parent, too.
      #expect(["-1", "137"].contains(try conmon.exitCode()))
    }
  }
}

/// What apus-shim does in conmon's place and conmon does not.
@Suite(.requiresRoot, .serialized) struct ConmonDifferenceTests {
  @Test func aBlockedWindowBlocksNobody() async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, .ours, f.bundle(["seq", "1", "600000"]))
      try conmon.create(log: ["none"])
      _ = try conmon.sync?.line()
      let blocked = try conmon.attach()
      let client = try conmon.attach()
      try conmon.start()
      try client.waitForEnd()
      #expect(client.out.utf8.count == (1...600_000).reduce(0) { $0 + "\($1)\n".utf8.count })
      #expect(try conmon.exitCode() == "0")
      // It has got what the socket held.
      try blocked.waitForEnd()
      #expect(blocked.stdout.count < client.stdout.count)
    }
  }

  @Test func whoReadsSlowlyGetsAll() async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, .ours, f.bundle(["seq", "1", "600000"]))
      try conmon.create(log: ["none"])
      _ = try conmon.sync?.line()
      let client = try conmon.attach()
      try conmon.start()
      // Longer than the patience that others would have with it.
      sleep(milliseconds: 2500)
      try client.waitForEnd()
      #expect(client.stdout == Array((1...600_000).map { "\($0)\n" }.joined().utf8))
      #expect(try conmon.exitCode() == "0")
    }
  }

  @Test func severalLogsAreWrittenAndBegunAnew() async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh", "-c", "while read line; do echo $line; done"])
      let conmon = try ConmonUnderTest(f, .ours, bundle)
      let (room, json) = (conmon.room, "\(conmon.room)/json")
      try conmon.create(["-i"], log: ["k8s-file:\(room)/log", "json-file:\(json)", "none"])
      _ = try conmon.sync?.line()
      let client = try conmon.attach()
      try conmon.start()
      try client.send("one\n")
      try client.waitFor("one\n")
      for name in ["log", "json"] { try renameFile("\(room)/\(name)", to: "\(room)/\(name).old") }
      try conmon.control("2 0 0")
      try eventually("the new logs") { fileExists("\(room)/log") && fileExists(json) }
      try client.send("two\n")
      try client.waitFor("two\n")
      client.endInput()
      #expect(try conmon.exitCode() == "0")
      #expect(try conmon.log("log.old") == ["stdout F one"])
      #expect(try conmon.log() == ["stdout F two"])
      #expect(try JSON.parse(try readFile(json), file: "json")["log"]?.string == "two\n")
    }
  }

  @Test func aFullLogKeepsItsOlderHalf() async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, .ours, f.bundle(["seq", "1", "1000"]))
      try conmon.create(["--log-size-max", "40000"])
      _ = try conmon.sync?.line()
      try conmon.start()
      #expect(try conmon.exitCode() == "0")
      let lines = try conmon.log("log.1") + conmon.log()
      #expect(lines == (1...1000).map { "stdout F \($0)" })
    }
  }

  @Test func wantOfMemoryIsTold() async throws {
    try await Fixture.with { f in
      let bundle = try f.bundle(["sh", "-c", "tail -n 1 /dev/zero"]) {
        $0["linux.resources.memory.limit"] = 16_777_216
      }
      let conmon = try ConmonUnderTest(f, .ours, bundle)
      try conmon.create(["--persist-dir", "\(conmon.room)/persist"])
      _ = try conmon.sync?.line()
      try conmon.start()
      #expect(try conmon.exitCode() == "137")
      #expect(fileExists("\(bundle.path)/oom"))
      #expect(fileExists("\(conmon.room)/persist/oom"))
    }
  }

  @Test func aLogEndsAtItsTotalSize() async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, .ours, f.bundle(["cat"]))
      try conmon.create(["-i", "--log-global-size-max", "8"])
      _ = try conmon.sync?.line()
      let client = try conmon.attach()
      try conmon.start()
      for line in ["one\n", "two\n", "three\n"] {
        try client.send(line)
        try client.waitFor(line)
      }
      client.endInput()
      #expect(try conmon.exitCode() == "0")
      #expect(try conmon.log() == ["stdout F one", "stdout F two"])
    }
  }

  /// Each is in spec/conmon.md, and either does what conmon's does or is refused by its name.
  @Test(.requires(program: "conmon")) func everyOptionOfConmonsIsKnown() async throws {
    try await Fixture.with { f in
      let help = try f.run("apus-shim", ["-c", "x", "--help"]).succeeded().out
      let known = Set(help.split(whereSeparator: \.isWhitespace))
      let options = try f.run("conmon", ["--help"]).succeeded().out.split(whereSeparator: \.isWhitespace)
      let names = options.filter { $0.hasPrefix("--") }
      #expect(names.count > 40)
      #expect(names.filter { !known.contains($0) } == [])
    }
  }

  /// Its users, conmon's runner/conmon_test first, do not read the sync pipe before.
  @Test(arguments: ConmonProgram.available, [0, 1, 2, 3])
  func pidAndLogAreThereWhenTheForegroundEnds(program: ConmonProgram, attempt: Int) async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, program, f.bundle(["true"]))
      #expect(try conmon.create(runtimeProgram: "/bin/false") == .exited(0))
      #expect(fileExists("\(conmon.room)/conmon.pid"))
      #expect(fileExists("\(conmon.room)/log"))
      // conmon says nothing of a runtime that said nothing.
      if program == .ours { #expect(try conmon.sync?.line()?.number("data") == -1) }
    }
  }

  @Test func aLogThatCannotBeOpenedIsInTheSyncPipe() async throws {
    try await Fixture.with { f in
      let conmon = try ConmonUnderTest(f, .ours, f.bundle(["true"]))
      #expect(try conmon.create(log: ["k8s-file:/no/such/log"]) == .exited(0))
      let line = try #require(try conmon.sync?.line())
      #expect(line.number("data") == -1)
      #expect(line["message"]?.string?.contains("/no/such/log") == true, "\(line)")
    }
  }

  /// Misuse has the words that conmon's own tests look for (runner/conmon_test).
  @Test(arguments: ConmonProgram.available)
  func misuseHasConmonsWords(program: ConmonProgram) async throws {
    try await Fixture.with { f in
      let ids = ["-c", "abcdefghijklm", "-u", "abcdefghijklm"]
      let runtime = ids + ["-r", "/bin/true"]
      for (words, reason) in [
        (["--cid", "a"], "Container UUID not provided. Use --cuuid"),
        (ids, "Runtime path not provided. Use --runtime"),
        (ids + ["-r", "/nosuch"], "Runtime path /nosuch is not valid"),
        (runtime, "Log driver not provided. Use --log-path"),
        (runtime + ["-l", ""], "log-path must not be empty"),
        (runtime + ["-l", ":"], "log-path must not be empty"),
        (runtime + ["-l", "k8s-file"], "k8s-file requires a filename"),
        (runtime + ["-l", "syslog:/x"], "No such log driver syslog"),
        (runtime + ["-l", "k8s-file:/no/such/log"], "Failed to open log file"),
      ] {
        let outcome = try f.run(program.rawValue, words)
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.err.contains(reason), "\(outcome)")
      }
    }
  }

  /// An error names the program as it was called (conmon's runner/conmon_test looks for `conmon: `).
  @Test func anErrorNamesTheProgramAsItWasCalled() async throws {
    try await Fixture.with { f in
      let link = "\(f.directory)/conmon"
      try f.run("ln", ["-s", try #require(Host.findProgram("apus-shim")), link]).succeeded()
      #expect(try f.run(link, []).err == "conmon: Container ID not provided. Use --cid\n")
    }
  }

  @Test func wrongCommandLinesAreRefusedInOneLine() async throws {
    try await Fixture.with { f in
      for (words, reason) in [
        (["--cid", "a"], "Container UUID not provided. Use --cuuid"),
        (["-c", "a", "--nosuch"], "unknown option \"--nosuch\""),
      ] {
        let outcome = try f.run("apus-shim", words)
        #expect(outcome.status == 1)
        #expect(outcome.err == "apus-shim: \(reason)\n")
      }
      #expect(try f.run("apus-shim", ["--version"]).lines.first == "conmon version 2.2.1")
    }
  }
}
