internal import Engine
internal import LinuxSystem
internal import ShimProtocol

/// Prints a log's entries, each to the stream that it came from, many with one call where they come fast.
final class LogPrinter {
  private static let most = 64 << 10

  private let timestamps: Bool
  private let details: Bool
  private var pending: [UInt8] = []
  private var stream = StandardDescriptor.output
  /// Why nothing more is printed; nil while all is well.
  private(set) var failure: SystemError?

  /// - Parameters:
  ///   - timestamps: whether each entry's time stands before it.
  ///   - details: whether its attributes do.
  init(timestamps: Bool, details: Bool) { (self.timestamps, self.details) = (timestamps, details) }

  /// Takes what comes next.
  /// - Returns: whether more is wanted.
  func take(_ news: LogNews) -> Bool {
    switch news {
    case .pause: flush()
    case .gap:
      flush()
      StandardDescriptor.error.print(
        "WARNING: the log was rotated faster than it was read: lines are missing here\n")
    case .entry(let entry):
      let stream: StandardDescriptor = entry.stream == .output ? .output : .error
      if stream != self.stream || pending.count > Self.most { flush() }
      self.stream = stream
      if timestamps { pending += Array("\(entry.writtenTime) ".utf8) }
      if details { pending += Array("\(LogDetails.text(entry.attributes)) ".utf8) }
      pending += entry.text
    }
    return failure == nil
  }

  /// Prints what has been held back.
  func flush() {
    guard !pending.isEmpty, failure == nil else { return }
    do throws(SystemError) { try stream.writeAll(pending) } catch { failure = error }
    pending.removeAll(keepingCapacity: true)
  }
}
