package import LinuxSystem

/// A record between supervisor and init, or between `start` and init: fixed size, no text (spec/init-protocol.md).
package enum InitRecord: Sendable, Equatable {
  /// Init waits for the supervisor at a step `awaitSupervisor`.
  case waiting
  /// Supervisor: go on.
  case proceed
  /// All steps before `reportReady` are done.
  case ready
  /// A step failed; init ends.
  case failure(step: Int, code: Int32)
  /// The filter's listener is init's descriptor of this number: copy it, hand it to the agent, say `proceed`.
  case listener(Int32)
  /// Supervisor: `lo` of the network namespace is up.
  case networkIsUp

  private static let size = 8

  /// Eight bytes: kind, 0, step (LE u16), errno (LE i32).
  var bytes: [UInt8] {
    let (kind, step, code): (UInt8, UInt16, Int32) =
      switch self {
      case .waiting: (1, 0, 0)
      case .proceed: (2, 0, 0)
      case .ready: (3, 0, 0)
      case .failure(let step, let code): (4, UInt16(truncatingIfNeeded: step), code)
      case .listener(let number): (5, 0, number)
      case .networkIsUp: (6, 0, 0)
      }
    let value = UInt32(bitPattern: code)
    return [kind, 0, UInt8(step & 255), UInt8(step >> 8)]
      + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  init?(_ bytes: [UInt8]) {
    guard bytes.count == InitRecord.size else { return nil }
    let step = Int(bytes[2]) | Int(bytes[3]) << 8
    let code = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[4 + $1]) << (8 * UInt32($1)) }
    switch bytes[0] {
    case 1: self = .waiting
    case 2: self = .proceed
    case 3: self = .ready
    case 4: self = .failure(step: step, code: Int32(bitPattern: code))
    case 5: self = .listener(Int32(bitPattern: code))
    case 6: self = .networkIsUp
    default: return nil
    }
  }

  /// Sends the record over a SEQPACKET or connected socket.
  package func send(over socket: borrowing OwnedDescriptor) throws(SystemError) {
    try sendRecord(socket, bytes)
  }

  /// Sends the record together with a descriptor: a failed hook's output, or a network namespace.
  package func send(
    over socket: borrowing OwnedDescriptor, with descriptor: borrowing OwnedDescriptor
  ) throws(SystemError) {
    try sendDescriptor(descriptor, with: bytes, over: socket)
  }

  /// Receives the next record as `receive(over:)` does, and the end of the output that came with it.
  package static func receive(
    over socket: borrowing OwnedDescriptor, output: inout String?
  ) throws(SystemError) -> InitRecord? {
    var received = try receiveDescriptor(over: socket, limit: 64)
    if case .some(let file) = received.descriptor.take() { output = try hookOutput(file) }
    return try record(received.bytes)
  }

  /// Sends the record by write(2), the one call that no filter hands to its listener. Nobody reads: SIGPIPE, unlike
  /// `send`; the process was about to end.
  func write(to socket: borrowing OwnedDescriptor) throws(SystemError) {
    guard try socket.write(bytes) == InitRecord.size else {
      throw SystemError("write", code: ErrorCode.inputOutput, subject: "record")
    }
  }

  /// Receives the next record by read(2).
  static func read(from socket: borrowing OwnedDescriptor) throws(SystemError) -> InitRecord? {
    var bytes: [UInt8] = []
    try socket.read(into: &bytes, limit: 64)
    return InitRecord(bytes)
  }

  /// Receives the next record.
  /// - Returns: nil when the other end has closed: its program was replaced by exec, or it ended.
  /// - Throws: `SystemError`; EINVAL when something else than a record came.
  package static func receive(over socket: borrowing OwnedDescriptor) throws(SystemError) -> InitRecord? {
    try record(try receiveRecord(socket, limit: 64))
  }

  /// The record that came with a descriptor, or in place of one.
  /// - Returns: nil when the other end has closed.
  package static func record(_ bytes: [UInt8]) throws(SystemError) -> InitRecord? {
    if bytes.isEmpty { return nil }
    guard let record = InitRecord(bytes) else {
      throw SystemError("receive", code: ErrorCode.invalid, subject: "a record that is none")
    }
    return record
  }
}
