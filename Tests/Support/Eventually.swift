import LinuxSystem

/// A moment on the monotonic clock after which waiting ends.
package struct Deadline: Sendable {
  private let seconds: Double

  /// How many times longer everything may take than on a machine at hand: `APUS_TEST_PATIENCE`, else 1. An emulated
  /// machine on a busy one is an order slower, and a test that fails there for that says nothing.
  private static let patience = Environment.value("APUS_TEST_PATIENCE").flatMap { Double($0) } ?? 1

  /// The moment `duration` from now, or later where patience was asked for.
  package init(in duration: Duration) {
    let parts = duration.components
    seconds = monotonicSeconds() + Self.patience * (Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
  }

  /// Whether it lies behind.
  package var hasPassed: Bool { monotonicSeconds() >= seconds }

  /// What is left, for epoll_wait; 0 when it lies behind.
  var milliseconds: Int32 { Int32(max(0, min((seconds - monotonicSeconds()) * 1000, 1e6)).rounded(.up)) }
}

/// Asks again and again, every 5 ms, until `condition` answers with a value. The tests' only way of waiting for
/// what sends no event.
/// - Throws: `TestFailure` naming `what` when the time is over; whatever `condition` throws.
@discardableResult
package func eventually<Value>(
  _ what: String, within duration: Duration = .seconds(10), _ condition: () throws -> Value?
) throws -> Value {
  let deadline = Deadline(in: duration)
  while true {
    if let value = try condition() { return value }
    if deadline.hasPassed { throw TestFailure("waited \(duration) in vain: \(what)") }
    sleep(milliseconds: 5)
  }
}

/// Asks again and again, every 5 ms, until `condition` is true.
/// - Throws: `TestFailure` naming `what` when the time is over; whatever `condition` throws.
package func eventually(
  _ what: String, within duration: Duration = .seconds(10), _ condition: () throws -> Bool
) throws {
  try eventually(what, within: duration) { try condition() ? true : nil }
}
