internal import LinuxSystem
internal import Options
internal import Store

extension ContainerEngine {
  /// Removes a container: row, directory, log, mount.
  /// - Parameters:
  ///   - force: ends it first when it runs.
  ///   - withVolumes: removes the anonymous volumes, too, that no other container has.
  /// - Throws: `.conflict` when it runs and `force` is false.
  package func remove(_ reference: String, force: Bool = false, withVolumes: Bool = false) throws(EngineError)
  {
    let record = try find(reference)
    if let watch = try watch(record) {
      guard force else {
        throw EngineError(
          .conflict,
          "cannot remove container \(quotedName(record)): container is \(try status(of: record).word): "
            + "stop the container before removing or force remove")
      }
      do throws(EngineError) { try end(watch) } catch {
        // A shim whose container could not be started goes with whoever has just connected unheard.
        guard try !status(of: record).isRunning else { throw error }
      }
    } else if force {
      try deleteOrphan(record.id, runtime: try settings(of: record).runtime)
    } else if hasOrphan(record.id) {
      throw EngineError(
        .conflict,
        "cannot remove container \(quotedName(record)): it lost its supervisor and may still run: force remove it"
      )
    }
    let lock: DirectoryLock
    do throws(EngineError) { lock = try lockContainer(record.id) } catch {
      // Somebody removed it in the meantime, or its directory is gone and only the row is left.
      guard error.kind == .notFound else { throw error }
      return try removeEntirely(record, withVolumes: withVolumes)
    }
    if try status(of: record).isRunning {
      // Started again in the meantime: what was true above is not any more.
      _ = consume lock
      return try remove(record.id, force: force, withVolumes: withVolumes)
    }
    try removeEntirely(record, withVolumes: withVolumes)
    _ = consume lock
    try sweep()
  }
}
