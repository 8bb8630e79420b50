internal import Images
internal import LinuxSystem
package import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Ends what a container's run needed: unmounts, records the end, and removes it when that was asked for (`--rm`).
  ///
  /// Called by whoever saw the end, by the shim's exit command and by the sweep; all of them may, in any order. A
  /// container that runs (again) is left alone, and one that is gone is no failure.
  package func cleanUp(_ id: String) throws(EngineError) {
    let lock: DirectoryLock
    do throws(EngineError) { lock = try lockContainer(id) } catch {
      if error.kind == .notFound { return }
      throw error
    }
    let record: ContainerRecord
    do throws(EngineError) { record = try find(id) } catch {
      // Without a row it is litter, and the sweep's.
      if error.kind == .notFound { return }
      throw error
    }
    try cleanUp(record)
    _ = consume lock
  }

  /// The same for one whose lock the caller holds.
  func cleanUp(_ record: ContainerRecord) throws(EngineError) {
    guard try !status(of: record).isRunning else { return }
    let id = record.id
    try attempt { () throws(ImageError) in try Overlay.unmount(paths.rootFileSystem(id)) }
    if record.autoRemove { return try removeEntirely(id) }
    let exit = try attempt("read exit record") { () throws(SystemError) in try exitRecord(of: id) }
    if let exit, record.startedAt != nil {
      try attempt { () throws(StoreError) in
        try store.setFinished(id, at: exit.finishedAt, exitCode: exit.exitCode)
      }
    }
    try attempt("clean up") { () throws(SystemError) in try removeTree(paths.shimDirectory(id)) }
  }

  /// Removes what there is of a container that does not run; the caller holds its lock. The row first: from then on
  /// the container does not exist, and what a crash leaves of it is litter.
  func removeEntirely(_ id: String) throws(EngineError) {
    _ = try attempt { () throws(StoreError) in try store.deleteContainer(id) }
    try removeLitter(id)
  }

  /// Removes a container's directories.
  func removeLitter(_ id: String) throws(EngineError) {
    try attempt { () throws(ImageError) in try Overlay.unmount(paths.rootFileSystem(id)) }
    try attempt("remove container") { () throws(SystemError) in
      try removeTree(paths.shimDirectory(id))
      try removeTree(paths.containerDirectory(id))
    }
  }

  /// Ends a foreground run: cleans up here, so that nothing is left when the command returns, and tells the shim that
  /// no exit command is needed.
  package func finish(_ id: String, _ connection: borrowing ShimConnection) throws(EngineError) {
    try cleanUp(id)
    send(.cleaned, connection)
  }
}
