import ShimProtocol
import Testing

@testable import Supervision

struct ConmonOptionsTests {
  private static let least = ["-c", "id", "-u", "uuid", "-r", "/runtime", "-l", "none"]

  private func options(_ words: [String]) throws -> ConmonOptions {
    guard case .run(let options) = try ConmonRequest(Self.least + words, in: "/here") else {
      throw ShimUsageError("no run")
    }
    return options
  }

  @Test func whoseCommandLineItIsIsKnown() {
    #expect(ConmonOption.isConmon(program: "/usr/bin/conmon", []))
    #expect(ConmonOption.isConmon(program: "apus-shim", ["--api-version", "1", "-c", "x"]))
    #expect(ConmonOption.isConmon(program: "apus-shim", ["-b", "/", "--cid=x"]))
    #expect(ConmonOption.isConmon(program: "apus-shim", ["--version"]))
    #expect(!ConmonOption.isConmon(program: "apus-shim", ["--id=x", "--exit-command", "-c"]))
    #expect(!ConmonOption.isConmon(program: "apus-shim", ["--help"]))
  }

  @Test func valuesMayLookLikeOptionsAndBeEmpty() throws {
    let words = ["--runtime-arg", "--log", "--runtime-arg=/log", "--exit-command", "/bin/x"]
    let more = ["--exit-command-arg", "--rm", "--exit-command-arg", "", "--exit-command-arg=a=b"]
    let found = try options(words + more)
    #expect(found.runtimeArguments == ["--log", "/log"])
    #expect(found.exitCommand == ["/bin/x", "--rm", "", "a=b"])
  }

  @Test func shortOptionsStandTogether() throws {
    let found = try options(["-it", "-p/pid", "-siT5"])
    #expect(found.keepsInput && found.terminal && found.systemdCgroup)
    #expect(found.processIDFile == "/pid")
    #expect(found.timeoutSeconds == 5)
  }

  @Test func theAPIsNumberIsNoArgument() throws {
    #expect(try options(["--api-version", "1"]).hasNewAPI)
    #expect(try !options([]).hasNewAPI)
    #expect(throws: ShimUsageError("unexpected argument \"2\"")) { try options(["--api-version", "1", "2"]) }
  }

  @Test func whatIsNotNamedLiesInTheWorkingDirectory() throws {
    let found = try options([])
    #expect(found.bundle == "/here")
    #expect(found.processIDFile == "/here/pidfile-id")
    #expect(found.socketDirectory == "/var/run/crio")
    let exec = try options(["-e", "--exec-process-spec", "/p"])
    #expect(exec.bundle == nil)
    #expect(exec.socketDirectory == nil)
  }

  private static let logPaths: [(String, LogDriver, String?)] = [
    ("k8s-file:/a:b", .k8sFile, "/a:b"), ("/a", .k8sFile, "/a"), (":none", .k8sFile, "none"),
    ("json-file:/a", .jsonFile, "/a"), ("journald", .journald, nil), ("journald:", .journald, nil),
    ("off", .none, nil), ("null", .none, nil), ("passthrough", .passthrough, nil),
  ]

  @Test(arguments: logPaths)
  func logPathsNameADriverOrAFile(text: String, driver: LogDriver, path: String?) throws {
    let log = try #require(try options(["-l", text]).logs.last)
    #expect(log.driver == driver)
    #expect(log.path == path)
  }

  @Test func logsAreRotatedOnlyWhenAsked() throws {
    #expect(try options([]).logMaximumBytes == nil)
    #expect(try options(["--log-size-max", "-1"]).logMaximumBytes == nil)
    let found = try options(["--log-size-max", "100", "--log-max-files=5", "--log-rotate"])
    #expect(found.logMaximumBytes == 100)
    #expect(found.logMaximumFiles == 5)
    #expect(try options(["--log-size-max", "100"]).logMaximumFiles == 2)
  }

