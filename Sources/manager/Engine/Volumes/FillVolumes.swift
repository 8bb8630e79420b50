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
    let indices = settings.mounts.indices.filter {
      settings.mounts[$0].kind == .volume && settings.mounts[$0].copies
    }
    guard !indices.isEmpty else { return }
    let mounted = try mountVolumes(indices.map { settings.mounts[$0] })
    let places = PlacesGuard(directory: paths.mountPlaces(id))
    var empty: [(mount: ContainerMount, data: String)] = []
    for index in indices {
      let (mount, data) = (settings.mounts[index], boundSource(index, settings, of: id))
      // A part that is not there is missed when the container starts.
      if mount.hasPlace, try !put(mount, at: data) { continue }
      let isEmpty = try attempt("look into volume") { () throws(SystemError) in
        guard try fileStatus(data).kind == .directory else { return false }
        return try listRawNames(try openFile(data, [.readOnly, .directory])).isEmpty
      }
      if isEmpty { empty.append((mount, data)) }
    }
    if !empty.isEmpty {
      let image = try mountRoot(id, settings)
      for (mount, data) in empty { try fill(mount, data, id) }
      _ = consume image
    }
    _ = consume places
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

  /// - Parameter data: where the files go: the volume's directory, or the place of its part.
  private func fill(_ mount: ContainerMount, _ data: String, _ id: String) throws(EngineError) {
    guard let place = try openInImage(mount.destination, id) else { return }
    let status = try attempt("look into the image") { () throws(SystemError) in try fileStatus(of: place) }
    guard status.kind == .directory else {
      throw EngineError(.invalid, "cannot mount volume over existing file, file exists \(mount.destination)")
    }
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
    try copy(place.procPath(), to: mount, data)
    _ = consume place
  }

  /// Beside its place and then into it, so that a kill leaves no half of it; into a volume that a container sees
  /// already, or where something is mounted, file by file.
  private func copy(
    _ source: String, to mount: ContainerMount, _ data: String
  ) throws(EngineError) {
    let users = try attempt { () throws(StoreError) in try store.containers(withVolume: mount.source) }
    let isPrivate = users.isEmpty && !mount.isMounted && !mount.hasPlace
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
