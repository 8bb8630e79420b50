package import LinuxSystem

/// What is wanted of a container's log.
package struct LogQuery: Sendable, Equatable {
  /// Only so many entries at the end of what is there; nil is all.
  package var tail: Int?
  /// Whether to go on until the container is over.
  package var follow = false
  /// Nothing older.
  package var since: Timestamp?
  /// Nothing younger.
  package var until: Timestamp?

  /// Asks for all that is there.
  package init() {}

  /// What to do with an entry.
  enum Verdict {
    case show, skip, stop
  }

  /// Whether an entry lies in the wanted time.
  func verdict(_ entry: LogEntry) -> Verdict {
    guard since != nil || until != nil, let time = entry.time else { return .show }
    if let until, time > until { return .stop }
    if let since, time < since { return .skip }
    return .show
  }

  /// Whether what comes from now on is too young.
  var isPast: Bool { until.map { Timestamp.now() > $0 } ?? false }
}

/// What reading a log yields.
package enum LogNews: Sendable {
  /// The next entry.
  case entry(LogEntry)
  /// Between what came before and what comes there were files that were dropped before they could be read.
  case gap
  /// There is nothing more just now; what was held back should be shown.
  case pause
}
