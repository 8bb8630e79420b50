import LinuxSystem
import ShimProtocol
import Testing

/// Records on the shim's socket: both ways, and what is refused.
struct MessageTests {
  static let record = ExitRecord(
    id: "c1", ended: .signaled(9), oomKilled: true, startedAt: Timestamp(seconds: 1),
    finishedAt: Timestamp(seconds: 2))

  static let messages: [ShimMessage] = [
    .attach([.input, .output, .error]), .attach([]), .input([]), .input([0, 255, 10]), .inputEnd,
    .resize(WindowSize(columns: 80, rows: 24)), .resize(WindowSize(columns: 65535, rows: 0)), .signal(15),
    .exec([.terminal, .input], processFile: "/run/ä/process.json"),
    .exec([], processFile: "/p", id: "abc"), .cleaned, .proceed, .started(pid: 4_194_304),
    .failed(exitCode: 127, message: "exec: \"x\": executable file not found in $PATH"),
    .output(.output, [1, 2, 3]), .output(.error, Array(repeating: 7, count: 32 * 1024)), .exited(record),
    .stop(15), .policy(.onFailure(maximum: 3)), .attached(pid: 1), .delivered(errno: 0), .delivered(errno: 3),
    .dropped("why"), .ports(without: []), .ports(without: ["tcp 0.0.0.0:80", "udp [::]:53"]),
  ]

  @Test(arguments: messages)
  func aMessageComesBackAsItWasSent(message: ShimMessage) throws {
    #expect(try ShimMessage(decoding: message.encode()) == message)
  }

  @Test func theHeaderIsAsDrawn() throws {
    #expect(
      try ShimMessage.resize(WindowSize(columns: 0x102, rows: 3)).encode() == [
        4, 0, 0, 0, 2, 1, 0, 0, 3, 0, 0, 0,
      ])
    #expect(try ShimMessage.output(.error, [65]).encode() == [66, 2, 0, 0, 0, 0, 0, 0, 65])
    #expect(ShimMessage.outputHeader(.output) == [66, 1, 0, 0, 0, 0, 0, 0])
    #expect(try ShimMessage.exited(Self.record).encode().prefix(8) == [67, 0, 0, 0, 137, 0, 0, 0])
  }

  @Test func anUnknownStatusDoesNotLookLikeSuccess() throws {
    let record = ExitRecord(id: "c", status: .unknown, exitCode: nil, finishedAt: Timestamp(seconds: 0))
    #expect(try ShimMessage.exited(record).encode()[4] == 125)
  }

  @Test func aPayloadThatIsTooLongIsRefused() {
    #expect(throws: ShimProtocolError.tooLong(32769)) {
      try ShimMessage.input(Array(repeating: 0, count: 32769)).encode()
    }
    #expect(throws: ShimProtocolError.tooLong(32769)) {
      try ShimMessage(decoding: [2, 0, 0, 0, 0, 0, 0, 0] + Array(repeating: 0, count: 32769))
    }
  }

  @Test(
    arguments: [
      ([], "0 bytes, at least 8 are needed"),
      ([1, 0, 0, 0, 0, 0, 0], "7 bytes, at least 8 are needed"),
      ([12, 0, 0, 0, 0, 0, 0, 0], "unknown kind 12"),
      ([8, 0, 0, 0, 0, 0, 0, 0], "stop: no signal 0"),
      (
        [9, 0, 0, 0, 0, 0, 0, 0, 120],
        "policy: invalid restart policy: unknown policy 'x'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"
      ),
      ([7, 0, 1, 0, 0, 0, 0, 0], "cleaned: bytes 2 and 3 must be 0"),
      ([1, 0, 0, 0, 8, 0, 0, 0], "attach: unknown bits in 8"),
      ([3, 0, 0, 0, 0, 0, 0, 0, 1], "inputEnd: 1 bytes of payload, none belong there"),
      ([4, 0, 0, 0, 0, 0, 0, 0], "resize: columns and rows must be two numbers below 65536"),
      ([4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], "resize: columns and rows must be two numbers below 65536"),
      ([5, 0, 0, 0, 0, 0, 0, 0], "signal: no signal 0"),
      ([5, 0, 0, 0, 65, 0, 0, 0], "signal: no signal 65"),
      ([6, 0, 0, 0, 0, 0, 0, 0, 97], "exec: the path of process.json must be absolute"),
      ([6, 0, 0, 0, 0, 0, 0, 0, 47, 255], "exec: the text is not UTF-8"),
      ([66, 3, 0, 0, 0, 0, 0, 0], "output: no stream 3"),
    ] as [([UInt8], String)])
  func aMalformedRecordIsRefusedWithItsReason(record: [UInt8], reason: String) {
    #expect(throws: ShimProtocolError.malformed(reason)) { try ShimMessage(decoding: record) }
  }

  @Test func aPeerThatClosesWithOurMessageUnreadStillDeliversItsLastWord() throws {
    let pair = try makeSocketPair()
    let client = ShimConnection(owning: pair.first)
    let shim = pair.second
    try client.send(.input([1]))
    try sendRecord(shim, ShimMessage.exited(Self.record).encode())
    _ = consume shim
    #expect(try client.receive() == .exited(Self.record))
    #expect(try client.receive() == nil)
  }
}
