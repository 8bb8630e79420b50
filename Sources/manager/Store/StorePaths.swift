internal import LinuxSystem

/// Where everything lies below the two roots (spec/state-layout.md). Pure, except for `prepare`.
package struct StorePaths: Sendable, Hashable {
  /// `ROOT`: survives a reboot. Absolute.
  package let root: String
  /// `RUNROOT`: need not survive one. Absolute.
  package let runRoot: String

  /// Names the two roots; nothing is touched. A slash at the end is dropped.
  package init(root: String, runRoot: String) {
    self.root = Self.withoutTrailingSlash(root)
    self.runRoot = Self.withoutTrailingSlash(runRoot)
  }

  /// The SQLite file.
  package var database: String { root + "/apus.db" }
  /// The OCI image layout.
  package var content: String { root + "/content" }
  /// Where the blobs are.
  package var blobs: String { content + "/blobs/sha256" }
  /// The unpacked layers.
  package var layers: String { root + "/layers" }
  /// Work in progress.
  package var temporary: String { root + "/tmp" }
  /// The containers' directories.
  package var containers: String { root + "/containers" }
  /// The volumes' directories; made with the first volume.
  package var volumes: String { root + "/volumes" }
  /// The runtime's own state: what it gets as `--root`.
  package var runtimeRoot: String { runRoot + "/runtime" }
  /// The shims' run directories.
  package var shims: String { runRoot + "/shims" }

  /// The journal of the networks' devices, `apus-network`'s; made with the first of them.
  package var networks: String { runRoot + "/networks" }

  /// One blob, by its digest `sha256:<hex>`.
  package func blob(_ digest: String) -> String { "\(blobs)/\(Self.hex(digest))" }
  /// One unpacked layer's directory, by its diff id `sha256:<hex>`.
  package func layer(_ diffID: String) -> String { "\(layers)/\(Self.hex(diffID))" }
  /// The layer's tree itself: what overlayfs gets as a lower directory.
  package func layerTree(_ diffID: String) -> String { layer(diffID) + "/diff" }

  /// One volume's directory, by its checked name; its flock is the volume's lock.
  package func volume(_ name: String) -> String { "\(volumes)/\(name)" }
  /// What a container sees of it.
  package func volumeData(_ name: String) -> String { volume(name) + "/_data" }
  /// One container's directory; its flock is the container's lock.
  package func containerDirectory(_ id: String) -> String { "\(containers)/\(id)" }
  /// The container's OCI bundle.
  package func bundle(_ id: String) -> String { containerDirectory(id) + "/bundle" }
  /// The mount point of the container's root file system.
  package func rootFileSystem(_ id: String) -> String { bundle(id) + "/rootfs" }
  /// The container's writable layer.
  package func upper(_ id: String) -> String { containerDirectory(id) + "/upper" }
  /// What overlayfs needs beside the writable layer.
  package func work(_ id: String) -> String { containerDirectory(id) + "/work" }
  /// The mount point of /dev/shm, of a container that shares its own with others.
  package func sharedMemory(_ id: String) -> String { containerDirectory(id) + "/shm" }
  /// Where parts of volumes, and images, are mounted for the container to bind them.
  package func mountPlaces(_ id: String) -> String { containerDirectory(id) + "/mounts" }
  /// A file of the container that is bound below its `/etc`: `hostname`, `hosts` or `resolv.conf`.
  package func networkFile(_ id: String, _ name: String) -> String { containerDirectory(id) + "/" + name }
  /// The container's log of json lines.
  package func log(_ id: String) -> String { "\(containerDirectory(id))/\(id)-json.log" }
  /// The same of the k8s-file driver's lines.
  package func k8sLog(_ id: String) -> String { "\(containerDirectory(id))/\(id)-k8s.log" }
  /// The exit record of the container's last run.
  package func exitRecord(_ id: String) -> String { "\(containers)/\(Self.exitRecord(below: id))" }
  /// The same below the directory of all containers.
  package static func exitRecord(below id: String) -> String { id + "/exit.json" }
  /// The run directory of the container's shim.
  package func shimDirectory(_ id: String) -> String { "\(shims)/\(id)" }
  /// The file whose lock says that the container's shim is alive.
  package func shimLock(_ id: String) -> String { shimDirectory(id) + "/lock" }

  /// Makes the skeleton of both roots; cheap when it is there already.
  /// - Throws: `StoreError.relativeRoot` or `.rootNotUsable`.
  package func prepare() throws(StoreError) {
    for (option, path) in [("--root", root), ("--run-root", runRoot)] where !path.hasPrefix("/") {
      throw .relativeRoot(option: option, path: path)
    }
    try Self.makeDirectories(root, mode: 0o711)
    for path in [content, content + "/blobs", blobs] { try Self.makeDirectories(path, mode: 0o700) }
    for path in [layers, temporary] { try Self.makeDirectories(path, mode: 0o700) }
    try Self.makeDirectories(containers, mode: 0o711)
    try Self.makeDirectories(runRoot, mode: 0o711)
    for path in [runtimeRoot, shims] { try Self.makeDirectories(path, mode: 0o700) }
  }

  private static func makeDirectories(_ path: String, mode: UInt32) throws(StoreError) {
    do throws(SystemError) {
      do throws(SystemError) {
        guard try fileStatus(path).kind == .directory else {
          throw SystemError("open", code: ErrorCode.notDirectory, subject: path)
        }
        return
      } catch { guard error.code == ErrorCode.noEntry else { throw error } }
      try LinuxSystem.makeDirectories(path, mode: mode)
      // mkdir's mode is cut by the umask; a container's user must be able to pass through 0711.
      try setPermissions(path, mode)
    } catch { throw .rootNotUsable(path: path, reason: error.reason) }
  }

  private static func hex(_ digest: String) -> Substring {
    digest.hasPrefix("sha256:") ? digest.dropFirst("sha256:".count) : Substring(digest)
  }

  private static func withoutTrailingSlash(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
