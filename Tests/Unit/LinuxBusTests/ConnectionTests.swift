import LinuxSystem
import Testing

@testable import LinuxBus

/// The conversation with a peer that a test plays: everything that it will say is sent before it is asked.
@Suite struct ConnectionTests {
  /// - Parameter says: what the peer has sent before it is asked; it then keeps still.
  private func converse<Value>(
    _ says: [UInt8], limit: Duration = .seconds(10), _ body: (inout BusConnection) throws(BusError) -> Value
  ) throws -> Value {
    let pair = try makeSocketPair(.stream)
    try pair.second.writeAll(says)
    var connection = try BusConnection.open(over: pair.first, limit: limit)
    return try body(&connection)
  }

  private static func answer(to serial: UInt32, _ body: [BusValue] = []) -> [UInt8] {
    var message = BusMessage(.answer)
    (message.serial, message.replySerial, message.sender, message.body) = (9, serial, ":1.0", body)
    return message.encoded()
  }

  private static func signal(_ job: String, sender: String) -> [UInt8] {
    var message = BusMessage(.signal)
    (message.serial, message.path, message.interface) = (9, "/a", "a.b")
    (message.member, message.sender, message.body) = ("JobRemoved", sender, [.objectPath(job)])
    return message.encoded()
  }

  private static let welcome = Array("DATA\r\nOK 00ff\r\n".utf8)

  @Test func aCallHasItsAnswerAndSignalsAreKept() throws {
    let says =
      Self.welcome + Self.answer(to: 1) + Self.signal("/early", sender: ":1.7")
      + Self.signal("/early", sender: ":1.0") + Self.answer(to: 2, [.objectPath("/early")])
    try converse(says) { (bus) throws(BusError) in
      let answer = try bus.call("a.b", "/a", "a.b", "Start")
      #expect(answer.body == [.objectPath("/early")])
      let signal = try bus.awaitSignal { $0.sender == answer.sender }
      #expect(signal.sender == ":1.0")
    }
  }

  @Test func anErrorIsToldInThePeersWords() {
    var message = BusMessage(.error)
    (message.serial, message.replySerial, message.errorName) = (9, 2, "a.b.NoSuchUnit")
    message.body = [.string("Unit x not loaded.")]
    let says = Self.welcome + Self.answer(to: 1) + message.encoded()
    #expect(throws: BusError.answered(name: "a.b.NoSuchUnit", message: "Unit x not loaded.")) {
      try converse(says) { (bus) throws(BusError) in try bus.call("a.b", "/a", "a.b", "Stop") }
    }
  }

  static let bad: [(String, [UInt8], BusError)] = [
    ("refuses", Array("REJECTED EXTERNAL\r\n".utf8), .rejected("REJECTED EXTERNAL")),
    ("never answers", [], .timedOut(seconds: 0)),
    ("never ends its line", Array(repeating: 0x41, count: 20_000), .malformed("a line without an end")),
    (
      "announces too much", welcome + [0x6c, 2, 0, 1, 255, 255, 255, 255] + Array(repeating: 0, count: 8),
      .malformed("0 and 4294967295 bytes, more than 1048576")
    ),
    ("speaks no D-Bus", welcome + Array("HTTP/1.1 400 Bad".utf8), .malformed("neither endianness")),
  ]

  @Test(arguments: bad.indices) func aPeerThat(_ index: Int) {
    let (what, says, expected) = ConnectionTests.bad[index]
    #expect(throws: expected, "\(what)") {
      try converse(says, limit: says.isEmpty ? .milliseconds(50) : .seconds(10)) { _ in }
    }
  }
}
