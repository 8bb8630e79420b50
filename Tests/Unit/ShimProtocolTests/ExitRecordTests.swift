import LinuxSystem
import ShimProtocol
import Testing

/// The exit record's file.
struct ExitRecordTests {
  private func withPath(_ body: (String) throws -> Void) throws {
    let directory = "/tmp/apus-exit-record.\(hexadecimal(try randomBytes(6)))"
    try makeDirectory(directory, mode: 0o700)
    let result = Result { try body(directory + "/exit.json") }
    try removeTree(directory)
    try result.get()
  }

  @Test(arguments: [
    ExitRecord(
      id: "c1", ended: .exited(7), startedAt: Timestamp(seconds: 1_785_578_400),
      finishedAt: Timestamp(seconds: 1_785_578_401, nanoseconds: 5)),
    ExitRecord(
      id: "c1", ended: .signaled(9), oomKilled: true, startedAt: Timestamp(seconds: 1),
      finishedAt: Timestamp(seconds: 2)),
    ExitRecord(
      id: "c1", status: .failed, exitCode: 127, finishedAt: Timestamp(seconds: 2), error: "exec: \"x\""),
    ExitRecord(id: "c1", status: .unknown, exitCode: nil, finishedAt: Timestamp(seconds: 2), error: "lost"),
  ])
  func aRecordIsReadAsItWasWritten(record: ExitRecord) throws {
    var restarted = record
    (restarted.restarting, restarted.restartCount) = (true, 3)
    try withPath { path in
      try record.write(path)
      #expect(try ExitRecord.read(path) == record)
      try restarted.write(path)
      #expect(try ExitRecord.read(path) == restarted)
    }
  }

  @Test func theFileIsAsSpecified() throws {
    try withPath { path in
      try ExitRecord(
        id: "c1", ended: .signaled(9), startedAt: Timestamp(seconds: 1_785_578_400),
        finishedAt: Timestamp(seconds: 1_785_578_401)
      ).write(path)
      #expect(
        try readText(path)
          == #"{"version":1,"id":"c1","status":"exited","exitCode":137,"signal":9,"oomKilled":false,"#
          + #""startedAt":"2026-08-01T10:00:00.000000000Z","finishedAt":"2026-08-01T10:00:01.000000000Z","error":""}"#
      )
    }
  }

  @Test func noFileIsNoRecord() throws {
    try withPath { path in
      let record = try ExitRecord.read(path)
      #expect(record == nil)
    }
  }

  @Test(arguments: [
    ("", "line 1 column 1"),
    (#"{"version":2}"#, "version: this program reads version 1, found 2"),
    (
      #"{"version":1,"id":"c","status":"exited","oomKilled":false,"finishedAt":"2026-08-01T10:00:00Z","error":""}"#,
      "exitCode: absent exactly when the status is \"unknown\""
    ),
    (
      #"{"version":1,"id":"c","status":"unknown","oomKilled":false,"finishedAt":"yesterday","error":""}"#,
      "finishedAt: no RFC 3339 time"
    ),
    (
      #"{"version":1,"id":"c","status":"gone","oomKilled":false,"finishedAt":"2026-08-01T10:00:00Z","error":""}"#,
      "status: unknown value \"gone\", expected one of \"exited\", \"failed\", \"unknown\""
    ),
  ])
  func aBrokenRecordIsAnErrorAndNeverAStatus(text: String, reason: String) throws {
    try withPath { path in
      try writeAtomically(path, Array(text.utf8), durable: false)
      do throws(ExitRecordError) {
        let record = try ExitRecord.read(path)
        Issue.record("read \(String(describing: record))")
      } catch { #expect("\(error)".contains(reason), "\(error)") }
    }
  }

  @Test func aLongErrorStillFitsIntoAMessage() throws {
    let record = ExitRecord(
      id: "c1", status: .failed, exitCode: 125, finishedAt: Timestamp(seconds: 2),
      error: String(repeating: "\u{1}", count: 100_000))
    #expect(try ShimMessage.exited(record).encode().count < 32 * 1024)
  }
}
