internal import Images
internal import LinuxSystem
internal import Options
internal import Store

// A part of a volume has no path that the runtime could be told: whoever writes to the volume could make it a link by the
// time it is walked again (CVE-2024-23651 is one of that kind). What was opened is mounted at a place of the container's
// own, and the runtime binds the place. An image has no path either, only layers (decisions/0030).

extension ContainerMount {
  /// Whether it is mounted at a place of the container's own first, from where the runtime binds it.
  var hasPlace: Bool { image != nil || subpath != nil }

  /// For messages.
  fileprivate var subject: String { "\(kind.rawValue) \(source)" }

  /// Why its part cannot be opened.
  fileprivate func refusal(of subpath: String, _ error: SystemError) -> EngineError {
    guard error.code == ErrorCode.crossDevice else {
      return EngineError(.failed, "cannot access path \(subpath) of \(subject): \(error.reason)")
    }
    return EngineError(
      .invalid,
      "path concatenation escapes the base directory: \(subpath) of \(subject) is, or is behind, a link that leads "
        + "out of it")
  }
}

extension ContainerEngine {
  /// The place of a mount, by its number among the container's.
  func mountPlace(_ index: Int, of id: String) -> String { "\(paths.mountPlaces(id))/\(index)" }

  /// What the runtime binds, on the host.
  func boundSource(_ index: Int, _ settings: ContainerSettings, of id: String) -> String {
    let mount = settings.mounts[index]
    return mount.hasPlace ? mountPlace(index, of: id) : source(of: mount)
  }

  /// Mounts all that has a place, for one start; what an earlier one left there goes. Volumes with options are mounted.
  func mountPlaces(_ id: String, _ settings: ContainerSettings) throws(EngineError) {
    try attempt("unmount") { () throws(SystemError) in try unmountPlaces(paths.mountPlaces(id)) }
    for index in settings.mounts.indices where settings.mounts[index].hasPlace {
      let mount = settings.mounts[index]
      guard try put(mount, at: mountPlace(index, of: id)) else {
        throw EngineError(
          .failed, "cannot access path \(mount.subpath ?? "") of \(mount.subject): no such file or directory")
      }
    }
  }

  /// Mounts one.
  /// - Returns: false when there is nothing at its subpath.
  /// - Throws: `.invalid` when that leads out.
  func put(_ mount: ContainerMount, at place: String) throws(EngineError) -> Bool {
    try attempt("mount \(mount.subject)") { () throws(SystemError) in
      try makeDirectories(splitPath(place).directory, mode: 0o700)
    }
    if let image = mount.image { try mountImage(image, mount.subject, at: place) }
    guard let subpath = mount.subpath else { return true }
    let whole = mount.image == nil ? source(of: mount) : place
    guard let part = try openPart(subpath, of: whole, mount) else { return false }
    try attempt("mount \(mount.subject)") { () throws(SystemError) in
      let tree = try cloneMountTree(of: part, recursive: true, named: subpath)
      if mount.image != nil {
        try unmountLazily(place)
        try removeTree(place)
      }
      if try fileStatus(of: part).kind == .directory {
        try makeDirectory(place, mode: 0o700)
      } else {
        _ = try openFile(place, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
      }
      try attachMount(tree, on: try openFile(place, [.path, .noFollow]), named: place)
    }
    return true
  }

  /// Opens what is at a subpath: from here on it is this file, whatever becomes of the path.
  /// - Returns: nil when nothing is there.
  private func openPart(
    _ subpath: String, of whole: String, _ mount: ContainerMount
  ) throws(EngineError) -> OwnedDescriptor? {
    do throws(SystemError) {
      return try openInside(try openFile(whole, [.path, .directory]), subpath, .path)
    } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw mount.refusal(of: subpath, error)
    }
  }

  /// The image's layers on an empty directory: a lone layer would show the whiteouts that it may hold as devices.
  private func mountImage(
    _ image: ContainerMount.Image, _ subject: String, at place: String
  ) throws(EngineError) {
    try attempt("mount \(subject)") { () throws(SystemError) in
      let empty = splitPath(place).directory + "/empty"
      try makeDirectories(empty, mode: 0o755)
      try makeDirectory(place, mode: 0o700)
      try Overlay.mountForReading(image.layers.reversed().map(paths.layerTree) + [empty], on: place)
    }
  }
}

/// Unmounts what is at the places of a container, and removes them; none is no error. A container that runs keeps what it
/// has bound.
func unmountPlaces(_ directory: String) throws(SystemError) {
  let names: [String]
  do throws(SystemError) { names = try listDirectory(directory) } catch {
    guard error.code == ErrorCode.noEntry else { throw error }
    return
  }
  for name in names { try Overlay.unmountEverything("\(directory)/\(name)") }
  // Never through a mount: one that is still there is an error.
  try removeTree(directory)
}

/// The mounts at a container's places, which go with the value.
struct PlacesGuard: ~Copyable {
  let directory: String

  deinit {
    do throws(SystemError) { try unmountPlaces(directory) } catch { return }
  }
}
