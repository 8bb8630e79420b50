internal import Images
internal import JSONDocument
internal import LinuxSystem
internal import Options
internal import Store

/// A volume with options that is mounted for somebody; its mount lock is held, so that nobody unmounts it meanwhile.
final class MountedVolumeHold {
  let name: String
  fileprivate let lock: DirectoryLock

  fileprivate init(name: String, lock: consuming DirectoryLock) {
    self.name = name
    self.lock = lock
  }
}

extension ContainerEngine {
  /// Mounts those of the volumes that have options and are not mounted yet: each is mounted with its first user and
  /// unmounted after the last.
  /// - Returns: held until the user of the volume can be seen to run.
  func mountVolumes(_ mounts: [ContainerMount]) throws(EngineError) -> [MountedVolumeHold] {
    var holds: [MountedVolumeHold] = []
    for name in Set(mounts.filter { $0.kind == .volume && $0.isMounted }.map(\.source)).sorted() {
      let lock = try lockMount(name)
      let data = paths.volumeData(name)
      if try !isMounted(data) {
        let record = try attempt { () throws(StoreError) in try store.findVolume(name) }
        try mountLocal(try texts(record.options, "options of volume \(name)"), on: data)
      }
      holds.append(MountedVolumeHold(name: name, lock: lock))
    }
    return holds
  }

  private func lockMount(_ name: String) throws(EngineError) -> DirectoryLock {
    try attempt("lock volume") { () throws(SystemError) in
      let path = paths.volume(name) + "/mount"
      _ = try openFile(path, [.writeOnly, .create], mode: 0o600)
      return try DirectoryLock(path)
    }
  }

  private func isMounted(_ data: String) throws(EngineError) -> Bool {
    try attempt("look at volume") { () throws(SystemError) in
      // By the kernel's list: a bind of the same file system has the same device as the directory around it.
      try readMountTable().contains { $0.point == data }
    }
  }

  /// The driver `local`'s options: `type`, `device` and `o`, as mount(8) has them (moby, volume/local).
  private func mountLocal(
    _ options: [String: String], on data: String
  ) throws(EngineError) {
    var (flags, rest) = (MountFlags(), [String]())
    for word in (options["o"] ?? "").split(separator: ",").map(String.init) {
      if let flag = volumeMountFlags.first(where: { $0.0 == word }) {
        if flag.2 { flags.formUnion(flag.1) } else { flags.subtract(flag.1) }
      } else {
        rest.append(word)
      }
    }
    let (device, type) = (options["device"] ?? "", options["type"] ?? "")
    do throws(SystemError) {
      try mount(
        device, on: data, type: type.isEmpty ? "none" : type, flags,
        data: rest.isEmpty ? nil : rest.joined(separator: ","))
      // A bind takes attributes only when it is mounted again (mount(2)).
      let attributes = flags.intersection(.perMount)
      if flags.contains(.bind), !attributes.isEmpty {
        try mount("none", on: data, attributes.union([.bind, .remount]))
      }
    } catch {
      throw EngineError(
        .failed,
        "error while mounting volume '\(data)': failed to mount local volume: mount \(device):\(data), "
          + "flags: \(options["o"] ?? ""), type \(type): \(error.reason)")
    }
  }

  /// Unmounts what a finished user needed.
  func unmountVolumes(_ settings: ContainerSettings) throws(EngineError) {
    for name in Set(settings.mounts.filter(\.isMounted).map(\.source)).sorted() {
      guard fileExists(paths.volume(name)) else { continue }
      try unmountIfUnused(MountedVolumeHold(name: name, lock: try lockMount(name)))
    }
  }

  /// Unmounts a volume with options unless a container with it runs.
  func unmountIfUnused(_ hold: MountedVolumeHold) throws(EngineError) {
    let users = try attempt { () throws(StoreError) in try store.containers(withVolume: hold.name) }
    for user in users where try status(of: user).isRunning { return }
    try attempt { () throws(ImageError) in try Overlay.unmount(paths.volumeData(hold.name)) }
  }

  /// The same, for a volume whose mount lock is not held.
  func unmountIfUnused(_ volume: VolumeRecord) throws(EngineError) {
    guard volume.options != emptyDocument, fileExists(paths.volume(volume.name)) else { return }
    try unmountIfUnused(MountedVolumeHold(name: volume.name, lock: try lockMount(volume.name)))
  }
}

/// Words of mount(8) that are flags: the word, the flag, and whether it is set or cleared.
private let volumeMountFlags: [(String, MountFlags, Bool)] = [
  ("defaults", [], true), ("bind", .bind, true), ("rbind", [.bind, .recursive], true),
  ("ro", .readOnly, true), ("rw", .readOnly, false), ("nosuid", .noSetUID, true), ("suid", .noSetUID, false),
  ("nodev", .noDevices, true), ("dev", .noDevices, false), ("noexec", .noExecution, true),
  ("exec", .noExecution, false), ("sync", .synchronous, true), ("async", .synchronous, false),
  ("dirsync", .directorySynchronous, true), ("noatime", .noAccessTime, true), ("atime", .noAccessTime, false),
  ("nodiratime", .noDirectoryAccessTime, true), ("diratime", .noDirectoryAccessTime, false),
  ("relatime", .relativeAccessTime, true), ("strictatime", .strictAccessTime, true),
]
