internal import LinuxSystem

/// Where a process's input is written: a pipe's writing end, or the terminal's master. Bytes that the process does not
/// take yet wait here, and whoever sends more is asked to wait.
final class InputPipe: EventHandler {
  /// Above this senders must wait, below the second they may go on.
  private static let high = 256 * 1024
  private static let low = 64 * 1024

  private let isTerminal: Bool
  private var source: EventSource?
  private var waiting: [[UInt8]] = []
  /// How much of the first of `waiting` is written.
  private var done = 0
  private var waitingBytes = 0
  private var endsWhenWritten = false
  private var sendersWait = false
  /// Called when there is room again.
  private let hasRoom: () throws(SystemError) -> Void

  init(
    _ descriptor: consuming OwnedDescriptor, isTerminal: Bool, _ reactor: Reactor,
    hasRoom: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) {
    self.isTerminal = isTerminal
    self.hasRoom = hasRoom
    source = try EventSource(descriptor, reactor)
  }

  /// Whether senders should wait.
  var isFull: Bool { waitingBytes > Self.high }

  /// Writes the bytes, now or when the process takes them. After the end, or when it has closed its input, they go
  /// nowhere: it is not the sender's failure that nobody reads.
  func write(_ bytes: [UInt8]) throws(SystemError) {
    guard source != nil, !endsWhenWritten, !bytes.isEmpty else { return }
    waiting.append(bytes)
    waitingBytes += bytes.count
    if waiting.count == 1 { try flush() }
    if isFull { sendersWait = true }
  }

  /// Closes the input behind what waits. A terminal has no end of its own (its user types one), so it stays open.
  func end() throws(SystemError) {
    guard !isTerminal else { return }
    endsWhenWritten = true
    if waiting.isEmpty { try close() }
  }

  func ready(_ readiness: Readiness) throws(SystemError) { try flush() }

  private func flush() throws(SystemError) {
    guard let source else { return }
    do throws(SystemError) {
      while let first = waiting.first {
        let count = try source.descriptor.write(first, from: done)
        done += count
        waitingBytes -= count
        if done == first.count {
          waiting.removeFirst()
          done = 0
        }
      }
      try source.ignore()
      if endsWhenWritten { try close() }
    } catch {
      // Anything but "not now" means that nobody will read it: EPIPE of a pipe, EIO of a terminal.
      if error.code == ErrorCode.again { try source.watch(.write, self) } else { try close() }
    }
    if sendersWait, waitingBytes < Self.low {
      sendersWait = false
      try hasRoom()
    }
  }

  /// Closes it for good, whatever waits.
  func close() throws(SystemError) {
    try source?.ignore()
    source = nil
    waiting = []
    done = 0
    waitingBytes = 0
  }
}
