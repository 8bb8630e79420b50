internal import JSONDocument
internal import LinuxSystem

extension ShimMessage {
  /// The record to send.
  /// - Throws: `tooLong` when the payload does not fit into one record.
  package func encode() throws(ShimProtocolError) -> [UInt8] {
    switch self {
    case .attach(let streams): Self.header(.attach, value: streams.rawValue)
    case .input(let bytes): try Self.record(.input, payload: bytes)
    case .inputEnd: Self.header(.inputEnd)
    case .resize(let size):
      try Self.record(.resize, value: UInt32(size.columns), payload: Self.littleEndian(UInt32(size.rows)))
    case .signal(let number): Self.header(.signal, value: UInt32(bitPattern: number))
    case .exec(let options, let file, let id):
      try Self.record(
        .exec, value: options.rawValue, payload: Array(file.utf8) + (id.isEmpty ? [] : [0]) + Array(id.utf8))
    case .cleaned: Self.header(.cleaned)
    case .proceed: Self.header(.proceed)
    case .stop(let number): Self.header(.stop, value: UInt32(bitPattern: number))
    case .policy(let policy): try Self.record(.policy, payload: Array(policy.description.utf8))
    case .ports(let names): try Self.record(.ports, payload: Array(names.joined(separator: "\n").utf8))
    case .started(let pid): Self.header(.started, value: UInt32(bitPattern: pid))
    case .failed(let code, let message):
      try Self.record(.failed, value: UInt32(bitPattern: code), payload: Array(message.utf8))
    case .output(let stream, let bytes): try Self.record(.output, stream: stream.rawValue, payload: bytes)
    case .exited(let record):
      // 125 for those who do not read the record: the status is not known, so it must not look like success.
      try Self.record(
        .exited, value: UInt32(bitPattern: record.exitCode ?? 125), payload: record.encodedBytes())
    case .attached(let pid): Self.header(.attached, value: UInt32(bitPattern: pid))
    case .delivered(let code): Self.header(.delivered, value: UInt32(bitPattern: code))
    case .dropped(let reason): try Self.record(.dropped, payload: Array(reason.utf8))
    }
  }

  /// The first bytes of an `output` record; the shim reads a container's output in behind them, without a copy.
  package static func outputHeader(_ stream: OutputStream) -> [UInt8] {
    header(.output, stream: stream.rawValue)
  }

  private static func header(_ kind: MessageKind, stream: UInt8 = 0, value: UInt32 = 0) -> [UInt8] {
    [kind.rawValue, stream, 0, 0] + littleEndian(value)
  }

  private static func record(
    _ kind: MessageKind, stream: UInt8 = 0, value: UInt32 = 0, payload: [UInt8]
  ) throws(ShimProtocolError) -> [UInt8] {
    guard payload.count <= MessageFormat.maximumPayload else { throw .tooLong(payload.count) }
    return header(kind, stream: stream, value: value) + payload
  }

  private static func littleEndian(_ value: UInt32) -> [UInt8] {
    [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
  }
}
