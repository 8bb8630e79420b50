import Addresses
import Testing

@testable import Netlink

@Suite struct BatchTests {
  // netlink(7): length, type, flags, number, port; then the fixed part and attributes at multiples of four.
  @Test func aMessageHasItsForm() {
    var batch = NetlinkBatch()
    batch.message(18, flags: 0x300, fixed: [7, 0, 0, 0])
    batch.put(3, text: "eth")
    batch.nest(18 as UInt32) { $0.put(5, [9]) }
    let bytes: [UInt8] = [
      40, 0, 0, 0, 18, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 3, 0, 0x65, 0x74, 0x68, 0, 12, 0,
      18, 0x80, 5, 0, 5, 0, 9, 0, 0, 0,
    ]
    #expect(batch.bytes == bytes)
  }

  @Test func aChangeOfADeviceIsOneMessage() {
    let bytes: [UInt8] = [
      40, 0, 0, 0, 16, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 8, 0,
      10, 0, 3, 0, 0, 0,
    ]
    #expect(LinkChange(up: true, master: 3).batch(index: 7).bytes == bytes)
  }

  // nfnetlink: a beginning and an end around; the last in between asks for an answer.
  @Test func aTransactionHasItsFormAndItsNumbers() {
    let batch = NetlinkBatch(transaction: [.absentTable("apus", .inet)], table: "apus", family: .inet)
    let bytes: [UInt8] = [
      20, 0, 0, 0, 16, 0, 1, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 32, 0, 0, 0, 2, 10, 5, 0, 8, 0, 0, 0, 0,
      0, 0, 0, 1, 0, 0, 0, 9, 0, 1, 0, 0x61, 0x70, 0x75, 0x73, 0, 0, 0, 0, 20, 0, 0, 0, 17, 0, 1, 0, 9, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0, 10,
    ]
    let (numbered, count) = batch.numbered(from: 7)
    #expect(numbered == bytes)
    #expect(count == 3)
  }
}
