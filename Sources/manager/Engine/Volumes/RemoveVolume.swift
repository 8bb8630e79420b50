internal import Images
internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Removes a volume with all that is in it.
  /// - Throws: `.notFound`; `.conflict` while a container has it, running or not.
  package func removeVolume(_ name: String) throws(EngineError) {
    try sweepVolumes()
    let record = try attempt { () throws(StoreError) in try store.findVolume(name) }
    let claim = try claimVolume(name)
    try mark(name)
    do throws(EngineError) {
      _ = try attempt { () throws(StoreError) in try store.deleteVolume(name) }
    } catch {
      try attempt("remove volume") { () throws(SystemError) in
        try removeIfThere(paths.volume(name) + unrecordedMark)
      }
      throw error
    }
    _ = record
    try bury(name)
    _ = consume claim
  }

  /// Removes the volumes that no container has: the anonymous ones, or all.
  /// - Parameter accepts: whether one is meant, by what filters say.
  /// - Returns: what went, and how many bytes their files took.
  package func pruneVolumes(
    all: Bool, where accepts: (ListedVolume) throws(EngineError) -> Bool
  ) throws(EngineError) -> (names: [String], bytes: Int64) {
    var (names, bytes) = ([String](), Int64(0))
    for volume in try volumes() where volume.isDangling && (all || volume.isAnonymous) {
      guard try accepts(volume) else { continue }
      let size = try volumeSize(volume.name)
      do throws(EngineError) { try removeVolume(volume.name) } catch {
        // Somebody has taken or removed it in the meantime.
        guard error.kind == .conflict || error.kind == .notFound else { throw error }
        continue
      }
      names.append(volume.name)
      bytes += size
    }
    return (names, bytes)
  }

  /// Writes the mark that the row may be missing; the caller holds the volume's lock.
  func mark(_ name: String) throws(EngineError) {
    try attempt("remove volume") { () throws(SystemError) in
      try writeAtomically(paths.volume(name) + unrecordedMark, [], durable: false)
    }
  }

  /// Removes the directory of a volume without a row; the caller holds its lock.
  func bury(_ name: String) throws(EngineError) {
    try attempt { () throws(ImageError) in try Overlay.unmount(paths.volumeData(name)) }
    try attempt("remove volume") { () throws(SystemError) in try buryVolume(name, paths) }
  }

  /// What a volume's files take, in bytes, each file once. Nothing there takes nothing.
  package func volumeSize(_ name: String) throws(EngineError) -> Int64 {
    try attempt("measure volume") { () throws(SystemError) in
      guard fileExists(paths.volumeData(name)) else { return 0 }
      var seen: Set<UInt64> = []
      return try treeSize(try openFile(paths.volumeData(name), [.readOnly, .directory]), &seen)
    }
  }
}

/// The sum of the files' sizes below a directory, on its file system only.
private func treeSize(
  _ directory: consuming OwnedDescriptor, _ seen: inout Set<UInt64>
) throws(SystemError) -> Int64 {
  let place = try directory.duplicate()
  let device = try fileStatus(of: place).device
  var bytes: Int64 = 0
  for name in try listRawNames(directory) {
    let status: FileStatus
    do throws(SystemError) {
      status = try fileStatus(of: try openRawName(name, in: place, [.path, .noFollow]))
    } catch {
      // Removed while we look.
      guard error.code == ErrorCode.noEntry else { throw error }
      continue
    }
    guard status.device == device else { continue }
    if status.kind == .directory {
      bytes += try treeSize(try openRawName(name, in: place, [.readOnly, .directory, .noFollow]), &seen)
    } else if status.linkCount == 1 || seen.insert(status.inode).inserted {
      bytes += status.sizeBytes
    }
  }
  return bytes
}
