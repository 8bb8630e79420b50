import JSONDocument
import LinuxSystem
import ShimProtocol
import Testing

@Suite("Events")
struct EventTests {
  @Test func aLineIsDockersJSONAndIsReadBack() throws {
    var event = Event(.container, "die", id: "c1", [.init("image", "box"), .init("exitCode", "3")])
    event.time = Timestamp(seconds: 12, nanoseconds: 34)
    let text = String(decoding: event.line, as: UTF8.self)
    #expect(
      text
        == #"{"status":"die","id":"c1","from":"box","Type":"container","Action":"die","Actor":{"ID":"c1","Attributes":{"image":"box","exitCode":"3"}},"scope":"local","time":12,"timeNano":12000000034}"#
        + "\n")
    #expect(Event(try JSON.parse(Array(text.utf8), file: "event")) == event)
    let volume = String(decoding: Event(.volume, "create", id: "v").line, as: UTF8.self)
    #expect(volume.hasPrefix(#"{"Type":"volume","Action":"create","#))
  }

  @Test func aFullJournalIsRenamedAndNothingIsLost() throws {
    let directory = "/tmp/apus-journal-\(hexadecimal(try randomBytes(4)))"
    defer { do throws(SystemError) { try removeTree(directory) } catch { Issue.record("\(error)") } }
    let journal = EventJournal(path: "\(directory)/events/\(EventJournal.name)")
    let padding = String(repeating: "x", count: 1 << 20)
    for number in 0..<10 { journal.record(Event(.image, "tag", id: "\(number)", [.init("p", padding)])) }
    let (now, before) = (try readFile(journal.path), try readFile(journal.previous))
    #expect(before.split(separator: 10).count + now.split(separator: 10).count == 10)
    #expect(before.count > EventJournal.largestFile && now.count < EventJournal.largestFile)
  }
}
