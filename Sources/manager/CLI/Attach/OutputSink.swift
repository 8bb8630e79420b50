internal import LinuxSystem

/// This program's stdout or stderr as the relay writes it: without waiting, though the descriptor is a blocking one
/// (which is shared with other programs and so must stay one).
struct OutputSink {
  /// A pipe that is ready takes this much without waiting (pipe(7), PIPE_BUF).
  private static let chunk = 4096

  private let stream: StandardDescriptor
  private let token: UInt64
  /// A regular file cannot be watched and never makes one wait.
  private var isWatchable = true
  private var isWatched = false
  private var pending: [UInt8] = []
  private var position = 0

  init(_ stream: StandardDescriptor, _ loop: borrowing EventLoop, token: UInt64) throws(SystemError) {
    self.stream = stream
    self.token = token
    do throws(SystemError) {
      try loop.watch(stream, for: .write, token: token)
      try loop.stop(stream)
    } catch {
      guard error.code == ErrorCode.notPermitted || error.code == ErrorCode.badDescriptor else { throw error }
      isWatchable = false
    }
  }

  /// Whether everything is written.
  var isEmpty: Bool { position == pending.count }

  /// Writes what can be written now, and the rest when there is room.
  mutating func write(_ bytes: [UInt8], _ loop: borrowing EventLoop) throws(SystemError) {
    guard isWatchable else { return try stream.writeAll(bytes) }
    if isEmpty {
      pending = bytes
      position = 0
    } else {
      pending += bytes
    }
    try setWatched(true, loop)
  }

  /// There is room.
  mutating func flush(_ loop: borrowing EventLoop) throws(SystemError) {
    let end = min(position + Self.chunk, pending.count)
    try stream.writeAll(Array(pending[position..<end]))
    position = end
    if isEmpty { try setWatched(false, loop) }
  }

  /// Writes the rest, however long it takes.
  mutating func finish() throws(SystemError) {
    try stream.writeAll(Array(pending[position...]))
    position = pending.count
  }

  private mutating func setWatched(_ on: Bool, _ loop: borrowing EventLoop) throws(SystemError) {
    guard on != isWatched else { return }
    if on { try loop.watch(stream, for: .write, token: token) } else { try loop.stop(stream) }
    isWatched = on
  }
}
