internal import LinuxSystem
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Deletes a container's row; the caller holds its lock, and it does not run.
  ///
  /// Whoever has no volumes asks for none. With its volumes, the anonymous ones go whose last container it was, in the
  /// same transaction; named ones stay (moby, daemon/mounts.go, removeMountPoints).
  func forget(_ record: ContainerRecord, withVolumes: Bool) throws(EngineError) {
    guard record.usesVolumes else {
      if try attempt({ () throws(StoreError) in try store.deleteContainer(record.id) }) {
        self.record("destroy", record)
      }
      return
    }
    let volumes = try attempt { () throws(StoreError) in try store.volumes(ofContainer: record.id) }
    var claims: [ClaimedVolume] = []
    if withVolumes {
      for volume in volumes where volume.isAnonymous {
        claims.append(try claimVolume(volume.name))
        try mark(volume.name)
      }
    }
    let (wasThere, gone) = try attempt { () throws(StoreError) in
      try store.deleteContainer(record.id, withVolumes: claims.map(\.name))
    }
    // Of several that remove a container one tells of it.
    if wasThere { self.record("destroy", record) }
    for claim in claims {
      if gone.contains(claim.name) {
        self.record(.volume("destroy", claim.name))
        try bury(claim.name)
      } else {
        try attempt("remove volume") { () throws(SystemError) in
          try removeFileIfThere(paths.volume(claim.name) + unrecordedMark)
        }
      }
    }
    for volume in volumes where !gone.contains(volume.name) { try unmountIfUnused(volume) }
  }
}

/// The volumes that a run has made: they go with a run that could not begin, unless another container has taken one.
struct NewVolumesGuard: ~Copyable {
  let engine: ContainerEngine
  let names: [String]
  private var isArmed = true

  init(engine: ContainerEngine, names: [String]) {
    self.engine = engine
    self.names = names
  }

  deinit {
    guard isArmed else { return }
    for name in names {
      do throws(EngineError) { try engine.removeUnusedVolume(name) } catch { continue }
    }
  }

  consuming func keep() { isArmed = false }
}
