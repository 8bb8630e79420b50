internal import LinuxSystem

/// Tells at once that the kernel has run out of memory for a container, not only when the container ends.
///
/// What cannot be watched is told at the end, by the count (`MemoryEvents.hasKilled`).
final class MemoryWatch: EventHandler {
  private let source: EventSource
  /// v1: the file whose disappearance raises the event too; nil: v2's file, which `source` is.
  private let control: String?
  private var kills: Int
  private let happened: () -> Void
  /// Whether anything has been told.
  private(set) var hasTold = false

  /// Begins to watch.
  /// - Parameter happened: called each time.
  /// - Returns: nil where no file counts.
  init?(_ events: MemoryEvents, _ reactor: Reactor, _ happened: @escaping () -> Void) throws(SystemError) {
    guard let file = events.countedFile else { return nil }
    self.happened = happened
    if file.hasSuffix("memory.oom_control") {
      // cgroup-v1/memory.rst, OOM Control: an eventfd, told of by one line.
      let event = try makeEventDescriptor()
      let oomControl = try openFile(file, .readOnly)
      try writeExistingFile(
        splitPath(file).directory + "/cgroup.event_control", "\(event.raw) \(oomControl.raw)")
      source = try EventSource(event, reactor)
      (control, kills) = (file, 0)
      try source.watch(.read, self)
    } else {
      // cgroup-v2.rst, memory.events: a change of the file is an exceptional condition on it.
      source = try EventSource(try openFile(file, .readOnly), reactor)
      (control, kills) = (nil, 0)
      kills = try countedKills()
      try source.watch(.priority, self)
    }
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    do throws(SystemError) {
      guard try takeEvent() else { return }
    } catch {
      // The cgroup is gone.
      return try stop()
    }
    hasTold = true
    happened()
  }

  /// Whether memory ran out since the last time; v2's file changes for other reasons too.
  private func takeEvent() throws(SystemError) -> Bool {
    if let control {
      _ = try source.descriptor.readChunk(limit: 8)
      guard fileExists(control) else { throw SystemError("read", code: ErrorCode.noEntry, subject: control) }
      return true
    }
    let before = kills
    kills = try countedKills()
    return kills > before
  }

  private func countedKills() throws(SystemError) -> Int {
    try rewind(source.descriptor)
    return MemoryEvents.kills(
      text: String(decoding: try source.descriptor.readChunk(limit: 4096), as: UTF8.self))
  }

  /// Ends the watch.
  func stop() throws(SystemError) { try source.ignore() }
}
