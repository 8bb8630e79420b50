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
}
