internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Store

extension ContainerEngine {
  /// Takes a container that does not run off its networks, by what was written down when it joined them: its row may be
  /// gone. One that is on none costs a look.
  /// - Parameter isTold: whether it was told that it joined them.
  func leaveNetworks(_ id: String, isTold: Bool = true) throws(EngineError) {
    try leaveNetworks(id, isTold: isTold) { () throws(EngineError) in
      try attempt { () throws(StoreError) in try store.releaseEndpoints(ofContainer: id) }
    }
  }

  /// The same for one that is removed, and removes its row: in it are its addresses and ports, which others may not have
  /// before they are gone from the host.
  func leaveNetworksForGood(_ record: ContainerRecord, withVolumes: Bool) throws(EngineError) {
    let isOnSome = try leaveNetworks(record.id, isTold: true) { () throws(EngineError) in
      try forget(record, withVolumes: withVolumes)
    }
    if !isOnSome { try forget(record, withVolumes: withVolumes) }
  }

  /// - Parameter release: makes the addresses and ports free for others, before neighbours are told.
  /// - Returns: whether it was on networks; else nothing was done.
  @discardableResult
  private func leaveNetworks(
    _ id: String, isTold: Bool, release: () throws(EngineError) -> Void
  ) throws(EngineError) -> Bool {
    let journal = NetworkPaths(state: paths.networks)
    // Of a record that somebody has removed the namespace is left.
    guard fileExists(journal.container(id)) || fileExists(journal.namespace(id)) else { return false }
    let bridges = Set(try journalRecord(of: id)?.endpoints.map(\.network.bridge) ?? [])
    try noteTelling(id, bridges)
    try callNetwork("detach", DetachRequest(state: paths.networks, container: id).document)
    if isTold {
      for network in try attempt({ () throws(StoreError) in try store.networks() })
      where bridges.contains(network.bridge) {
        record(.network("disconnect", network, container: id))
      }
    }
    try release()
    try announceNames(onBridges: bridges)
    try forgetTelling(id)
    return true
  }
}
