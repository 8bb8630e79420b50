internal import LinuxSystem
package import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Ends what a container's run needed: unmounts, records the end, and removes it when that was asked for (`--rm`).
  ///
  /// Called by whoever saw the end, by the shim's exit command and by the sweep; all of them may, in any order. A
  /// container that runs (again) is left alone, and one that is gone is no failure.
  package func cleanUp(_ id: String) throws(EngineError) {
    guard let held = try lockToCleanUp(id) else { return }
    try cleanUp(held.record)
    _ = consume held
  }

  /// The same for one whose lock the caller holds.
  func cleanUp(_ record: ContainerRecord) throws(EngineError) {
    guard try !status(of: record).isRunning else { return }
    try awaitDeletion(record.id)
    try cleanUp(record) {}
  }

  /// Ends a run for who launched it: cleans up while the shim has the runtime delete the container, so that nothing
  /// is left when the command returns, and no exit command is needed.
  package func finish(_ id: String, _ connection: borrowing ShimConnection) throws(EngineError) {
    guard let held = try lockToCleanUp(id) else { return send(.cleaned, connection) }
    try finish(held.record, connection)
    _ = consume held
  }

  /// The same for one whose lock the caller holds.
  func finish(_ record: ContainerRecord, _ connection: borrowing ShimConnection) throws(EngineError) {
    // One that runs again, or will, is left alone, and its shim knows better than to wait for us.
    try cleanUp(record) { () throws(EngineError) in
      // Whoever relayed over it may have made it non-blocking.
      try attempt("end container") { () throws(SystemError) in
        try connection.descriptor.setNonBlocking(false)
      }
      send(.cleaned, connection)
      // The shim closes it when the runtime's delete is done and it ends itself.
      while try receive(connection) != nil {}
    }
  }

  /// nil when somebody has removed it.
  private func lockToCleanUp(_ id: String) throws(EngineError) -> LockedContainer? {
    do throws(EngineError) {
      let lock = try lockContainer(id)
      // Without a row it is litter, and the sweep's.
      return LockedContainer(lock: lock, record: try find(id))
    } catch {
      if error.kind == .notFound { return nil }
      throw error
    }
  }

  /// - Parameter awaitShim: called before the run directory is removed, in which the shim works until the runtime's
  ///   delete is done.
  private func cleanUp(
    _ record: ContainerRecord, awaitShim: () throws(EngineError) -> Void
  ) throws(EngineError) {
    guard try !status(of: record).isRunning else { return }
    let id = record.id
    recordUnmounts(record)
    if record.autoRemove {
      // Its ports are in the rules only as long as its row says so.
      try leaveNetworksForGood(record, withVolumes: true)
      return try removeLitter(id, awaitShim: awaitShim)
    }
    if record.usesVolumes { try unmountVolumes(try settings(of: record)) }
    try unmountAll(of: id)
    try leaveNetworks(id)
    let exit = try attempt("read exit record") { () throws(SystemError) in try exitRecord(of: id) }
    if let exit, record.startedAt != nil {
      try attempt { () throws(StoreError) in
        try store.setFinished(id, at: exit.finishedAt, exitCode: exit.exitCode)
      }
    }
    try awaitShim()
    try attempt("clean up") { () throws(SystemError) in try removeTree(paths.shimDirectory(id)) }
  }

  /// Removes what there is of a container that does not run; the caller holds its lock. The row first: from then on
  /// the container does not exist, and what a crash leaves of it is litter.
  func removeEntirely(_ record: ContainerRecord, withVolumes: Bool) throws(EngineError) {
    recordUnmounts(record)
    // It may still be about to write the exit record.
    try awaitDeletion(record.id)
    try leaveNetworksForGood(record, withVolumes: withVolumes)
    try removeLitter(record.id)
  }

  /// Removes a container's directories.
  func removeLitter(_ id: String) throws(EngineError) {
    // First: it may still be about to write the exit record.
    try awaitDeletion(id)
    try removeLitter(id) {}
  }

  private func removeLitter(
    _ id: String, awaitShim: () throws(EngineError) -> Void
  ) throws(EngineError) {
    try unmountAll(of: id)
    try leaveNetworks(id)
    try attempt("remove container") { () throws(SystemError) in try removeTree(paths.containerDirectory(id)) }
    try awaitShim()
    try attempt("remove container") { () throws(SystemError) in try removeTree(paths.shimDirectory(id)) }
  }

  /// Waits until the shim of a container that has ended, or could not be made, has had the runtime delete it: who attaches
  /// is told only then. One that is just being started, by a shim whose manager was killed, is ended.
  ///
  /// Not for its lock: the shim keeps it until its launcher is done, who may be waiting for the lock that we hold.
  func awaitDeletion(_ id: String) throws(EngineError) {
    guard let connection = connectToShim(of: id, saying: .attach([])) else { return }
    while let message = try receive(connection) {
      switch message {
      case .exited, .failed: return
      // Of one that has ended this says nothing.
      case .attached: send(.stop(Signal.kill), connection)
      default: continue
      }
    }
  }
}

/// A container's record, read while its lock was held.
private struct LockedContainer: ~Copyable {
  let lock: DirectoryLock
  let record: ContainerRecord
}
