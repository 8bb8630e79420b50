import LinuxSystem
import ShimProtocol
import Testing

@testable import Supervision

/// A log's files, in a directory of the test's own.
struct FileLogTests {
  private final class Room {
    let path: String
    var log: String { path + "/log" }

    init() throws {
      path = "/tmp/apus-log-test-\(hexadecimal(try randomBytes(6)))"
      try makeDirectory(path)
    }

    deinit { do throws(SystemError) { try removeTree(path) } catch { Issue.record("\(error)") } }

    func names() throws -> [String] { try listDirectory(path) }
    func text(_ name: String) throws -> String {
      String(decoding: try readFile("\(path)/\(name)"), as: UTF8.self)
    }
    func write(_ text: String, to name: String) throws {
      try openFile("\(path)/\(name)", [.writeOnly, .create, .truncate]).writeAll(text)
    }
    /// The texts of the k8s entries in a file.
    func lines(_ name: String) throws -> [String] {
      try text(name).split(separator: "\n").map { String($0.dropFirst(40)) }
    }
  }

  private func open(_ room: Room, bytes: Int64?, files: Int) throws -> FileLog {
    var options = LogOptions()
    options.maximumBytes = bytes
    options.maximumFiles = files
    return try FileLog(room.log, .k8s, options, nil)
  }

  private func write(_ text: String, to log: FileLog) { log.write(.output, Array(text.utf8)[...]) }

  /// An entry of `line` with five characters: 30 of time, 10 of ` stdout F `, 5, the line end.
  private let entrySize: Int64 = 46

  @Test func aFullFileIsPassedOnAndNothingIsLost() throws {
    let room = try Room()
    let log = try open(room, bytes: 2 * entrySize, files: 4)
    write((1...7).map { "line\($0)\n" }.joined(), to: log)
    #expect(try room.names() == ["log", "log.1", "log.2", "log.3"])
    #expect(try room.lines("log.3") == ["line1", "line2"])
    #expect(try room.lines("log.2") == ["line3", "line4"])
    #expect(try room.lines("log.1") == ["line5", "line6"])
    #expect(try room.lines("log") == ["line7"])
    write("line8\nline9\n", to: log)
    #expect(try room.names() == ["log", "log.1", "log.2", "log.3"])
    #expect(try room.lines("log.3") == ["line3", "line4"])
    #expect(try room.lines("log") == ["line9"])
    #expect(log.failure == nil)
  }

  @Test func withOneFileTheOldIsReplaced() throws {
    let room = try Room()
    let log = try open(room, bytes: 2 * entrySize, files: 1)
    let reader = try openFile(room.log, .readOnly)
    write("line1\nline2\nline3\n", to: log)
    #expect(try room.names() == ["log"])
    #expect(try room.lines("log") == ["line3"])
    #expect(try reader.readAll().count == Int(2 * entrySize), "who reads the old file reads it to its end")
  }

  @Test func anEntryLargerThanAFileHasOneOfItsOwn() throws {
    let room = try Room()
    let log = try open(room, bytes: entrySize, files: 4)
    write("line1\n" + String(repeating: "x", count: 100) + "\nline3\n", to: log)
    #expect(try room.lines("log.2") == ["line1"])
    #expect(try room.lines("log.1") == [String(repeating: "x", count: 100)])
    #expect(try room.lines("log") == ["line3"])
  }

  @Test func withoutALimitNothingIsPassedOn() throws {
    let room = try Room()
    write((1...1000).map { "line\($0)\n" }.joined(), to: try open(room, bytes: nil, files: 3))
    #expect(try room.names() == ["log"])
    #expect(try room.lines("log").count == 1000)
  }

  @Test func aNewShimGoesOnWhereTheOldStopped() throws {
    let room = try Room()
    write("line1\nline2\nline3\n", to: try open(room, bytes: 2 * entrySize, files: 3))
    write("line4\nline5\n", to: try open(room, bytes: 2 * entrySize, files: 3))
    #expect(try room.lines("log.2") == ["line1", "line2"])
    #expect(try room.lines("log.1") == ["line3", "line4"])
    #expect(try room.lines("log") == ["line5"])
  }

  @Test func aGapIsFilledAndNothingDroppedForIt() throws {
    let room = try Room()
    for (name, text) in [("log.1", "b"), ("log.3.gz", "a"), ("log", "c")] { try room.write(text, to: name) }
    #expect(try LogRotation(path: room.log, maximumFiles: 4).makeRoom() == 2)
    #expect(try room.names() == ["log.1", "log.2", "log.3.gz"])
    #expect(try room.text("log.2") == "b")
    #expect(try room.text("log.1") == "c")
  }

  @Test func theRemainsOfACompressionGo() throws {
    let room = try Room()
    for name in ["log.1", "log.1.gz", "log.2", "log.gz.tmp"] { try room.write("x", to: name) }
    try LogRotation(path: room.log, maximumFiles: 3).removeRemains()
    #expect(try room.names() == ["log.1.gz", "log.2"])
  }

  @Test func aCutLineDoesNotTakeTheNextOneAlong() throws {
    let room = try Room()
    try room.write("2026-11-21T10:00:00.000000000Z stdout F whole\n2026-11-21T10", to: "log")
    write("line1\n", to: try open(room, bytes: nil, files: 3))
    #expect(try room.text("log").split(separator: "\n").count == 3)
    #expect(try room.lines("log").last == "line1")
  }

  @Test func afterReopenTheNameLeadsToANewFile() throws {
    let room = try Room()
    let log = try open(room, bytes: nil, files: 3)
    write("line1\n", to: log)
    try renameFile(room.log, to: room.log + ".old")
    write("line2\n", to: log)
    log.reopen()
    write("line3\n", to: log)
    #expect(try room.lines("log.old") == ["line1", "line2"])
    #expect(try room.lines("log") == ["line3"])
  }

  @Test func whatCannotBeRotatedEndsTheLog() throws {
    let room = try Room()
    let log = try open(room, bytes: entrySize, files: 2)
    // A directory with something in it, where a file should go.
    try makeDirectories(room.log + ".1/x")
    write("line1\nline2\n", to: log)
    #expect(
      log.failure?.hasPrefix("log \"\(room.log)\": is a directory; output from ") == true,
      "\(log.failure ?? "")")
    #expect(try room.lines("log") == ["line1"])
  }
}
