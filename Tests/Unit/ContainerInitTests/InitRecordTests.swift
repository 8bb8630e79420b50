import LinuxSystem
import Testing

@testable import ContainerInit

@Suite struct InitRecordTests {
  @Test(arguments: [
    (InitRecord.waiting, [1, 0, 0, 0, 0, 0, 0, 0]), (.proceed, [2, 0, 0, 0, 0, 0, 0, 0]),
    (.ready, [3, 0, 0, 0, 0, 0, 0, 0]), (.failure(step: 3, code: 2), [4, 0, 3, 0, 2, 0, 0, 0]),
    (.failure(step: 0x1234, code: -1), [4, 0, 0x34, 0x12, 255, 255, 255, 255]),
    (.failure(step: 65535, code: Int32.max), [4, 0, 255, 255, 255, 255, 255, 127]),
    (.listener(9), [5, 0, 0, 0, 9, 0, 0, 0]), (.networkIsUp, [6, 0, 0, 0, 0, 0, 0, 0]),
  ])
  func isEightBytes(_ record: InitRecord, _ bytes: [UInt8]) {
    #expect(record.bytes == bytes)
    #expect(InitRecord(bytes) == record)
  }

  @Test(
    arguments: [
      [], [1], [1, 0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0],
      [99, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func anythingElseIsNone(_ bytes: [UInt8]) { #expect(InitRecord(bytes) == nil) }

  @Test func travelsOverASocket() throws {
    let pair = try makeSocketPair()
    try InitRecord.failure(step: 9, code: 13).send(over: pair.first)
    try InitRecord.ready.send(over: pair.first)
    #expect(try InitRecord.receive(over: pair.second) == .failure(step: 9, code: 13))
    #expect(try InitRecord.receive(over: pair.second) == .ready)
  }

  // The end of the channel is a word too: exec has happened.
  @Test func theEndIsNoRecord() throws {
    let left = try InitRecordTests.leftAlone()
    #expect(try InitRecord.receive(over: left) == nil)
  }

  @Test func whatIsNoRecordIsAnError() throws {
    let pair = try makeSocketPair()
    try sendRecord(pair.first, Array("hello".utf8))
    let error = #expect(throws: SystemError.self) { try InitRecord.receive(over: pair.second) }
    #expect(error?.code == ErrorCode.invalid)
  }

  @Test func nobodyHearing() throws {
    let left = try InitRecordTests.leftAlone()
    let error = #expect(throws: SystemError.self) { try InitRecord.ready.send(over: left) }
    #expect(error?.code == ErrorCode.brokenPipe)
  }

  /// One end of a pair whose other end is closed.
  private static func leftAlone() throws -> OwnedDescriptor {
    let pair = try makeSocketPair()
    return pair.first
  }
}
