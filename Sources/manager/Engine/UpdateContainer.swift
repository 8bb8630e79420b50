internal import LinuxSystem
internal import Options
package import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Gives a container another restart policy, also while it runs: then it counts from its next end on.
  /// - Throws: `.conflict` for a container that is removed at its end, or that writes where only its first run could.
  package func update(_ reference: String, restart policy: RestartPolicy) throws(EngineError) {
    let lock = try lockContainer(try find(reference).id)
    let record = try find(reference)
    var settings = try settings(of: record)
    guard !settings.autoRemove || policy == .no else {
      throw EngineError(
        .conflict,
        "cannot update container \(record.id): Restart policy cannot be updated because AutoRemove is enabled "
          + "for the container")
    }
    guard settings.logDriver != .passthrough || policy == .no else {
      throw EngineError(.conflict, "--log-driver passthrough and --restart exclude each other")
    }
    settings.restart = policy
    let json = settings.json
    try attempt { () throws(StoreError) in try store.setSettings(record.id, json) }
    // No start can come in between, by the lock; one that ends in between needs no policy any more.
    if let watch = try watchNow(record) { _ = try watch.deliver(.policy(policy)) }
    self.record("update", record, settings)
    _ = consume lock
  }
}