  @Test(arguments: [
    (["-l", "syslog:/a"], "No such log driver syslog"),
    (["-l", "k8s-file:"], "k8s-file requires a filename"),
    (["-l", "json-file"], "json-file requires a filename"), (["-l", ":"], "log-path must not be empty"),
    (["-l", "passthrough", "-t"], "--log-path passthrough: with --terminal there is no stdio to pass on"),
    (
      ["-l", "/a/../b", "--log-allowlist-dir", "/a"],
      "--log-path \"/a/../b\" is in no directory of --log-allowlist-dir"
    ),
    (["-l", "/a", "--log-tag", "t"], "--log-tag and --log-label are for the log driver \"journald\""),
    (
      ["--log-label", "a=b"],
      "--log-label \"a=b\" is no LABEL=VALUE with a label of capitals, digits and underscores"
    ),
    (["--exec-attach"], "--exec-attach is for --exec with --api-version"),
    (["-e", "--restore", "/r"], "--exec and --restore exclude each other"),
    (["-e"], "Exec process spec path not provided. Use --exec-process-spec"), (["-T"], "-T needs a value"),
    (["-x"], "unknown option \"-x\""),
    (["-T", "soon"], "--timeout \"soon\" is not a number from -1 to 2147483648"),
    (["--sync=1"], "--sync takes no value"),
    (["--seccomp-notify-socket", "/s"], "--seccomp-notify-socket: the shim loads no plugins"),
    (["--log-level", "loud"], "--log-level \"loud\" is none of trace, debug, info, warning, error"),
  ])
  func nothingIsAcceptedAndIgnored(words: [String], reason: String) {
    #expect(throws: ShimUsageError(reason)) { try options(words) }
  }

  @Test func theRuntimeIsCalledAsConmonCallsIt() throws {
    let create = try options(["-b", "/b", "-p", "/pid", "-s", "--no-pivot", "--runtime-arg", "--root=/r"])
    #expect(
      ConmonRuntime.arguments(create, streams: ["--console-socket", "/c"]) == [
        "--systemd-cgroup", "--root=/r", "create", "--bundle", "/b", "--pid-file", "/pid", "--no-pivot",
        "--console-socket", "/c", "id",
      ])
    let exec = try options(["-e", "--exec-process-spec", "/p", "-p", "/pid", "-s", "--runtime-opt", "--x"])
    #expect(
      ConmonRuntime.arguments(exec, streams: []) == [
        "exec", "--pid-file", "/pid", "--process", "/p", "--detach", "--x", "id",
      ])
    let restore = try options([
      "-b", "/b", "-p", "/pid", "--restore", "/image", "--runtime-opt", "--tcp-close",
    ])
    #expect(
      ConmonRuntime.arguments(restore, streams: []) == [
        "restore", "--bundle", "/b", "--pid-file", "/pid", "--detach", "--image-path", "/image",
        "--work-path",
        "/b", "--tcp-close", "id",
      ])
  }

  @Test func reportsAreOneLineOfJSON() throws {
    func line(_ words: [String], _ number: Int32, _ message: String? = nil) throws -> String {
      String(decoding: ConmonReport(try options(words)).line(number, message), as: UTF8.self)
    }
    #expect(try line([], 5) == "{\"pid\": 5}\n")
    #expect(try line(["--api-version"], 5) == "{\"data\": 5}\n")
    #expect(try line(["-e", "--exec-process-spec", "/p"], 5) == "{\"exit_code\": 5}\n")
    #expect(try line([], -1, "a \"b\"\nc") == "{\"pid\": -1, \"message\": \"a \\\"b\\\"\\nc\"}\n")
  }

  @Test func controlLinesAreNumbers() {
    #expect(ControlFIFO.numbers(Array("1 40 100".utf8)) == [1, 40, 100])
    #expect(ControlFIFO.numbers(Array("".utf8)) == [])
    #expect(ControlFIFO.numbers(Array("1 a".utf8)) == nil)
    #expect(ControlFIFO.numbers([UInt8](repeating: UInt8(ascii: "1"), count: 201)) == nil)
  }

  @Test func onlyReadinessAndLifeArePassedOn() {
    #expect(NotifyRelay.passed(Array("STATUS=x\nREADY=1\n".utf8)) == "READY=1")
    #expect(NotifyRelay.passed(Array("WATCHDOG=1".utf8)) == "WATCHDOG=1")
    #expect(NotifyRelay.passed(Array("MAINPID=1\n".utf8)) == nil)
    #expect(NotifyRelay.passed(Array("STATUS=READY=1".utf8)) == nil)
  }

  @Test func outputIsCutIntoRecordsThatPodmanTakes() {
    let records = AttachClient.records(.error, [UInt8](repeating: 1, count: 8193)[...])
    #expect(records.map(\.count) == [8193, 2])
    #expect(records.allSatisfy { $0.first == 3 })
    #expect(AttachClient.records(.output, [7]) == [[2, 7]])
  }
}
