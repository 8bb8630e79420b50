internal import Images
internal import LinuxSystem
package import Options
internal import ShimProtocol
internal import Store

/// In a volume's directory: the name that it is about to get. The row changes first, so that a kill in between leaves a
/// directory under the old name, without a row, that says where it belongs.
let renamedMark = "/renamed"

extension ContainerEngine {
  /// Gives a volume another name. Its containers follow; none of them may run.
  /// - Throws: `.notFound`; `.conflict` when the name is taken or a container with the volume runs.
  package func renameVolume(_ old: String, to new: VolumeName) throws(EngineError) {
    try sweepVolumes()
    _ = try attempt { () throws(StoreError) in try store.findVolume(old) }
    // The containers first: a start holds its lock until the container runs.
    var locks: [HeldContainer] = []
    for user in try attempt({ () throws(StoreError) in try store.containers(withVolume: old) }) {
      locks.append(HeldContainer(user.id, try lockContainer(user.id)))
      guard try !status(of: user).isRunning else {
        throw EngineError(
          .conflict, "rename \(old): volume is in use by the running container \(user.shortID); stop it first"
        )
      }
    }
    // In the order of the names, as everybody takes them.
    let claims = try [old, new.text].sorted().map { (name) throws(EngineError) in try claimVolume(name) }
    guard let target = claims.first(where: { $0.name == new.text }), target.isNew else {
      throw EngineError(StoreError.volumeNameInUse(new.text))
    }
    try unmountIfUnused(try attempt { () throws(StoreError) in try store.findVolume(old) })
    let locked = Set(locks.map(\.id))
    try attempt("rename volume") { () throws(SystemError) in
      try writeAtomically(paths.volume(old) + renamedMark, Array(new.text.utf8))
    }
    do throws(EngineError) {
      try attempt { () throws(StoreError) in
        try store.renameVolume(old, to: new.text) { id, text in
          guard locked.contains(id) else {
            throw EngineError(.conflict, "rename \(old): container \(id.prefix(12)) has just begun to use it")
          }
          return try Self.renamed(text, of: id, old, new.text)
        }
      }
    } catch {
      try attempt("rename volume") { () throws(SystemError) in
        try removeFileIfThere(paths.volume(old) + renamedMark)
      }
      throw error
    }
    // The place is held by our claim until the directory takes it; the claim must not take it away again.
    target.yield()
    try attempt("rename volume") { () throws(SystemError) in try buryVolume(new.text, paths) }
    try finishRename(from: old)
    record(.volume("rename", new.text, [Event.Attribute("oldName", old)]))
    _ = consume locks
  }

  private static func renamed(_ text: String, of id: String, _ old: String, _ new: String) throws -> String {
    var settings = try ContainerSettings(json: text, id: id)
    for index in settings.mounts.indices
    where settings.mounts[index].kind == .volume && settings.mounts[index].source == old {
      settings.mounts[index].source = new
      settings.mounts[index].isAnonymous = false
    }
    return settings.json
  }

  /// Gives a directory the name that its row has; the caller holds its lock.
  func finishRename(from old: String) throws(EngineError) {
    try attempt("rename volume") { () throws(SystemError) in
      let mark = paths.volume(old) + renamedMark
      let new: String
      let text = try readText(mark)
      do throws(OptionError) { new = try VolumeName(text).text } catch {
        throw SystemError("rename", code: ErrorCode.invalid, subject: mark)
      }
      // What stands there can only be what a claim for this rename has made.
      if fileExists(paths.volume(new)) { try buryVolume(new, paths) }
      try renameFile(paths.volume(old), to: paths.volume(new))
      try removeFileIfThere(paths.volume(new) + renamedMark)
    }
  }
}

/// A container's lock in a list.
private final class HeldContainer {
  let id: String
  private let lock: DirectoryLock

  init(_ id: String, _ lock: consuming DirectoryLock) {
    self.id = id
    self.lock = lock
  }
}
