import LinuxSystem
import ShimProtocol
import TestSupport

/// A client of the shim that never waits past a deadline.
final class ShimPeer {
  /// What has come on stdout so far.
  private(set) var stdout: [UInt8] = []
  /// What has come on stderr so far.
  private(set) var stderr: [UInt8] = []
  var out: String { String(decoding: stdout, as: UTF8.self) }
  var err: String { String(decoding: stderr, as: UTF8.self) }

  /// Gets the output instead, when there is more than is to be gathered.
  var sink: ((OutputStream, [UInt8]) throws -> Void)?

  private var connection: ShimConnection?

  init(_ connection: consuming ShimConnection) { self.connection = consume connection }

  /// Closes the connection, as the kernel does for a client that is killed.
  func close() { connection = nil }

  func send(_ message: ShimMessage) throws {
    switch connection {
    case .some(let connection): try connection.send(message)
    case .none: throw TestFailure("this client has closed its connection")
    }
  }

  /// The next message that is no output; nil at the end of the connection. Output is gathered.
  func receive(within duration: Duration = .seconds(20)) throws -> ShimMessage? {
    let deadline = Deadline(in: duration)
    while true {
      switch try receiveAny(deadline) {
      case .output(let stream, let bytes): try take(stream, bytes)
      case let message: return message
      }
    }
  }

  /// Takes one message of output; it is gathered.
  func receiveOutput() throws -> Bool {
    try gatherOne()
    return true
  }

  /// Waits until stdout holds `text`.
  func waitFor(_ text: String) throws {
    let deadline = Deadline(in: .seconds(20))
    while !stdout.contains(Array(text.utf8)) {
      switch try receiveAny(deadline) {
      case .output(let stream, let bytes): try take(stream, bytes)
      case let message: throw TestFailure("no \"\(text)\" in \"\(out)\", but \(String(describing: message))")
      }
    }
  }

  /// Waits for `started`.
  @discardableResult
  func waitUntilStarted() throws -> Int32 {
    let message = try receive()
    guard case .started(let pid) = message else {
      throw TestFailure("not started: \(String(describing: message))")
    }
    return pid
  }

  /// Waits for `exited`; all output comes before it.
  func waitUntilExited() throws -> ExitRecord {
    let message = try receive()
    guard case .exited(let record) = message else {
      throw TestFailure("not exited: \(String(describing: message))")
    }
    return record
  }

  /// Waits for `failed`.
  func waitUntilFailed() throws -> (code: Int32, message: String) {
    let message = try receive()
    guard case .failed(let code, let text) = message else {
      throw TestFailure("not failed: \(String(describing: message))")
    }
    return (code, text)
  }

  /// Sends while it receives, so that neither end waits for the other for ever.
  func feed(_ bytes: [UInt8]) throws {
    for start in stride(from: 0, to: bytes.count, by: 32 * 1024) {
      try send(.input(Array(bytes[start..<min(start + 32 * 1024, bytes.count)])))
      while try isReady(milliseconds: 0) { try gatherOne() }
    }
    try send(.inputEnd)
  }

  private func take(_ stream: OutputStream, _ bytes: [UInt8]) throws {
    if let sink { return try sink(stream, bytes) }
    if stream == .output { stdout += bytes } else { stderr += bytes }
  }

  private func gatherOne() throws {
    switch try receiveAny(Deadline(in: .seconds(20))) {
    case .output(let stream, let bytes): try take(stream, bytes)
    case let message: throw TestFailure("unexpected \(String(describing: message))")
    }
  }

  private func receiveAny(_ deadline: Deadline) throws -> ShimMessage? {
    while try !isReady(milliseconds: 100) {
      if deadline.hasPassed {
        throw TestFailure("no message from the shim; so far \"\(out)\" and \"\(err)\"")
      }
    }
    switch connection {
    case .some(let connection): return try connection.receive()
    case .none: throw TestFailure("this client has closed its connection")
    }
  }

  private func isReady(milliseconds: Int32) throws -> Bool {
    let loop = try EventLoop()
    switch connection {
    case .some(let connection): try loop.watch(connection.descriptor, for: .read, token: 0)
    case .none: return true
    }
    return try loop.next(milliseconds: milliseconds) != nil
  }
}

extension Array<UInt8> {
  /// Whether the bytes occur in this order.
  func contains(_ wanted: [UInt8]) -> Bool {
    wanted.isEmpty || indices.contains { self[$0...].starts(with: wanted) }
  }
}
