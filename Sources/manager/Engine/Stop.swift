internal import LinuxSystem
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Asks a container to end, and ends it when it does not.
  ///
  /// One that does not run is left as it is, which is no failure (docker's stop).
  /// - Parameters:
  ///   - timeoutSeconds: between the asking and SIGKILL; negative waits for ever, nil is the container's own.
  ///   - signal: the number to ask with; nil is the container's own.
  package func stop(
    _ reference: String, timeoutSeconds: Int? = nil, signal: Int32? = nil
  ) throws(EngineError) {
    let record = try find(reference)
    let settings = try settings(of: record)
    try noteStop(record)
    let patience = StopPatience(settings, timeoutSeconds: timeoutSeconds, signal: signal)
    if let watch = try watch(record) {
      try stop(watch, patience)
      self.record("stop", record, settings)
    } else {
      try deleteOrphan(record.id, runtime: settings.runtime)
    }
    // Done here and not left to the shim, so that nothing is mounted when the command returns.
    try cleanUp(record.id)
  }

  private func stop(_ watch: borrowing ContainerWatch, _ patience: StopPatience) throws(EngineError) {
    if try watch.deliver(.stop(patience.signal)) != nil { return }
    recordSignal(patience.signal, watch.container)
    try thawIfFrozen(watch.container)
    if try watch.waitForEnd(limit: patience.limit) == nil { try end(watch) }
  }

  /// Stops a container, as `stop` does, and starts it again.
  ///
  /// Its lock is held from before the stop until it runs again: whoever sees the end and would clean up, or remove it
  /// (`--rm`), then finds it running.
  package func restart(
    _ reference: String, timeoutSeconds: Int? = nil, signal: Int32? = nil
  ) throws(EngineError) {
    let lock = try lockContainer(try find(reference).id)
    let record = try find(reference)
    let settings = try settings(of: record)
    if let watch = try watchNow(record) {
      try stop(watch, StopPatience(settings, timeoutSeconds: timeoutSeconds, signal: signal))
      self.record("stop", record, settings)
    }
    _ = try launchAgain(record, settings, windowSize: nil)
    self.record("restart", record, settings)
    _ = consume lock
  }

  /// Remembers that the user wants the container to be stopped, until it is started again. Before it is asked, so that
  /// a power cut in between cannot make it start at the next boot.
  private func noteStop(_ record: ContainerRecord) throws(EngineError) {
    try attempt { () throws(StoreError) in try store.setStopped(record.id) }
  }

  /// Sends a signal to a container's init.
  ///
  /// SIGKILL and the container's own stop signal say that it should end, so that no restart follows; any other does
  /// not (docker takes every signal for that unless the image names a stop signal).
  ///
  /// After SIGKILL it waits for the end, as docker does, so that the container is stopped when the command returns.
  /// - Throws: `.conflict` when it does not run.
  package func kill(_ reference: String, signal: Int32) throws(EngineError) {
    let record = try find(reference)
    let settings = try settings(of: record)
    guard let watch = try watch(record) else {
      guard hasOrphan(record.id) else {
        throw EngineError(
          .conflict, "cannot kill container: \(reference): container \(record.id) is not running")
      }
      return try signalOrphan(record, settings, signal: signal)
    }
    let isStop = signal == Signal.kill || signal == Signal.number(settings.stopSignal)
    if isStop { try noteStop(record) }
    let exit = try watch.deliver(isStop ? .stop(signal) : .signal(signal))
    if exit == nil {
      recordSignal(signal, record)
      try thawIfFrozen(record)
    }
    guard signal == Signal.kill || exit != nil else { return }
    if exit == nil { try awaitKilled(watch) }
    try cleanUp(record.id)
  }

  /// SIGKILL, and the end.
  func end(_ watch: borrowing ContainerWatch) throws(EngineError) {
    if try watch.signal(Signal.kill) != nil { return }
    recordSignal(Signal.kill, watch.container)
    try thawIfFrozen(watch.container)
    try awaitKilled(watch)
  }

  /// Ten seconds after SIGKILL are a process that the kernel cannot end.
  private func awaitKilled(_ watch: borrowing ContainerWatch) throws(EngineError) {
    guard try watch.waitForEnd(limit: .seconds(10)) == nil else { return }
    throw EngineError(
      .failed, "container \(watch.container.shortID) does not end: SIGKILL was sent 10 seconds ago")
  }

  private func recordSignal(_ number: Int32, _ record: ContainerRecord) {
    self.record("kill", record, nil, [Event.Attribute("signal", "\(number)")])
  }

  /// `"/web"`, as docker's messages name a container.
  func quotedName(_ record: ContainerRecord) -> String { "\"/\(record.name)\"" }
}

/// What a container is asked to end with, and for how long.
struct StopPatience {
  let signal: Int32
  /// nil waits for ever.
  let limit: Duration?

  init(_ settings: ContainerSettings, timeoutSeconds: Int?, signal: Int32?) {
    self.signal = signal ?? Signal.number(settings.stopSignal) ?? Signal.terminate
    let seconds = timeoutSeconds ?? settings.stopTimeoutSeconds ?? 10
    limit = seconds < 0 ? nil : .seconds(seconds)
  }
}
