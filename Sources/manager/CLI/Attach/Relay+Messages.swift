internal import LinuxSystem
internal import Options
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
    case .output(.output, let bytes):
      if options.streams.contains(.output) { try output.write(bytes, loop) }
    case .output(.error, let bytes):
      if options.streams.contains(.error) { try error.write(bytes, loop) }
    case .exited(let record):
      // The last word comes after all output: what is still here goes out before we do.
      try output.finish()
      try error.finish()
      return .exited(record)
    case .dropped(let reason):
      try output.finish()
      try error.finish()
      return .dropped(reason)
    case .delivered: undelivered = max(0, undelivered - 1)
    // The other answers to what we send need no answer.
    default: break
    }
    return nil
  }

  /// Reads what stdin has.
  mutating func readInput() throws -> RelayEnd? {
    switch try input.read() {
    case .bytes(let bytes):
      guard let typed = detachKeys?.take(bytes) else {
        try send(.input(bytes))
        return nil
      }
      if !typed.passed.isEmpty { try send(.input(typed.passed)) }
      return typed.isComplete ? .detached : nil
    case .end:
      try input.end(loop)
      if let held = detachKeys?.end(), !held.isEmpty { try send(.input(held)) }
      if options.endsInput { try send(.inputEnd) }
      return isInputSent ? .inputSent : nil
    case .nothing: return nil
    }
  }

  /// Whether all that was to be done is done: without output there is nothing to wait for (docker's `run -a stdin`).
  var isInputSent: Bool {
    options.streams.isDisjoint(with: [.output, .error]) && input.hasEnded && unsent.isEmpty
  }

  /// Passes on what this program was sent.
  mutating func takeSignals() throws -> RelayEnd? {
    while let number = try signals.next() {
      if number == Signal.windowChange {
        if options.terminal, let size = currentWindowSize() { try resize(size) }
      } else if options.passesKeys || !options.forwardsSignals {
        // Ctrl-C is a key and went to the process; a signal means us.
        return .left(signal: number)
      } else if let signal, options.readsInput {
        try signal(number)
      } else if undelivered > 0 {
        // The last one waits behind input that the process does not take: who asks again wants to go.
        return .left(signal: number)
      } else {
        undelivered += 1
        try send(.signal(number))
      }
    }
    return nil
  }

  /// Has a program that draws on its terminal draw again: two changes of the size, since the same size is none
  /// (docker/cli, attach.go, resizeTTY).
  mutating func askForRedraw() throws {
    guard options.terminal, let size = currentWindowSize() else { return }
    let other = WindowSize(
      columns: size.columns == .max ? size.columns - 1 : size.columns + 1,
      rows: size.rows == .max ? size.rows - 1 : size.rows + 1)
    try resize(other)
    try resize(size)
  }

  private mutating func resize(_ size: WindowSize) throws {
    try send(.resize(size))
    resized(size)
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
