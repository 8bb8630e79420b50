package import LinuxSystem

/// A length of time in docker's words: `5 minutes`, `About an hour`, `3 weeks` (docker/go-units, HumanDuration).
package struct HumanDuration: Sendable, Equatable, CustomStringConvertible {
  /// Whole seconds, not negative.
  package let seconds: Int64

  /// A length in seconds; a negative one (a clock that was set back) counts as none.
  package init(seconds: Int64) { self.seconds = max(0, seconds) }

  /// The time between two moments.
  package init(from start: Timestamp, to end: Timestamp) {
    var seconds = end.seconds - start.seconds
    if end.nanoseconds < start.nanoseconds { seconds -= 1 }
    self.init(seconds: seconds)
  }

  /// The words.
  package var description: String {
    let minutes = seconds / 60
    // go-units rounds hours to the nearest and lets everything above follow from them.
    let hours = (seconds + 1800) / 3600
    switch true {
    case seconds < 1: return "Less than a second"
    case seconds == 1: return "1 second"
    case seconds < 60: return "\(seconds) seconds"
    case minutes == 1: return "About a minute"
    case minutes < 60: return "\(minutes) minutes"
    case hours == 1: return "About an hour"
    case hours < 48: return "\(hours) hours"
    case hours < 24 * 7 * 2: return "\(hours / 24) days"
    case hours < 24 * 30 * 2: return "\(hours / 24 / 7) weeks"
    case hours < 24 * 365 * 2: return "\(hours / 24 / 30) months"
    default: return "\(hours / 24 / 365) years"
    }
  }
}
