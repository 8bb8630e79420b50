internal import Images
internal import LinuxSystem
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Removes a volume with all that is in it.
  /// - Throws: `.notFound`; `.conflict` while a container has it, running or not.
  package func removeVolume(_ name: String) throws(EngineError) {
    // What a killed `run --rm` has left must not keep it.
    try sweep()
    try removeUnusedVolume(name)
  }

  /// The same without a look at what killed commands have left of containers.
  func removeUnusedVolume(_ name: String) throws(EngineError) {
    try sweepVolumes()
    _ = try attempt { () throws(StoreError) in try store.findVolume(name) }
    let claim = try claimVolume(name)
    try mark(name)
    do throws(EngineError) {
      // Of several that remove a volume one tells of it.
      if try attempt({ () throws(StoreError) in try store.deleteVolume(name) }) {
        record(.volume("destroy", name))
      }
    } catch {
      try attempt("remove volume") { () throws(SystemError) in
        try removeFileIfThere(paths.volume(name) + unrecordedMark)
      }
      throw error
    }
    try bury(name)
    _ = consume claim
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
}
