internal import LinuxSystem

/// Collects the shim's children: those it started and, as a subreaper, those that the runtime left behind.
final class Reaper: EventHandler {
  private let signals: SignalWatch
  private var source: EventSource?
  private var claims: [Int32: (ExitStatus) throws(SystemError) -> Void] = [:]
  /// Children that ended before anybody could know their pid: a container's init may be over before the runtime that
  /// made it has told us who it was. Kept only while such news may come.
  private var unclaimed: [Int32: ExitStatus] = [:]
  private var birthsUnderWay = 0
  /// Called after children were reaped.
  var reaped: (() throws(SystemError) -> Void)?

  /// Blocks SIGCHLD, so that it arrives as an event.
  init(_ reactor: Reactor) throws(SystemError) {
    signals = try SignalWatch([Signal.child])
    source = try EventSource(try signals.descriptor.duplicate(), reactor)
    try source?.watch(.read, self)
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    while try signals.next() != nil {}
    try reapAll()
  }

  /// Reaps every child that has ended by now and tells those who claimed them.
  func reapAll() throws(SystemError) {
    var some = false
    while let child = try reapAnyChild() {
      some = true
      if let claim = claims.removeValue(forKey: child.pid) {
        try claim(child.status)
      } else if birthsUnderWay > 0 {
        unclaimed[child.pid] = child.status
      }
    }
    if some { try reaped?() }
  }

  /// Has `ended` told when the child ends.
  /// - Returns: its status when it has been reaped already; `ended` is then not called.
  func claim(_ pid: Int32, _ ended: @escaping (ExitStatus) throws(SystemError) -> Void) -> ExitStatus? {
    if let status = unclaimed.removeValue(forKey: pid) { return status }
    claims[pid] = ended
    return nil
  }

  /// Forgets a claim: the process was not our child.
  func disclaim(_ pid: Int32) { claims[pid] = nil }

  /// A runtime has been started that will name a process of ours; call `birthEnded` when the process is claimed.
  func birthBegan() { birthsUnderWay += 1 }

  /// See `birthBegan`.
  func birthEnded() {
    birthsUnderWay -= 1
    if birthsUnderWay == 0 { unclaimed = [:] }
  }
}
