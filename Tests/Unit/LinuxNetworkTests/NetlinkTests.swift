import LinuxSystem
import Testing

@testable import LinuxNetwork

@Suite struct NetlinkTests {
  // netlink(7): length, type, flags, number, port; then the fixed part and attributes at multiples of four.
  @Test func aRequestHasItsForm() {
    var request = NetlinkRequest(18, flags: 0x300)
    request.put(7 as UInt32)
    request.attribute(3, text: "eth")
    request.attribute(28, number: 0x0102_0304)
    request.attribute(5, [9])
    #expect(
      request.finished(sequence: 5) == [
        44, 0, 0, 0, 18, 0, 1, 3, 5, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 8, 0, 3, 0, 0x65, 0x74, 0x68, 0, 8, 0,
        28, 0, 4, 3, 2, 1, 5, 0, 5, 0, 9, 0, 0, 0,
      ])
  }

  @Test func whatWasWrittenIsReadAgain() throws {
    var request = NetlinkRequest(16, flags: 2)
    request.put(1 as UInt16)
    request.put(2 as UInt16)
    request.attribute(3, text: "a")
    request.attribute(4, [])
    let bytes = request.finished(sequence: 77)
    let replies = try #require(NetlinkReply.split(bytes + bytes))
    #expect(replies.count == 2)
    #expect(replies[1].type == 16 && replies[1].flags == 3 && replies[1].sequence == 77)
    #expect(replies[1].attributes(after: 4) == [3: [0x61, 0], 4: []])
  }

  @Test(
    arguments: [
      [1], [16, 0, 0, 0], [17, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [15, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func aMessageThatIsCutOffIsNone(_ bytes: [UInt8]) { #expect(NetlinkReply.split(bytes) == nil) }

  @Test(arguments: [[3, 0, 1, 0], [9, 0, 1, 0, 1, 2, 3, 4]] as [[UInt8]])
  func anAttributeThatIsCutOffIsNone(_ bytes: [UInt8]) {
    let reply = NetlinkReply(type: 0, flags: 0, sequence: 0, body: bytes)
    #expect(reply.attributes(after: 0) == nil)
    #expect(reply.attributes(after: 9) == nil)
  }

  @Test func theLoopbackDeviceIsThere() throws {
    var socket = try NetlinkSocket()
    let link = try #require(try socket.links().first { $0.name == "lo" })
    #expect(link.index == 1)
    // No use of the world's comes with it.
    #expect(try socket.addresses(of: link).allSatisfy { !$0.isPermanentAndGlobal || $0.scope == 0 })
    let absent = NetworkLink(index: 0x7fff_fff0, name: "nosuch")
    let error = #expect(throws: SystemError.self) { try socket.setLink(absent, up: true) }
    #expect(error?.code == ErrorCode.noDevice || error?.code == ErrorCode.notPermitted)
    #expect(error?.subject == "nosuch")
  }
}
