internal import Images
internal import LinuxSystem
internal import Options
internal import Store

/// A volume's directory under its lock. A new one goes with the value unless it is kept.
final class ClaimedVolume {
  let name: String
  /// Whether the claim made it, so that it has no row yet.
  let isNew: Bool
  private let paths: StorePaths
  private let lock: DirectoryLock
  /// Whether it is new and goes with the value, since its row is not there yet.
  private(set) var isArmed: Bool

  init(name: String, isNew: Bool, paths: StorePaths, lock: consuming DirectoryLock) {
    (self.name, self.isNew, self.paths) = (name, isNew, paths)
    self.lock = lock
    isArmed = isNew
  }

  deinit {
    guard isArmed else { return }
    do throws(SystemError) {
      // What stands there now may be somebody else's: ours has gone, and another was made.
      let found = try fileStatus(paths.volume(name))
      guard found.inode == (try fileStatus(of: lock.descriptor).inode) else { return }
      try buryVolume(name, paths)
    } catch { return }
  }

  /// What stands under the name from now on is not what the claim has made.
  func yield() { isArmed = false }

  /// The row is there: the directory stays.
  func keep() throws(SystemError) {
    isArmed = false
    if isNew { try removeFileIfThere(paths.volume(name) + unrecordedMark) }
  }
}

/// A file in a volume's directory that says that the row may be missing: with it and without a row, the directory is
/// what a killed command has left. Without it nobody but the user removes a volume's files, not even when the database
/// is lost.
let unrecordedMark = "/unrecorded"

extension ContainerEngine {
  /// Takes a volume's lock; a directory that is not there is made, with the mark that it has no row.
  ///
  /// Lock order: a container's, then volumes' by name, then a volume's mount lock.
  func claimVolume(_ name: String) throws(EngineError) -> ClaimedVolume {
    let lock = try lockVolume(name)
    let isRecorded = try self.isRecorded(name)
    let (top, data) = (paths.volume(name), paths.volumeData(name))
    if !isRecorded { try attempt { () throws(ImageError) in try Overlay.unmount(data) } }
    let isLitter = try attempt("make volume") { () throws(SystemError) in
      // A copy that was begun and never put in place.
      try removeTree(top + copyInTheMaking)
      let isLitter = !isRecorded && (fileExists(top + unrecordedMark) || !fileExists(data))
      if isLitter {
        try writeAtomically(top + unrecordedMark, [], durable: false)
        try removeTree(data)
      } else {
        try removeFileIfThere(top + unrecordedMark)
      }
      if !fileExists(data) {
        try makeDirectory(data, mode: 0o755)
        try setPermissions(data, 0o755)
      }
      return isLitter
    }
    return ClaimedVolume(name: name, isNew: isLitter, paths: paths, lock: lock)
  }

  /// Waits for the lock of a volume's directory, and makes that where there is none.
  private func lockVolume(_ name: String) throws(EngineError) -> DirectoryLock {
    let path = paths.volume(name)
    return try attempt("lock volume") { () throws(SystemError) in
      try makeDirectories(paths.volumes, mode: 0o711)
      // Who holds the lock may be just removing it.
      for _ in 0..<64 {
        do throws(SystemError) { try makeDirectory(path, mode: 0o711) } catch {
          guard error.code == ErrorCode.exists else { throw error }
        }
        do throws(SystemError) {
          let lock = try DirectoryLock(path)
          // Moved away counts as removed: the lock must be of what stands under the name.
          if try fileStatus(path).inode == fileStatus(of: lock.descriptor).inode { return lock }
        } catch {
          guard error.code == ErrorCode.noEntry else { throw error }
        }
      }
      throw SystemError("lock", code: ErrorCode.busy, subject: path)
    }
  }

  func isRecorded(_ volume: String) throws(EngineError) -> Bool {
    do throws(StoreError) {
      _ = try store.findVolume(volume)
      return true
    } catch {
      if case .noSuchVolume = error { return false }
      throw EngineError(error)
    }
  }
}

/// A volume's directory goes, at once under its name and then in the room for litter, whose sweep ends what a kill
/// interrupts. Nothing may be mounted below it; the caller holds its lock, which moves with it.
func buryVolume(_ name: String, _ paths: StorePaths) throws(SystemError) {
  let grave = "\(paths.temporary)/\(hexadecimal(try randomBytes(8)))"
  try renameFile(paths.volume(name), to: grave)
  try removeTree(grave)
}
