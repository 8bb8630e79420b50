/// How long a container that ended waits until it is started again: docker's back-off (moby,
/// daemon/internal/restartmanager).
struct RestartPause: Sendable, Equatable {
  private static let first = 100
  private static let longest = 60_000
  /// What ran so long was well; its next end is a new beginning.
  private static let longRunSeconds = 10.0

  private var milliseconds = 0

  /// The pause after a run of `seconds`: 100 ms, doubled from one to the next up to a minute.
  mutating func next(afterRunOf seconds: Double) -> Duration {
    if seconds >= Self.longRunSeconds { milliseconds = 0 }
    milliseconds = milliseconds == 0 ? Self.first : min(milliseconds * 2, Self.longest)
    return .milliseconds(milliseconds)
  }
}
