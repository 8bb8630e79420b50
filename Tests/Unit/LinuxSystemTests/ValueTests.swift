import LinuxSystem
import Testing

@Suite struct TimestampTests {
  static let moments: [(Int64, Int32, String)] = [
    (0, 0, "1970-01-01T00:00:00.000000000Z"), (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
    (951_782_400, 0, "2000-02-29T00:00:00.000000000Z"), (951_868_800, 1, "2000-03-01T00:00:00.000000001Z"),
    (1_709_164_800, 0, "2024-02-29T00:00:00.000000000Z"),
    (4_107_542_400, 0, "2100-03-01T00:00:00.000000000Z"),
    (-2_203_891_200, 0, "1900-03-01T00:00:00.000000000Z"),
    (-62_135_596_800, 0, "0001-01-01T00:00:00.000000000Z"),
    (253_402_300_799, 5, "9999-12-31T23:59:59.000000005Z"),
    (1_785_578_400, 120_000_000, "2026-08-01T10:00:00.120000000Z"),
  ]

  @Test(arguments: moments.indices) func thereAndBack(_ index: Int) {
    let (seconds, nanoseconds, text) = TimestampTests.moments[index]
    let moment = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
    #expect(moment.description == text)
    #expect(Timestamp(text) == moment)
  }

  /// Wherever the test runs; ConmonTests have a clock of their own.
  @Test(arguments: [1_769_000_000, 1_785_578_400] as [Int64]) func theLocalClockShowsTheSameMoment(
    _ seconds: Int64
  ) {
    let moment = Timestamp(seconds: seconds, nanoseconds: 7)
    let text = String(decoding: moment.localASCII, as: UTF8.self)
    #expect(Timestamp(text) == moment)
    #expect(text.utf8.count == 35, "\(text)")
  }

  @Test(
    arguments: [
      ("2026-08-01T10:00:00Z", 0), ("2026-08-01t10:00:00z", 0), ("2026-08-01T12:00:00+02:00", 0),
      ("2026-08-01T04:30:00-05:30", 0), ("2026-08-01T10:00:00.5Z", 500_000_000),
      ("2026-08-01T10:00:00.1234567891234Z", 123_456_789), ("2026-08-02T00:00:00+14:00", 0),
    ] as [(String, Int32)])
  func otherFormsOfTheSameMoment(_ text: String, _ nanoseconds: Int32) {
    #expect(Timestamp(text) == Timestamp(seconds: 1_785_578_400, nanoseconds: nanoseconds))
  }

  @Test(arguments: [
    "", "T", "2026-08-01", "2026-08-01T10:00:00", "2026-08-01 10:00:00Z", "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.+5Z", "2026-01-01T00:00:00.5", "2026-01-01T00:00:00+5",
    "2026-01-01T00:00:00+05:-30", "2026-01-01T00:00:00Zulu", "-2026-01-01T00:00:00Z", "2026-01-01T00:00Z",
    "9223372036854775807-01-01T00:00:00Z", "2026-01-01T-1:00:00Z", "0000-01-01T00:00:00Z",
  ])
  func isNoMoment(_ text: String) { #expect(Timestamp(text) == nil) }

  @Test func theyAreOrdered() {
    #expect(Timestamp(seconds: 1, nanoseconds: 2) < Timestamp(seconds: 1, nanoseconds: 3))
    #expect(Timestamp(seconds: -1) < Timestamp(seconds: 0))
    #expect(Timestamp.now() > Timestamp(seconds: 1_700_000_000))
  }
}

@Suite struct SignalTests {
  @Test(
    arguments: [
      ("TERM", 15), ("SIGTERM", 15), ("sigterm", 15), ("term", 15), ("15", 15), ("KILL", 9), ("CHLD", 17),
      ("CLD", 17),
      ("IOT", 6), ("RTMIN", 34), ("SIGRTMIN+3", 37), ("RTMAX", 64), ("rtmax-1", 63), ("64", 64), ("1", 1),
    ] as [(String, Int32)])
  func hasTheNumber(_ text: String, _ number: Int32) { #expect(Signal.number(text) == number) }

  @Test(arguments: [
    "", "0", "65", "-1", "SIG", "NONSENSE", "RTMIN+31", "RTMIN+-1", "RTMAX-31", "RTMIN-1", "SIGSIGTERM",
    "TERM ", "9x",
  ])
  func isNone(_ text: String) { #expect(Signal.number(text) == nil) }

  @Test func namesComeBack() {
    for number in 1...31 as ClosedRange<Int32> { #expect(Signal.number(Signal.name(number)) == number) }
    #expect(Signal.name(40) == "40")
  }
}

@Suite struct SystemErrorTests {
  // Go's words, which runc's callers match: lower case, no full stop.
  @Test(arguments: [
    (SystemError("open", code: ErrorCode.noEntry, subject: "/x"), "open /x: no such file or directory"),
    (SystemError("kill", code: ErrorCode.noProcess), "kill: no such process"),
    (SystemError("exec", code: ErrorCode.access, subject: "/x"), "exec /x: permission denied"),
    (SystemError("mount", code: ErrorCode.notPermitted), "mount: operation not permitted"),
    (SystemError("exec", code: ErrorCode.isDirectory), "exec: is a directory"),
    (SystemError("exec", code: ErrorCode.notDirectory), "exec: not a directory"),
    (SystemError("exec", code: ErrorCode.noExec), "exec: exec format error"),
    (SystemError("read", code: ErrorCode.inputOutput), "read: input/output error"),
    (SystemError("x", code: 73), "x: RFS specific error"),
  ])
  func says(_ error: SystemError, _ words: String) { #expect(error.description == words) }
}

@Suite struct ResourceLimitTests {
  @Test func everyKindCanBeRead() throws {
    for kind in ResourceLimitKind.allCases {
      let limit = try resourceLimit(kind)
      #expect(limit.soft <= limit.hard, "\(kind.rawValue)")
      // Setting what is there changes nothing and needs no privilege.
      try setResourceLimit(limit)
    }
    #expect(Set(ResourceLimitKind.allCases.map(\.number)).count == 16)
  }

  @Test func aSoftLimitAboveTheHardOneIsRefused() {
    expectFailure(ErrorCode.invalid, naming: "setrlimit RLIMIT_CORE to 2:1") {
      try setResourceLimit(ResourceLimit(.core, soft: 2, hard: 1))
    }
  }
}

@Suite struct EnvironmentTests {
  @Test func programsAreFound() {
    #expect(Environment.findProgram("sh", path: "/nowhere::/bin") == "/bin/sh")
    #expect(Environment.findProgram("sh", path: "") == nil)
    #expect(!Environment.isExecutableFile("/bin"))
    #expect(!Environment.isExecutableFile("/etc/passwd"))
  }

  @Test func hexadecimalHasTwoDigitsAByte() throws {
    #expect(hexadecimal([0, 15, 255]) == "000fff")
    #expect(try randomBytes(32).count == 32)
    #expect(try randomBytes(16) != randomBytes(16))
  }
}

@Suite struct DecimalTests {
  @Test(arguments: [0, 1, 9, 10, 65_536, -1, -10, .max, .min, 999_999_999_999_999_999])
  func itIsWhatSwiftWrites(_ number: Int) { #expect(decimal(number) == String(number)) }
}
