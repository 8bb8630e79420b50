internal import Images
internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Removes what killed commands left: directories of containers that were never recorded, run directories of
  /// containers that are gone, mounts of containers that do not run (spec/state-layout.md, Nothing half-recorded).
  ///
  /// Every command that makes a container begins with it, and every one that removes or renames what a container could
  /// keep from it: images, volumes, networks, names. Whatever is locked belongs to somebody alive.
  /// - Parameter removed: is told of each thing that went, by its path below its root.
  package func sweep(removed: (String) -> Void = { _ in }) throws(EngineError) {
    let ids = try attempt { () throws(StoreError) in try store.containerIDs() }
    let known = Set(ids)
    for id in try identifiers(in: paths.containers) where !known.contains(id) {
      if try sweepDirectory(id) { removed("containers/\(id)") }
    }
    for id in try identifiers(in: paths.shims) where !known.contains(id) {
      if try sweepRunDirectory(id) { removed("shims/\(id)") }
    }
    try sweepNetworks(known, removed)
    for id in ids where try sweepMount(id) { removed("containers/\(id)/bundle/rootfs") }
  }

  /// What else may lie there (`lost+found`) is none of ours.
  private func identifiers(in directory: String) throws(EngineError) -> [String] {
    let names = try attempt("sweep") { () throws(SystemError) in try listDirectory(directory) }
    return names.filter { $0.utf8.count == 64 && $0.allSatisfy { $0.isHexDigit } }
  }

  /// The lock is taken first and the row looked for again after it: who makes a container holds the lock until its row
  /// is there.
  private func sweepDirectory(_ id: String) throws(EngineError) -> Bool {
    guard let lock = try freeLock(paths.containerDirectory(id)) else { return false }
    var isLitter = false
    do throws(EngineError) { _ = try find(id) } catch {
      guard error.kind == .notFound else { throw error }
      try removeLitter(id)
      isLitter = true
    }
    _ = consume lock
    return isLitter
  }

  private func sweepRunDirectory(_ id: String) throws(EngineError) -> Bool {
    // The container's directory counts, not the row: the row comes later, and goes earlier.
    guard !fileExists(paths.containerDirectory(id)) else { return false }
    let path = paths.shimDirectory(id)
    return try attempt("sweep") { () throws(SystemError) in
      guard try !isLocked(paths.shimLock(id)) else { return false }
      try removeTree(path)
      return true
    }
  }

  /// A start that was killed between mount and shim, or a clean-up that was.
  private func sweepMount(_ id: String) throws(EngineError) -> Bool {
    let target = paths.rootFileSystem(id)
    // The lock first: most run, and then nothing else needs to be asked.
    guard try !attempt("sweep", { () throws(SystemError) in try isLocked(paths.shimLock(id)) }),
      isMountPoint(target), let lock = try freeLock(paths.containerDirectory(id))
    else { return false }
    let record: ContainerRecord
    do throws(EngineError) { record = try find(id) } catch {
      // Somebody has removed it meanwhile.
      guard error.kind == .notFound else { throw error }
      return false
    }
    // Ended without a record: its shim was killed and it may live on. Only its owner may say that it should not. One
    // that is to be restarted is not over either.
    var isOver = try status(of: record) != .exited(code: nil, at: nil)
    if try isInterrupted(record) { isOver = false }
    if isOver { try cleanUp(record) }
    _ = consume lock
    return isOver && !isMountPoint(target)
  }

  func freeLock(_ path: String) throws(EngineError) -> DirectoryLock? {
    do throws(SystemError) { return try DirectoryLock.attempt(path) } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw EngineError("sweep", error)
    }
  }
}

/// Whether a file system begins here: its device is another than its parent's.
func isMountPoint(_ path: String) -> Bool {
  do throws(SystemError) {
    return try fileStatus(path).device != fileStatus(splitPath(path).directory).device
  } catch { return false }
}
