internal import LinuxSystem
internal import ShimProtocol
internal import Store

// What the machine's coming up and going down mean to containers: packaging/systemd/apus.service.

extension ContainerEngine {
  /// Starts every container that should run after the machine came up: policy `always`, or `unless-stopped` and not
  /// stopped by the user. One that ran when the machine went down has left no record of its end, or that of
  /// `shutDown`; neither is the user's will. The oldest first, since what was made later may need it. What was to be
  /// removed at its end (`--rm`) has ended, and is.
  /// - Parameter failed: is told of each that cannot be started, by its name; the others are started all the same.
  package func boot(failed: (String, EngineError) -> Void) throws(EngineError) {
    let records = try attempt { () throws(StoreError) in try store.containers() }
    for record in records.reversed() {
      do throws(EngineError) {
        guard !record.autoRemove else {
          try cleanUp(record.id)
          continue
        }
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
    // Asked in one sweep, then waited for in the order in which their patience ends: nobody's SIGKILL comes late.
    var asked: [AskedContainer] = []
    for record in records {
      do throws(EngineError) {
        let patience = StopPatience(try settings(of: record), timeoutSeconds: timeoutSeconds, signal: nil)
        guard let watch = try watch(record) else { continue }
        try watch.send(.stop(patience.signal))
        try thawIfFrozen(record)
        asked.append(AskedContainer(watch, patience))
      } catch { failed(record.name, error) }
    }
    for container in asked.sorted(by: { $0.deadlineSeconds < $1.deadlineSeconds }) {
      let record = container.watch.container
      do throws(EngineError) {
        if try container.watch.waitForEnd(limit: container.timeLeft) == nil { try end(container.watch) }
        try cleanUp(record.id)
      } catch { failed(record.name, error) }
    }
  }
}

/// A container that was asked to end; its connection stays open, since a shim forgets what nobody waits for.
private final class AskedContainer {
  let watch: ContainerWatch
  /// On the monotonic clock; infinite without a limit.
  let deadlineSeconds: Double

  init(_ watch: consuming ContainerWatch, _ patience: StopPatience) {
    self.watch = watch
    deadlineSeconds = patience.limit.map { monotonicSeconds() + Double($0.components.seconds) } ?? .infinity
  }

  /// nil is without a limit.
  var timeLeft: Duration? {
    deadlineSeconds == .infinity
      ? nil : .milliseconds(Int64(max(0, deadlineSeconds - monotonicSeconds()) * 1000))
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
