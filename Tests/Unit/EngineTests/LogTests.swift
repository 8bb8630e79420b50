import LinuxSystem
import Options
import ShimProtocol
import Testing

@testable import Engine

@Suite("Entries and moments of a log")
struct LogTests {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
  static let time = "2026-08-01T10:00:00.000000001Z"

  @Test(
    arguments: [
      (#"{"log":"a\n","stream":"stdout","time":"TIME"}"#, "a\n", .output),
      (#"{"log":"a","stream":"stderr","time":"TIME"}"#, "a", .error),
      (#"{"log":"","stream":"stdout","time":"TIME"}"#, "", .output),
      (#"{"log":"\n","stream":"stdout","time":"TIME"}"#, "\n", .output),
      (#"{"log":"\"\\\u0001é\n","stream":"stdout","time":"TIME"}"#, "\"\\\u{1}é\n", .output),
      (#"{"log":"a\nb","stream":"stdout","time":"TIME"}"#, "a\nb", .output),
      (#"{"stream":"stdout","log":"a\n","time":"TIME"}"#, "a\n", .output),
    ] as [(String, String, OutputStream)])
  func jsonLinesAreRead(line: String, text: String, stream: OutputStream) throws {
    let line = line.replacing("TIME", with: Self.time)
    let entry = try #require(LogEntry(jsonLine: Self.bytes(line)))
    #expect(entry == LogEntry(text: Self.bytes(text), stream: stream, writtenTime: Self.time))
    #expect(entry.time == Timestamp(seconds: 1_785_578_400, nanoseconds: 1))
  }

  @Test func attributesAreRead() throws {
    let line = #"{"log":"a\n","stream":"stdout","attrs":{"x":"1","y":"2"},"time":"2026-08-01T10:00:00Z"}"#
    #expect(LogEntry(jsonLine: Self.bytes(line))?.attributes == ["x": "1", "y": "2"])
  }

  @Test(
    arguments: [
      "", "{}", #"{"log":"a\n","stream":"stdout","time":"2026-0"#, #"{"log":"a\n","str"#, #"{"log":"a"#,
      #"{"log":"a\n","stream":"stdout","time":"never","x":""}"#,
    ])
  func aCutJSONLineIsNone(line: String) { #expect(LogEntry(jsonLine: Self.bytes(line)) == nil) }

  @Test func kubernetesLinesAreRead() {
    func entry(_ rest: String) -> LogEntry? { LogEntry(k8sLine: Self.bytes("\(Self.time) \(rest)")) }
    #expect(entry("stdout F a b")?.text == Self.bytes("a b\n"))
    #expect(entry("stderr P  a")?.text == Self.bytes(" a"))
    #expect(entry("stderr P  a")?.stream == .error)
    #expect(entry("stdout F ")?.text == Self.bytes("\n"))
    for cut in ["stdout F", "stdout X a", "stdin F a", "", "std"] { #expect(entry(cut) == nil) }
    #expect(LogEntry(k8sLine: Self.bytes("2026-08 stdout F a")) == nil)
  }

  @Test func journalLinesAreRead() throws {
    let line = """
      {"__CURSOR":"c","__REALTIME_TIMESTAMP":"1785578400000001","MESSAGE":"a","PRIORITY":"3","CONTAINER_ID":"x",\
      "_PID":"1","SYSLOG_IDENTIFIER":"x","IMAGE_NAME":"i","TIER":"web"}
      """
    let read = try #require(JournalLine(Self.bytes(line)))
    #expect(read.cursor == "c")
    #expect(
      read.entry
        == LogEntry(
          text: Self.bytes("a\n"), stream: .error, writtenTime: "2026-08-01T10:00:00.000001000Z",
          attributes: ["TIER": "web"]))
    let partial = line.replacing("\"a\"", with: "[97,255],\"CONTAINER_PARTIAL_MESSAGE\":\"true\"")
    #expect(JournalLine(Self.bytes(partial))?.entry.text == [97, 255])
  }

  // MARK: since and until

  static let now = Timestamp(seconds: 1_785_578_400, nanoseconds: 500)

  @Test(
    arguments: [
      ("2026-08-01T10:00:00Z", 1_785_578_400, 0), ("2026-08-01T12:00:00.5+02:00", 1_785_578_400, 500_000_000),
      ("1785578400", 1_785_578_400, 0), ("1785578400.25", 1_785_578_400, 250_000_000), ("0", 0, 0),
      ("10m", 1_785_577_800, 500), ("1h30m", 1_785_573_000, 500), ("1.5s", 1_785_578_398, 500_000_500),
      ("500ns", 1_785_578_400, 0),
    ] as [(String, Int64, Int32)])
  func momentsAreRead(text: String, seconds: Int64, nanoseconds: Int32) throws {
    let moment = try LogMoment.read(text, option: "--since", now: Self.now)
    #expect(moment == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(
    arguments: [
      ("2026-08-01", [2026, 8, 1, 0, 0, 0]), ("2026-08-01T10", [2026, 8, 1, 10, 0, 0]),
      ("2026-08-01T10:11", [2026, 8, 1, 10, 11, 0]), ("2026-08-01T10:11:12", [2026, 8, 1, 10, 11, 12]),
    ] as [(String, [Int])])
  func withoutAZoneTheLocalClockIsMeant(text: String, fields: [Int]) throws {
    #expect(try LogMoment.read(text, option: "--since", now: Self.now) == Timestamp(local: fields))
  }

  @Test(arguments: [
    "", "yesterday", "10m5", "m", "1.2.3", "2026-13-01", "2026-04-31", "2026-8-1T", "-5m", "1e3",
  ])
  func whatIsNoMomentIsRefused(text: String) {
    let error = #expect(throws: OptionError.self) {
      try LogMoment.read(text, option: "--until", now: Self.now)
    }
    #expect(error?.option == "--until")
  }

  @Test func journalNamesAreMadeOfLabels() {
    #expect(ContainerSettings.journalName("com.example.tier") == "COM_EXAMPLE_TIER")
    #expect(ContainerSettings.journalName("_1a") == "A")
    #expect(ContainerSettings.journalName("é1") == nil)
  }
}
