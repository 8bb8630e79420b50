internal import LinuxSystem
internal import NetworkProtocol
internal import Store

extension ContainerEngine {
  /// Removes what commands left that were killed between making something on the host and recording it, or the other way
  /// round.
  func sweepNetworks(_ known: Set<String>, _ removed: (String) -> Void) throws(EngineError) {
    let journal = NetworkPaths(state: paths.networks)
    try finishMoves(known)
    try finishTelling(known)
    for id in try names(in: journal.containers) {
      if known.contains(id) {
        guard let lock = try freeLock(paths.containerDirectory(id)) else { continue }
        let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
        // Lost its shim, and may live: its namespace is in use.
        let state = try status(of: record)
        if !state.isRunning, state != .exited(code: nil, at: nil) || !hasOrphan(id),
          try !isInterrupted(record)
        {
          sweepRecord(id, journal, removed)
        }
        _ = consume lock
      } else if !fileExists(paths.containerDirectory(id)) {
        sweepRecord(id, journal, removed)
      }
    }
    try releaseAbandoned(known, journal)
    try sweepLinks()
    let bridges = try names(in: journal.bridges)
    guard !bridges.isEmpty else { return }
    let recorded = try attempt { () throws(StoreError) in try store.networks() }.map(\.bridge)
    for bridge in bridges where !recorded.contains(bridge) {
      let isDone = settle(journal.bridge(bridge)) { () throws(EngineError) in try removeBridge(bridge) }
      if isDone { removed("networks/bridges/\(bridge)") }
    }
  }

  private func sweepRecord(_ id: String, _ journal: NetworkPaths, _ removed: (String) -> Void) {
    let isDone = settle(journal.container(id)) { () throws(EngineError) in try leaveNetworks(id) }
    if isDone { removed("networks/containers/\(id)") }
  }

  /// Takes a bridge away that no network has.
  func removeBridge(_ bridge: String) throws(EngineError) {
    try callNetwork("remove", RemoveNetworkRequest(state: paths.networks, bridge: bridge).document)
  }

  /// Addresses of a start that was killed before anything was made, or of before the machine went down.
  private func releaseAbandoned(_ known: Set<String>, _ journal: NetworkPaths) throws(EngineError) {
    for id in try attempt({ () throws(StoreError) in try store.containersHoldingEndpoints() })
    where !fileExists(journal.container(id)) {
      guard known.contains(id), let lock = try freeLock(paths.containerDirectory(id)) else { continue }
      let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
      if try !status(of: record).isRunning, !fileExists(journal.container(id)) {
        let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
        let bridges = Set(endpoints.map(\.1.bridge))
        try noteTelling(id, bridges)
        try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: id) }
        try announceNames(onBridges: bridges)
        try forgetTelling(id)
      }
      _ = consume lock
    }
  }

  private func names(in directory: String) throws(EngineError) -> [String] {
    guard fileExists(directory) else { return [] }
    return try attempt("sweep") { () throws(SystemError) in try listDirectory(directory) }
      // What is being written has a dot before it.
      .filter { !$0.hasPrefix(".") }
  }
}
