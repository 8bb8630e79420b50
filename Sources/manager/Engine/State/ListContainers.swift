internal import LinuxSystem
internal import ShimProtocol
package import Store

// A list looks at each container once; what it does not show it does not read any further, and there are hundreds.

extension ContainerEngine {
  /// The containers, newest first.
  /// - Parameters:
  ///   - all: those that do not run too.
  ///   - latest: only the newest, whatever it does.
  package func list(all: Bool, latest: Bool = false) throws(EngineError) -> [ContainerState] {
    try look(all: all, latest: latest, inDetail: true) { record, seen throws(EngineError) in
      guard let brief = seen.brief else {
        throw EngineError(.failed, "container \(record.shortID) has no settings")
      }
      return ContainerState(
        record: record, brief: brief, seen.facts, seen.restarts,
        health: try health(of: record.id, brief, seen.facts))
    }
  }

  /// The same containers where nothing but the database's part is asked for: whether one is paused and what its settings
  /// say is not looked at.
  package func listRecords(all: Bool, latest: Bool = false) throws(EngineError) -> [ContainerRecord] {
    try look(all: all, latest: latest, inDetail: false) { record, _ in record }
  }

  private func look<Shown>(
    all: Bool, latest: Bool, inDetail: Bool,
    _ show: (ContainerRecord, StateDirectories.Observation) throws(EngineError) -> Shown
  ) throws(EngineError) -> [Shown] {
    var records = try attempt { () throws(StoreError) in
      latest ? try store.latestContainer().map { [$0] } ?? [] : try store.containers()
    }
    // After the rows: one whose shim is not there yet has not begun.
    let directories = try StateDirectories(self)
    if !all, !latest { try directories.dropThoseAtRest(&records) }
    let observations = try directories.observe(records, inDetail: inDetail)
    var shown: [Shown] = []
    shown.reserveCapacity(records.count)
    for (index, observation) in observations.enumerated() {
      var (record, seen) = (records[index], observation)
      // One that has begun and neither runs nor has ended for good may have lost its shim; or it has begun, or has been
      // removed, since the directories were read.
      if !seen.facts.shimIsAlive, seen.facts.exit?.restarting ?? true, record.startedAt != nil {
        if try adoptIfLost(record) {
          guard let now = try recordIfThere(record.id) else { continue }
          record = now
        }
        seen.facts = try expected(observe(record.id, startedAt: record.startedAt), record)
        seen.restarts = try restarts(of: record.id, seen.facts)
      }
      guard all || latest || ContainerStatus(seen.facts).isRunning else { continue }
      shown.append(try show(record, seen))
    }
    return shown
  }

  /// The record as it is now; nil when it has been removed.
  private func recordIfThere(_ id: String) throws(EngineError) -> ContainerRecord? {
    do throws(StoreError) { return try store.findContainer(id) } catch {
      if case .noSuchContainer = error { return nil }
      throw EngineError(error)
    }
  }
}
