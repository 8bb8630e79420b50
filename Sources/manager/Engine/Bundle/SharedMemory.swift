internal import Images
internal import LinuxSystem
internal import Options
internal import Store

// A container that shares its IPC namespace (`--ipc shareable`) has its /dev/shm on the host, where those that join find it:
// a mount can be bound from nowhere but the host's own tree.

extension ContainerEngine {
  /// Mounts the /dev/shm of a container that shares it.
  /// - Returns: the mount point; nil for any other container.
  func mountSharedMemory(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> String? {
    guard settings.isolation.ipc == .shareable else { return nil }
    let path = paths.sharedMemory(id)
    let bytes = settings.isolation.sharedMemoryBytes ?? IsolationSettings.defaultSharedMemoryBytes
    try attempt { () throws(ImageError) in try Overlay.unmount(path) }
    try attempt("mount shared memory") { () throws(SystemError) in
      if !fileExists(path) { try makeDirectory(path, mode: 0o700) }
      try mount(
        "shm", on: path, type: "tmpfs", [.noSetUID, .noExecution, .noDevices], data: "mode=1777,size=\(bytes)"
      )
    }
    return path
  }

  /// Unmounts what a container's start mounted. Containers that joined its /dev/shm keep it.
  ///
  /// The root last: by it the sweep knows that something is mounted.
  func unmountAll(of id: String) throws(EngineError) {
    try attempt("unmount") { () throws(SystemError) in try unmountPlaces(paths.mountPlaces(id)) }
    try attempt { () throws(ImageError) in
      try Overlay.unmount(paths.sharedMemory(id))
      try Overlay.unmount(paths.rootFileSystem(id))
    }
  }
}
