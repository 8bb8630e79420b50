internal import Images
internal import LinuxSystem
internal import OCIImageSpec
internal import Store

/// In a volume's directory: the image's files, until they are complete.
let copyInTheMaking = "/copy"

extension ContainerEngine {
  /// Copies what the image has at the places of empty volumes into them, with owner and mode of the place itself, as
  /// docker does when a container is made (moby, daemon/volumes_unix.go, populateVolumes).
  ///
  /// The image is mounted for it only where there is an empty volume.
  func fillVolumes(_ id: String, _ settings: ContainerSettings) throws(EngineError) {
    let mounts = settings.mounts.filter { $0.kind == .volume && $0.copies }
    guard !mounts.isEmpty else { return }
    let mounted = try mountVolumes(mounts)
    var empty: [ContainerMount] = []
    for mount in mounts {
      let names = try attempt("look into volume") { () throws(SystemError) in
        try listRawNames(try openFile(paths.volumeData(mount.source), [.readOnly, .directory]))
      }
      if names.isEmpty { empty.append(mount) }
    }
    if !empty.isEmpty {
      let image = try mountRoot(id, settings)
      for mount in empty { try fill(mount, id) }
      _ = consume image
    }
    for volume in mounted { try unmountIfUnused(volume) }
  }

  /// Mounts the container's root; the guard unmounts it again.
  func mountRoot(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> MountGuard {
    let overlay = Overlay(
      lower: settings.layers.reversed().map(paths.layerTree), upper: paths.upper(id), work: paths.work(id),
      target: paths.rootFileSystem(id), isVolatile: settings.autoRemove)
    try attempt { () throws(ImageError) in
      try Overlay.unmount(overlay.target)
      try overlay.mount()
    }
    return MountGuard(target: overlay.target)
  }

  private func fill(_ mount: ContainerMount, _ id: String) throws(EngineError) {
    guard let place = try openInImage(mount.destination, id) else { return }
    let status = try attempt("look into the image") { () throws(SystemError) in try fileStatus(of: place) }
    guard status.kind == .directory else {
      throw EngineError(.invalid, "cannot mount volume over existing file, file exists \(mount.destination)")
    }
    let data = paths.volumeData(mount.source)
    let hasContent = try attempt("look into the image") { () throws(SystemError) in
      try !listRawNames(try openFile(place.procPath(), [.readOnly, .directory])).isEmpty
    }
    guard hasContent else {
      return try attempt("make volume") { () throws(SystemError) in
        let target = try openFile(data, [.readOnly, .directory])
        try setOwner(target, userID: status.userID, groupID: status.groupID)
        try setPermissions(data, status.permissions)
      }
    }
    try copy(place.procPath(), to: mount)
    _ = consume place
  }

  /// Beside its place and then into it, so that a kill leaves no half of it; into a volume that a container sees
  /// already, or where something is mounted, file by file.
  private func copy(_ source: String, to mount: ContainerMount) throws(EngineError) {
    let data = paths.volumeData(mount.source)
    let users = try attempt { () throws(StoreError) in try store.containers(withVolume: mount.source) }
    let isPrivate = users.isEmpty && !mount.isMounted
    let target = isPrivate ? paths.volume(mount.source) + copyInTheMaking : data
    do throws(ImageError) {
      if isPrivate {
        do throws(SystemError) { try makeDirectory(target, mode: 0o755) } catch { throw .system(error) }
      }
      try images.copyTree(source, to: target)
    } catch {
      throw EngineError(
        .failed, "copy the image's \(mount.destination) into volume \(mount.source): \(error)")
    }
    guard isPrivate else { return }
    try attempt("make volume") { () throws(SystemError) in
      try openFile(target, [.readOnly, .directory]).syncFileSystem()
      try renameFile(target, to: data)
    }
  }

  /// What is at a path of the mounted image; nil when nothing is. Links are followed, never out of it.
  func openInImage(_ path: String, _ id: String) throws(EngineError) -> OwnedDescriptor? {
    do throws(SystemError) {
      return try openInRoot(try openFile(paths.rootFileSystem(id), [.path, .directory]), path, .path)
    } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.notDirectory { return nil }
      throw EngineError("look into the image", error)
    }
  }
}
