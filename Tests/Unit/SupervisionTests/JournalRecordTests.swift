import Testing

@testable import Supervision

/// What the journal is sent.
struct JournalRecordTests {
  @Test func aRecordIsFieldsAndTheMessage() {
    let fields = Array("PRIORITY=6\n".utf8)
    let text = Array("hello".utf8)[...]
    #expect(
      JournalRecord.bytes(fields, text, isEnded: true) == Array("PRIORITY=6\nMESSAGE=hello\n".utf8))
    #expect(
      JournalRecord.bytes(fields, text, isEnded: false)
        == Array("PRIORITY=6\nCONTAINER_PARTIAL_MESSAGE=true\nMESSAGE=hello\n".utf8))
  }

  @Test func aValueWithALineEndHasItsLengthInFront() {
    var record: [UInt8] = []
    JournalRecord.append("A", Array("x\ny".utf8)[...], to: &record)
    #expect(record == Array("A\n".utf8) + [3, 0, 0, 0, 0, 0, 0, 0] + Array("x\ny\n".utf8))
  }
}
