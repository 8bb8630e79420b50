internal import LinuxSystem
internal import ShimProtocol

/// Where a process's output is read: a pipe's reading end, or the terminal's master.
final class OutputPipe: EventHandler {
  /// How much is read at once; with the header in front it is one record.
  private static let chunk = MessageFormat.maximumPayload
  /// A terminal whose other end nobody has open answers EIO for now; somebody may open it again, and no event tells.
  private static let terminalRetry = Duration.milliseconds(100)

  let stream: OutputStream
  private let isTerminal: Bool
  /// What the kernel holds at most when the process has ended.
  private let capacity: Int
  private var source: EventSource?
  private let retry: RetryTimer
  private var isPaused = false
  private let header: [UInt8]
  private let deliver: (OutputStream, [UInt8]) throws(SystemError) -> Void

  /// Takes the reading end of a pipe or the terminal's master and starts to watch it.
  /// - Parameter deliver: gets each chunk as an output record (header and bytes).
  init(
    _ descriptor: consuming OwnedDescriptor, _ stream: OutputStream, isTerminal: Bool, _ reactor: Reactor,
    deliver: @escaping (OutputStream, [UInt8]) throws(SystemError) -> Void
  ) throws(SystemError) {
    self.stream = stream
    self.isTerminal = isTerminal
    self.deliver = deliver
    header = ShimMessage.outputHeader(stream)
    capacity = isTerminal ? Int.max : Self.enlarge(descriptor)
    retry = RetryTimer(reactor)
    source = try EventSource(descriptor, reactor)
    try source?.watch(.read, self)
  }

  /// Whether the end has been seen.
  var hasEnded: Bool { source == nil }

  func ready(_ readiness: Readiness) throws(SystemError) {
    switch try readChunk() {
    case .data, .nothing: break
    case .end where isTerminal: try waitForTerminal()
    case .end: try close()
    }
  }

  /// Stops or goes on reading, so that the process is held back by its full pipe.
  func setPaused(_ paused: Bool) throws(SystemError) {
    guard paused != isPaused else { return }
    isPaused = paused
    if paused { try source?.ignore() } else { try source?.watch(.read, self) }
  }

  /// Reads what the ended process left and closes, paused or not. A pipe that somebody else holds open (a process
  /// that left the container's pid namespace out) gives up what it held by now and no more.
  func finish() throws(SystemError) {
    var left = capacity
    reading: while left > 0 {
      switch try readChunk() {
      case .data(let count): left -= count
      // A terminal answers EAGAIN only after what was on its way has been flushed (drivers/tty/n_tty.c, n_tty_read).
      case .nothing, .end: break reading
      }
    }
    try close()
  }

  private enum Chunk {
    case data(Int)
    case nothing
    case end
  }

  private func readChunk() throws(SystemError) -> Chunk {
    guard let source else { return .end }
    var record = header
    record.reserveCapacity(header.count + Self.chunk)
    do throws(SystemError) {
      let count = try source.descriptor.read(into: &record, limit: Self.chunk)
      guard count > 0 else { return .end }
      try deliver(stream, record)
      return .data(count)
    } catch {
      switch error.code {
      case ErrorCode.again: return .nothing
      case ErrorCode.inputOutput where isTerminal: return .end
      default: throw error
      }
    }
  }

  private func waitForTerminal() throws(SystemError) {
    try source?.ignore()
    try retry.arm(after: Self.terminalRetry) { [weak self] () throws(SystemError) in
      guard let self, !self.isPaused else { return }
      try self.source?.watch(.read, self)
    }
  }

  private func close() throws(SystemError) {
    try retry.cancel()
    try source?.ignore()
    source = nil
  }

  /// A larger pipe means fewer turns between writer and shim; the default is good enough where it is not granted.
  private static func enlarge(_ pipe: borrowing OwnedDescriptor) -> Int {
    do throws(SystemError) { return try setPipeCapacity(pipe, bytes: 256 * 1024) } catch { return 1 << 20 }
  }
}
