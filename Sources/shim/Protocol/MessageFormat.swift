package import LinuxSystem

/// The fixed numbers of the shim's records; spec/shim-protocol.md, Messages, has the drawing.
package enum MessageFormat {
  /// Kind, stream, two zero bytes and the value.
  package static let headerSize = 8
  /// What follows the header at most: one read of a container's output.
  package static let maximumPayload = 32 * 1024
  /// The longest record.
  package static let maximumRecord = headerSize + maximumPayload
}

/// Byte 0 of a record.
enum MessageKind: UInt8 {
  case attach = 1
  case input = 2
  case inputEnd = 3
  case resize = 4
  case signal = 5
  case exec = 6
  case cleaned = 7
  case stop = 8
  case policy = 9
  case ports = 10
  case proceed = 11
  case started = 64
  case failed = 65
  case output = 66
  case exited = 67
  case attached = 68
  case delivered = 69
  case dropped = 70
}

/// A record or connection that does not keep spec/shim-protocol.md.
package enum ShimProtocolError: Error, Equatable, CustomStringConvertible {
  /// The record's bytes are not a message; the text says why.
  case malformed(String)
  /// The message has more than `MessageFormat.maximumPayload` bytes.
  case tooLong(Int)
  /// The socket failed.
  case connection(SystemError)

  package var description: String {
    switch self {
    case .malformed(let reason): "shim message: \(reason)"
    case .tooLong(let count):
      "shim message: \(count) bytes, at most \(MessageFormat.maximumPayload) fit in one record"
    case .connection(let error): "shim connection: \(error)"
    }
  }
}
