internal import Images
internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Ends what killed commands have begun with volumes: directories marked as having no row, names half changed, mounts
  /// that nobody needs. A directory without a row and without a mark is nobody's to remove.
  ///
  /// Every command that makes, renames or removes a volume begins with it. Whatever is locked belongs to somebody alive.
  package func sweepVolumes() throws(EngineError) {
    guard fileExists(paths.volumes) else { return }
    // What was moved away and not yet removed.
    try attempt { () throws(ImageError) in try images.sweepTemporary() }
    let records = try attempt { () throws(StoreError) in try store.volumes() }
    let known = Set(records.map(\.name))
    let names = try attempt("sweep") { () throws(SystemError) in try listDirectory(paths.volumes) }
    for name in names where !known.contains(name) { try sweepVolume(name) }
    for record in records { try unmountIfUnused(record) }
  }

  private func sweepVolume(_ name: String) throws(EngineError) {
    let path = paths.volume(name)
    let lock: DirectoryLock
    do throws(SystemError) {
      guard let free = try DirectoryLock.attempt(path) else { return }
      lock = free
    } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { return }
      throw EngineError("sweep", error)
    }
    // Who makes a volume holds the lock until its row is there; who renames one, until both are done.
    if try !isRecorded(name) {
      if fileExists(path + renamedMark) { return try finishRename(from: name) }
      if fileExists(path + unrecordedMark) || !fileExists(paths.volumeData(name)) { try bury(name) }
    }
    _ = consume lock
  }
}
