internal import LinuxSystem

/// This program's stdin as the relay reads it.
struct InputSource {
  enum Reading {
    case bytes([UInt8])
    /// Nothing more will come.
    case end
    case nothing
  }

  private enum State {
    case watched(reads: Bool)
    /// A regular file, which epoll does not watch because it never has to wait.
    case file
    case ended
  }

  private let token: UInt64
  private var state: State

  /// Begins to watch stdin, when it is to be read at all.
  init(_ isWanted: Bool, _ loop: borrowing EventLoop, token: UInt64) throws(SystemError) {
    self.token = token
    guard isWanted else {
      state = .ended
      return
    }
    do throws(SystemError) {
      try loop.watch(.input, for: .read, token: token)
      state = .watched(reads: true)
    } catch {
      switch error.code {
      case ErrorCode.notPermitted: state = .file
      // Closed by whoever started us: as if it were empty.
      case ErrorCode.badDescriptor: state = .file
      default: throw error
      }
    }
  }

  /// Whether reading it never waits.
  var isAlwaysReady: Bool {
    if case .file = state { true } else { false }
  }

  /// Whether its end has been seen, or it is not read at all.
  var hasEnded: Bool {
    if case .ended = state { true } else { false }
  }

  /// One read, at most a message's worth.
  func read() throws(SystemError) -> Reading {
    if case .ended = state { return .nothing }
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try StandardDescriptor.input.readChunk(limit: 32 * 1024) } catch {
      switch error.code {
      case ErrorCode.again: return .nothing
      // A terminal that has gone, or none of ours: nothing more will come.
      case ErrorCode.inputOutput, ErrorCode.badDescriptor: return .end
      default: throw error
      }
    }
    return bytes.isEmpty ? .end : .bytes(bytes)
  }

  /// Stops or goes on watching.
  mutating func setReading(_ reads: Bool, _ loop: borrowing EventLoop) throws(SystemError) {
    guard case .watched(let current) = state, current != reads else { return }
    if reads { try loop.watch(.input, for: .read, token: token) } else { try loop.stop(.input) }
    state = .watched(reads: reads)
  }

  /// Reads no more.
  mutating func end(_ loop: borrowing EventLoop) throws(SystemError) {
    try setReading(false, loop)
    state = .ended
  }
}
