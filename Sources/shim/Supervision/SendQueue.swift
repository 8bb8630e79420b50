internal import LinuxSystem

/// The records that wait for one peer, and by how many it is behind: one queue for each, so that nobody waits for another.
struct SendQueue {
  /// What a peer took.
  struct Progress {
    /// Whether it took any record.
    let hasTaken: Bool
    /// Whether it was behind, or nearly, and is not any more.
    let hasCaughtUp: Bool
  }

  /// Above this a peer is behind (spec/shim-protocol.md: 1 MiB).
  private static let high = 1 << 20
  /// Below this it has caught up.
  private static let low = 256 * 1024
  /// What a queued record takes beside its bytes; without it a queue of tiny records would be far larger than it says.
  private static let overhead = 64

  private var records: [[UInt8]] = []
  private var bytes = 0

  /// Whether nothing waits.
  var isEmpty: Bool { records.isEmpty }

  /// Whether more waits than may.
  var isBehind: Bool { bytes > Self.high }

  /// Lets a record wait behind the others.
  mutating func append(_ record: [UInt8]) {
    records.append(record)
    bytes += record.count + Self.overhead
  }

  /// What waits goes nowhere.
  mutating func clear() {
    records = []
    bytes = 0
  }

  /// Sends what a socket takes now.
  /// - Throws: `SystemError` when nobody is there to read; then nothing waits any more.
  mutating func flush(to socket: borrowing OwnedDescriptor) throws(SystemError) -> Progress {
    let wasBehind = bytes > Self.low
    var sent = 0
    do throws(SystemError) {
      for record in records {
        try sendRecord(socket, record)
        sent += 1
        bytes -= record.count + Self.overhead
      }
    } catch {
      guard error.code == ErrorCode.again else {
        clear()
        throw error
      }
    }
    records.removeFirst(sent)
    return Progress(hasTaken: sent > 0, hasCaughtUp: wasBehind && bytes <= Self.low)
  }
}
