internal import LinuxSystem
internal import ShimProtocol

extension Relay {
  /// Takes one message of the shim.
  mutating func receive() throws -> RelayEnd? {
    let message: ShimMessage?
    do throws(ShimProtocolError) { message = try connection.receive() } catch {
      if case .connection(let cause) = error, cause.code == ErrorCode.again { return nil }
      throw error
    }
    guard let message else { return .lost }
    return try take(message)
  }

  /// Does what a message asks for.
  mutating func take(_ message: ShimMessage) throws -> RelayEnd? {
    switch message {
    case .output(.output, let bytes): try output.write(bytes, loop)
    case .output(.error, let bytes): try error.write(bytes, loop)
    case .exited(let record):
      // The last word comes after all output: what is still here goes out before we do.
      try output.finish()
      try error.finish()
      return .exited(record)
    // The answers to what we send need no answer.
    default: break
    }
    return nil
  }

  /// Reads what stdin has.
  mutating func readInput() throws {
    switch try input.read() {
    case .bytes(let bytes): try send(.input(bytes))
    case .end:
      try input.end(loop)
      try send(.inputEnd)
    case .nothing: break
    }
  }

  /// Passes on what this program was sent.
  mutating func takeSignals() throws -> RelayEnd? {
    while let number = try signals.next() {
      if number == Signal.windowChange {
        if terminal, let size = currentWindowSize() { try send(.resize(size)) }
      } else if passesKeys {
        // Ctrl-C is a key and went to the process; a signal means us.
        return .left(signal: number)
      } else {
        try send(.signal(number))
      }
    }
    return nil
  }

  mutating func send(_ message: ShimMessage) throws {
    unsent.append(message)
    try sendUnsent()
  }

  mutating func sendUnsent() throws {
    while let message = unsent.first {
      do throws(ShimProtocolError) { try connection.send(message) } catch {
        guard case .connection(let cause) = error else { throw error }
        switch cause.code {
        case ErrorCode.again: return
        // The shim goes; what it has to say is still to be received.
        case ErrorCode.brokenPipe, ErrorCode.connectionReset: unsent = []
        default: throw error
        }
        return
      }
      unsent.removeFirst()
    }
  }
}

/// The size of the terminal that this program has.
func currentWindowSize() -> WindowSize? {
  StandardDescriptor.output.windowSize() ?? StandardDescriptor.input.windowSize()
}
