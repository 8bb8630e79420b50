internal import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Tells that a container has its volumes, or has them no more (moby, daemon/volumes_unix.go and container/container.go).
  /// - Parameter action: `mount` or `unmount`.
  func recordMounts(_ action: String, _ container: ContainerRecord, _ settings: ContainerSettings) {
    for mount in settings.mounts where mount.kind == .volume {
      var attributes = [Event.Attribute("container", container.id)]
      if action == "mount" {
        attributes += [
          Event.Attribute("destination", mount.destination),
          Event.Attribute("propagation", mount.propagation?.rawValue ?? ""),
          Event.Attribute("read/write", mount.readOnly ? "false" : "true"),
        ]
      }
      record(.volume(action, mount.source, attributes))
    }
  }

  /// The caller holds the lock of a container that does not run. Several clean up behind one end: the first of them finds
  /// its root mounted, and tells.
  func recordUnmounts(_ container: ContainerRecord) {
    guard container.usesVolumes, isMountPoint(paths.rootFileSystem(container.id)) else { return }
    do throws(EngineError) { recordMounts("unmount", container, try settings(of: container)) } catch {
      // What it had mounted is not known.
    }
  }
}
