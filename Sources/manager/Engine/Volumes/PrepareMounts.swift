internal import LinuxSystem
internal import OCIRuntimeSpec
internal import Options
internal import Store

extension ContainerEngine {
  /// Makes the sources of a container's mounts ready for one start; its root is mounted.
  /// - Returns: the volumes that are mounted for it.
  func prepareMounts(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> [MountedVolumeHold] {
    for mount in settings.mounts {
      switch mount.kind {
      case .bind:
        try prepareBind(mount, id)
        try checkPropagation(mount)
      case .volume: try prepareVolume(mount)
      // The row of the container that mounts an image keeps its layers.
      case .tmpfs, .image: continue
      }
    }
    return try mountVolumes(settings.mounts)
  }

  /// A missing host directory is made, as docker does; not where the image has a file, since then a file was meant, and
  /// a directory in its place is a mistake that nobody finds (moby#13121).
  private func prepareBind(_ mount: ContainerMount, _ id: String) throws(EngineError) {
    do throws(SystemError) {
      _ = try fileStatus(mount.source)
      return
    } catch {
      guard error.code == ErrorCode.noEntry, mount.makesMissing else {
        throw EngineError(.invalid, "host path \(quoted(mount.source)): \(error.reason)")
      }
    }
    if let place = try openInImage(mount.destination, id) {
      let kind = try attempt("look into the image") { () throws(SystemError) in
        try fileStatus(of: place).kind
      }
      guard kind == .directory else {
        throw EngineError(
          .invalid,
          "host path \(quoted(mount.source)) does not exist, and \(quoted(mount.destination)) is a file in the "
            + "image: make the file first, a directory would be made otherwise")
      }
    }
    try attempt("make the host path") { () throws(SystemError) in try makeDirectories(mount.source) }
  }

  /// moby, daemon/oci_linux.go, ensureShared: what a mount is to pass on, the host must.
  private func checkPropagation(_ mount: ContainerMount) throws(EngineError) {
    guard let propagation = mount.propagation, propagation != .private, propagation != .rprivate else {
      return
    }
    let table = try attempt("read mounts") { () throws(SystemError) in
      try readText("/proc/self/mountinfo")
    }
    let source = try attempt("look at the host path") { () throws(SystemError) in try realPath(mount.source) }
    guard let host = HostMount(holding: source, in: table) else { return }
    switch propagation {
    case .shared, .rshared:
      guard host.isShared else {
        throw EngineError(
          .invalid, "path \(mount.source) is mounted on \(host.point) but it is not a shared mount")
      }
    case .slave, .rslave:
      guard host.isShared || host.isSlave else {
        throw EngineError(
          .invalid, "path \(mount.source) is mounted on \(host.point) but it is not a shared or slave mount")
      }
    case .private, .rprivate: return
    }
  }

  private func prepareVolume(_ mount: ContainerMount) throws(EngineError) {
    let data = paths.volumeData(mount.source)
    if fileExists(data) { return }
    // A rename was killed between the row and the directory, perhaps.
    try sweepVolumes()
    guard fileExists(data) else {
      throw EngineError(.failed, "volume \(mount.source): its directory \(quoted(data)) is gone")
    }
  }

  /// The mounts of one start.
  func compileMounts(
    _ id: String, _ settings: ContainerSettings
  ) throws(EngineError) -> [RuntimeSpec.Mount] {
    guard !settings.mounts.isEmpty else { return [] }
    var readsOnlyBelow = false
    if settings.mounts.contains(where: { $0.readOnly && $0.kind != .tmpfs }) {
      readsOnlyBelow = try kernelSetsMountsReadOnly()
      guard readsOnlyBelow || !settings.mounts.contains(where: { $0.recursion == .readonly }) else {
        throw EngineError(.invalid, "bind-recursive=readonly: the kernel must be 5.12 or later")
      }
    }
    return try settings.mounts.indices.map { (index) throws(EngineError) in
      let (mount, source) = (settings.mounts[index], boundSource(index, settings, of: id))
      guard mount.mapsOwner else { return mount.compile(source: source, readsOnlyBelow: readsOnlyBelow) }
      return mount.compile(
        source: source, readsOnlyBelow: readsOnlyBelow, owner: try owner(of: mount, settings))
    }
  }

  /// Who owns what is mounted.
  /// - Throws: `.invalid` for a runtime that may pass over mappings and mount without them.
  private func owner(
    of mount: ContainerMount, _ settings: ContainerSettings
  ) throws(EngineError) -> (user: UInt32, group: UInt32) {
    guard splitPath(settings.runtime).name == "apus-runtime" else {
      throw EngineError(
        .invalid,
        "\(mount.destination): uid= and gid= are mapped by apus-runtime, not by \(quoted(settings.runtime))")
    }
    let source = source(of: mount)
    return try attempt("look at \(source)") { () throws(SystemError) in
      // A directory that is still to be made will be root's.
      guard fileExists(source) else { return (0, 0) }
      let status = try fileStatus(source)
      return (status.userID, status.groupID)
    }
  }

  /// mount_setattr(2) came with Linux 5.12.
  private func kernelSetsMountsReadOnly() throws(EngineError) -> Bool {
    let text = try attempt("read the kernel's version") { () throws(SystemError) in
      try readText("/proc/sys/kernel/osrelease")
    }
    let numbers = text.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 && (numbers[0], numbers[1]) >= (5, 12)
  }
}

/// The mount of the host that holds a path (proc_pid_mountinfo(5)).
struct HostMount: Equatable {
  let point: String
  let isShared: Bool
  let isSlave: Bool

  /// - Parameters:
  ///   - path: absolute, without links.
  ///   - table: a mountinfo file.
  init?(holding path: String, in table: String) {
    var found: HostMount?
    for mount in mountEntries(in: table) where mount.holds(path) {
      let point = mount.point
      // The later of two at one place covers the earlier.
      if let found, found.point.utf8.count > point.utf8.count { continue }
      found = HostMount(
        point: point, isShared: mount.tags.contains { $0.hasPrefix("shared:") },
        isSlave: mount.tags.contains { $0.hasPrefix("master:") })
    }
    guard let found else { return nil }
    self = found
  }

  init(point: String, isShared: Bool, isSlave: Bool) {
    (self.point, self.isShared, self.isSlave) = (point, isShared, isSlave)
  }
}
