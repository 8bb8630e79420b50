internal import LinuxSystem
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Reads a container's log from its beginning.
  ///
  /// - Parameters:
  ///   - tail: only so many lines at the end of what is there; nil is all.
  ///   - follow: goes on until the container has ended, to the last line.
  ///   - deliver: gets each entry in order; false ends the reading.
  package func logs(
    _ reference: String, tail: Int? = nil, follow: Bool = false, deliver: (LogEntry) -> Bool
  ) throws(EngineError) {
    let record = try find(reference)
    // Watched before the first read: what is written between the two is in the file or announced.
    let watch = follow ? try watch(record, streams: [.output, .error]) : nil
    var file = try LogFile(paths.log(record.id))
    var entries: [LogEntry] = []
    while let entry = try file.next() {
      if let tail {
        entries.append(entry)
        // Cut in halves: one removal for many lines, however long the tail is.
        if entries.count > 2 * tail { entries.removeFirst(entries.count - tail) }
      } else if !deliver(entry) {
        return
      }
    }
    for entry in entries.suffix(tail ?? 0) where !deliver(entry) { return }
    guard let watch = consume watch else { return }
    try self.follow(&file, record, watch, deliver)
  }

  /// The shim's messages only say that there may be more to read; the file is the log. A reader so slow that the shim
  /// lets it go, or a shim that was killed, is answered by looking again.
  private func follow(
    _ file: inout LogFile, _ record: ContainerRecord, _ first: consuming ContainerWatch,
    _ deliver: (LogEntry) -> Bool
  ) throws(EngineError) {
    var watch: ContainerWatch? = consume first
    while let current = watch.take() {
      var ended = false
      do throws(EngineError) {
        if case .exited = try current.next(until: monotonicSeconds() + 0.25) { ended = true }
        watch = consume current
      } catch { watch = try self.watch(record, streams: [.output, .error]) }
      // After the end was told: the log is complete by then (spec/shim-protocol.md, Messages).
      while let entry = try file.next() {
        if !deliver(entry) { return }
      }
      if ended { return }
    }
  }
}
