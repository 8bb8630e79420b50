internal import Store

extension ContainerEngine {
  /// The containers, newest first.
  /// - Parameters:
  ///   - all: those that do not run too.
  ///   - latest: only the newest, whatever it does.
  package func list(all: Bool, latest: Bool = false) throws(EngineError) -> [ContainerState] {
    var records = try attempt { () throws(StoreError) in try store.containers() }
    var changed = false
    for record in records where try adoptIfLost(record) { changed = true }
    if changed { records = try attempt { () throws(StoreError) in try store.containers() } }
    var states: [ContainerState] = []
    for record in latest ? Array(records.prefix(1)) : records {
      let state = try state(of: record)
      if all || latest || state.status.isRunning { states.append(state) }
    }
    return states
  }
}
