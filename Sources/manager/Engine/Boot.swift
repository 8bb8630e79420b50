internal import LinuxSystem
internal import ShimProtocol
internal import Store

// What the machine's coming up and going down mean to containers: packaging/systemd/apus.service.

extension ContainerEngine {
  /// Starts every container that should run after the machine came up: policy `always`, or `unless-stopped` and not
  /// stopped by the user. One that ran when the machine went down has left no record of its end, or that of
  /// `shutDown`; neither is the user's will. The oldest first, since what was made later may need it.
  /// - Parameter failed: is told of each that cannot be started, by its name; the others are started all the same.
  package func boot(failed: (String, EngineError) -> Void) throws(EngineError) {
    let records = try attempt { () throws(StoreError) in try store.containers() }
    for record in records.reversed() {
      do throws(EngineError) {
        guard try settings(of: record).restart.startsAtBoot(stoppedByUser: record.stoppedByUser) else {
          continue
        }
        _ = try start(record.id)
      } catch { failed(record.name, error) }
    }
  }

  /// Stops every container that runs, all at once, without taking that for the user's will: the next boot starts
  /// again what should run.
  /// - Parameters:
  ///   - timeoutSeconds: between the asking and SIGKILL; nil is each container's own.
  ///   - failed: is told of each that does not end, by its name.
  package func shutDown(
    timeoutSeconds: Int? = nil, failed: (String, EngineError) -> Void
  ) throws(EngineError) {
    let records = try attempt { () throws(StoreError) in try store.containers() }
    let now = monotonicSeconds()
    // Asked in one sweep, then waited for in the order in which their patience ends: nobody's SIGKILL comes late.
    var asked: [(record: ContainerRecord, deadline: Double)] = []
    for record in records {
      do throws(EngineError) {
        let patience = StopPatience(try settings(of: record), timeoutSeconds: timeoutSeconds, signal: nil)
        guard let watch = try watch(record) else { continue }
        try watch.send(.stop(patience.signal))
        asked.append((record, patience.limit.map { now + Double($0.components.seconds) } ?? .infinity))
      } catch { failed(record.name, error) }
    }
    for (record, deadline) in asked.sorted(by: { $0.deadline < $1.deadline }) {
      do throws(EngineError) { try awaitEnd(of: record, until: deadline) } catch {
        failed(record.name, error)
      }
    }
  }

  /// On a connection of its own: who looks only when its turn comes would not read what waits for it.
  private func awaitEnd(of record: ContainerRecord, until deadline: Double) throws(EngineError) {
    if let watch = try watch(record) {
      let limit: Duration? =
        deadline == .infinity ? nil : .milliseconds(Int64(max(0, deadline - monotonicSeconds()) * 1000))
      if try watch.waitForEnd(limit: limit) == nil { try end(watch) }
    }
    try cleanUp(record.id)
  }
}

extension RestartPolicy {
  /// Whether a container that does not run is started when the machine has come up.
  func startsAtBoot(stoppedByUser: Bool) -> Bool {
    switch self {
    case .always: true
    case .unlessStopped: !stoppedByUser
    case .no, .onFailure: false
    }
  }
}
