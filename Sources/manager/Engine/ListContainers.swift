internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// The containers, newest first.
  ///
  /// One pass, in which each is looked at once: what is not shown is not read any further, and there are hundreds.
  /// - Parameters:
  ///   - all: those that do not run too.
  ///   - latest: only the newest, whatever it does.
  package func list(all: Bool, latest: Bool = false) throws(EngineError) -> [ContainerState] {
    let records = try attempt { () throws(StoreError) in try store.containers() }
    var states: [ContainerState] = []
    for record in latest ? Array(records.prefix(1)) : records {
      var facts = try observe(record.id, startedAt: record.startedAt, withPID: false)
      // One that has begun and neither runs nor has ended for good may have lost its shim.
      if !facts.shimIsAlive, facts.exit?.restarting ?? true, record.startedAt != nil, try adoptIfLost(record)
      {
        guard let record = try recordIfThere(record.id) else { continue }
        facts = try observe(record.id, startedAt: record.startedAt, withPID: false)
      }
      guard all || latest || ContainerStatus(facts).isRunning else { continue }
      states.append(try state(of: record, facts, brief: SettingsBrief(json: record.settings)))
    }
    return states
  }

  /// The record as it is now; nil when it has been removed.
  private func recordIfThere(_ id: String) throws(EngineError) -> ContainerRecord? {
    do throws(StoreError) { return try store.findContainer(id) } catch {
      if case .noSuchContainer = error { return nil }
      throw EngineError(error)
    }
  }
}
