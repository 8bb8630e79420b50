internal import JSONDocument
internal import LinuxSystem

extension ShimMessage {
  /// Reads a record.
  /// - Throws: `malformed` or `tooLong`; a record comes from another process and is not trusted.
  package init(decoding record: [UInt8]) throws(ShimProtocolError) {
    guard record.count >= MessageFormat.headerSize else {
      throw .malformed("\(record.count) bytes, at least \(MessageFormat.headerSize) are needed")
    }
    guard record.count <= MessageFormat.maximumRecord else {
      throw .tooLong(record.count - MessageFormat.headerSize)
    }
    guard let kind = MessageKind(rawValue: record[0]) else {
      throw .malformed("unknown kind \(record[0])")
    }
    guard record[2] == 0, record[3] == 0 else {
      throw .malformed("\(kind): bytes 2 and 3 must be 0")
    }
    let fields = Fields(
      kind: kind, stream: record[1], value: Self.number(record[4..<8]),
      payload: record[MessageFormat.headerSize...])
    self = try Self.message(fields)
  }

  private struct Fields {
    let kind: MessageKind
    let stream: UInt8
    let value: UInt32
    let payload: ArraySlice<UInt8>
  }

  private static func message(_ fields: Fields) throws(ShimProtocolError) -> ShimMessage {
    let signed = Int32(bitPattern: fields.value)
    switch fields.kind {
    case .attach:
      try expectNoPayload(fields)
      return .attach(AttachStreams(rawValue: try bits(fields, below: 8)))
    case .input: return .input(Array(fields.payload))
    case .inputEnd: return try plain(fields, .inputEnd)
    case .resize: return .resize(try windowSize(fields))
    case .signal: return try plain(fields, .signal(try signalNumber(fields)))
    case .stop: return try plain(fields, .stop(try signalNumber(fields)))
    case .policy: return .policy(try policy(fields))
    case .ports:
      return .ports(without: try text(fields).split(separator: "\n").map(String.init))
    case .exec:
      let options = ExecOptions(rawValue: try bits(fields, below: 8))
      let parts = fields.payload.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
      let path = try text(parts.first ?? [], fields.kind)
      guard path.hasPrefix("/") else { throw .malformed("exec: the path of process.json must be absolute") }
      return .exec(options, processFile: path, id: try text(parts.dropFirst().first ?? [], fields.kind))
    case .cleaned: return try plain(fields, .cleaned)
    case .proceed: return try plain(fields, .proceed)
    case .started: return try plain(fields, .started(pid: signed))
    case .failed: return .failed(exitCode: signed, message: try text(fields))
    case .output:
      guard let stream = OutputStream(rawValue: fields.stream) else {
        throw .malformed("output: no stream \(fields.stream)")
      }
      return .output(stream, Array(fields.payload))
    case .exited: return .exited(try ExitRecord(decoding: Array(fields.payload)))
    case .attached: return try plain(fields, .attached(pid: signed))
    case .delivered: return try plain(fields, .delivered(errno: signed))
    case .dropped: return .dropped(try text(fields))
    }
  }

  private static func plain(_ fields: Fields, _ message: ShimMessage) throws(ShimProtocolError) -> ShimMessage
  {
    try expectNoPayload(fields)
    return message
  }

  private static func expectNoPayload(_ fields: Fields) throws(ShimProtocolError) {
    guard fields.payload.isEmpty else {
      throw .malformed("\(fields.kind): \(fields.payload.count) bytes of payload, none belong there")
    }
  }

  private static func bits(_ fields: Fields, below limit: UInt32) throws(ShimProtocolError) -> UInt32 {
    guard fields.value < limit else { throw .malformed("\(fields.kind): unknown bits in \(fields.value)") }
    return fields.value
  }

  private static func text(_ fields: Fields) throws(ShimProtocolError) -> String {
    try text(fields.payload, fields.kind)
  }

  private static func text(
    _ bytes: ArraySlice<UInt8>, _ kind: MessageKind
  ) throws(ShimProtocolError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw .malformed("\(kind): the text is not UTF-8")
    }
    return text
  }

  private static func signalNumber(_ fields: Fields) throws(ShimProtocolError) -> Int32 {
    let number = Int32(bitPattern: fields.value)
    guard (1...Signal.last).contains(number) else {
      throw .malformed("\(fields.kind): no signal \(number)")
    }
    return number
  }

  private static func policy(_ fields: Fields) throws(ShimProtocolError) -> RestartPolicy {
    let text = try text(fields)
    do throws(RestartPolicyError) { return try RestartPolicy(text) } catch {
      throw .malformed("\(fields.kind): \(error)")
    }
  }

  private static func windowSize(_ fields: Fields) throws(ShimProtocolError) -> WindowSize {
    guard fields.payload.count == 4, let columns = UInt16(exactly: fields.value),
      let rows = UInt16(exactly: number(fields.payload))
    else { throw .malformed("resize: columns and rows must be two numbers below 65536") }
    return WindowSize(columns: columns, rows: rows)
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }
}
