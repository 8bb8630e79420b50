/// One message (D-Bus Specification, Message Format).
package struct BusMessage: Sendable, Equatable {
  /// What it is.
  package enum Kind: UInt8, Sendable { case call = 1, answer, error, signal }

  package var kind: Kind
  package var serial: UInt32 = 0
  package var path: String?
  package var interface: String?
  package var member: String?
  package var errorName: String?
  package var replySerial: UInt32?
  package var destination: String?
  /// The unique name that the bus has given to who sent it.
  package var sender: String?
  package var body: [BusValue] = []

  package init(_ kind: Kind) { self.kind = kind }

  /// More than anything that is asked for here; a peer that announces more is not listened to.
  static let largest = 1 << 20

  /// As it is sent.
  func encoded() -> [UInt8] {
    var content = BusEncoder()
    for value in body { content.append(value) }
    var message = BusEncoder()
    // `l` for little-endian, no flags, version 1 of the protocol.
    message.append([UInt8(ascii: "l"), kind.rawValue, 0, 1])
    message.append(.uint32(UInt32(content.bytes.count)))
    message.append(.uint32(serial))
    message.append(.array(of: "(yv)", fields))
    message.align(to: 8)
    message.append(content.bytes)
    return message.bytes
  }

  private var fields: [BusValue] {
    let signature = body.map(\.signature).joined()
    let all: [(UInt8, BusValue?)] = [
      (1, path.map { .objectPath($0) }), (2, interface.map { .string($0) }), (3, member.map { .string($0) }),
      (4, errorName.map { .string($0) }), (5, replySerial.map { .uint32($0) }),
      (6, destination.map { .string($0) }), (7, sender.map { .string($0) }),
      (8, signature.isEmpty ? nil : .signature(signature)),
    ]
    return all.compactMap { (code, value) in value.map { .structure([.byte(code), .variant($0)]) } }
  }

  /// The size of the message whose first 16 bytes are at the front of `bytes`; nil while fewer are there.
  static func size(_ bytes: [UInt8]) throws(BusError) -> Int? {
    guard bytes.count >= 16 else { return nil }
    let isBigEndian = try endianness(bytes)
    var decoder = BusDecoder(Array(bytes[4..<16]), isBigEndian: isBigEndian)
    guard case .uint32(let content) = try decoder.values("u")[0],
      case .uint32(let fields) = try decoder.values("uu")[1]
    else { throw .malformed("no header") }
    // Each alone first: together they could wrap around.
    guard Int(fields) <= largest, Int(content) <= largest else {
      throw .malformed("\(fields) and \(content) bytes, more than \(largest)")
    }
    return (16 + Int(fields) + 7) / 8 * 8 + Int(content)
  }

  /// A whole message; the kinds that the specification does not know are nil and to be passed over.
  static func decode(_ bytes: [UInt8]) throws(BusError) -> BusMessage? {
    var decoder = BusDecoder(bytes, isBigEndian: try endianness(bytes))
    let header = try decoder.values("yyyyuua(yv)")
    guard case .byte(let number) = header[1], case .uint32(let serial) = header[5],
      case .array(_, let fields) = header[6]
    else { throw .malformed("no header") }
    try decoder.align(to: 8)
    guard let kind = Kind(rawValue: number) else { return nil }
    var message = BusMessage(kind)
    message.serial = serial
    var signature = ""
    for field in fields {
      guard case .structure(let parts) = field, parts.count == 2, case .byte(let code) = parts[0],
        case .variant(let value) = parts[1]
      else { throw .malformed("a header field that is none") }
      switch (code, value) {
      case (1, .objectPath(let text)): message.path = text
      case (2, .string(let text)): message.interface = text
      case (3, .string(let text)): message.member = text
      case (4, .string(let text)): message.errorName = text
      case (5, .uint32(let number)): message.replySerial = number
      case (6, .string(let text)): message.destination = text
      case (7, .string(let text)): message.sender = text
      case (8, .signature(let text)): signature = text
      case (1...8, _): throw .malformed("header field \(code) of another type")
      default: break
      }
    }
    message.body = try decoder.values(signature)
    guard decoder.offset == bytes.count else { throw .malformed("more than its signature says") }
    return message
  }

  private static func endianness(_ bytes: [UInt8]) throws(BusError) -> Bool {
    switch bytes[0] {
    case UInt8(ascii: "l"): return false
    case UInt8(ascii: "B"): return true
    default: throw .malformed("neither endianness")
    }
  }
}
