internal import LinuxSystem

/// A timer that is made when it is first needed; most containers never do.
final class RetryTimer: EventHandler {
  private let reactor: Reactor
  private var timer: Timer?
  private var source: EventSource?
  private var due: (() throws(SystemError) -> Void)?

  init(_ reactor: Reactor) { self.reactor = reactor }

  /// Has `due` called once, `duration` from now, instead of what was to be called before.
  func arm(
    after duration: Duration, _ due: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) {
    if source == nil {
      let timer = try Timer()
      source = try EventSource(try timer.descriptor.duplicate(), reactor)
      self.timer = consume timer
    }
    self.due = due
    try source?.watch(.read, self)
    switch timer {
    case .some(let timer): try timer.arm(after: duration)
    case .none: break
    }
  }

  /// Has nothing called any more.
  func cancel() throws(SystemError) {
    due = nil
    try source?.ignore()
    source = nil
    timer = nil
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    let due = due
    try cancel()
    try due?()
  }
}
