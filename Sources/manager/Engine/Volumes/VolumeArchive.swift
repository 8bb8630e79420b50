package import Images
internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Writes what is in a volume as a tar whose names are relative to the volume.
  /// - Parameter output: takes it.
  /// - Throws: `.notFound`, `.failed`.
  package func exportVolume(
    _ name: String, into output: @escaping TarOutput
  ) throws(EngineError) {
    try withVolume(name) { (data) throws(EngineError) in
      try attempt { () throws(ImageError) in try images.exportTree(data, to: output) }
    }
  }

  /// Puts what a tar or a directory holds into a volume; what is there and has the same name is replaced.
  /// - Throws: `.notFound`, `.failed`.
  package func importVolume(_ name: String, from source: ImportSource) throws(EngineError) {
    _ = try attempt { () throws(StoreError) in try store.findVolume(name) }
    // Before the lock: what writes the tar may itself begin with the volume (`run -v NAME:/x … | volume import NAME`).
    let opened = try attempt { () throws(ImageError) in try OpenedSource(source) }
    // Who holds the lock may be who writes to us, and could not end (`volume export NAME | volume import NAME`).
    if try attempt("lock volume", { () throws(SystemError) in try isLocked(paths.volume(name)) }) {
      try attempt { () throws(ImageError) in try opened.setAside(below: paths.temporary) }
    }
    try withVolume(name) { (data) throws(EngineError) in
      try attempt { () throws(ImageError) in try images.importTree(opened, into: data) }
    }
  }

  /// Runs something with a volume's files: mounted, and safe from removal.
  private func withVolume(_ name: String, _ body: (String) throws(EngineError) -> Void) throws(EngineError) {
    let record = try attempt { () throws(StoreError) in try store.findVolume(name) }
    let claim = try claimVolume(name)
    guard try isRecorded(name) else { throw EngineError(StoreError.noSuchVolume(name)) }
    var mount = ContainerMount(.volume, source: name, destination: "/", origin: .mount)
    mount.isMounted = record.options != emptyDocument
    let holds = try mountVolumes([mount])
    defer { _ = claim.name }
    do throws(EngineError) { try body(paths.volumeData(name)) } catch {
      for hold in holds { try unmountIfUnused(hold) }
      throw error
    }
    for hold in holds { try unmountIfUnused(hold) }
  }
}
