internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// What a new container's plan has for its user and time namespaces.

extension CompileInitPlan {
  func clockOffsets() -> [ClockOffset] {
    (spec.linux?.timeOffsets ?? [:]).sorted { $0.key < $1.key }.map {
      ClockOffset(clock: $0.key, seconds: $0.value.secs ?? 0, nanoseconds: $0.value.nanosecs ?? 0)
    }
  }

  /// Until here init is still who the supervisor is, and since its namespace has mappings it also has its capabilities over
  /// the files of those who are mapped: so it gets to directories of the host's root and to those of the container's. The
  /// root and what is bound are opened as that. Then it becomes root of the namespace, as whom it makes all that follows:
  /// its files, keyring and interfaces belong to the container. Untraceable again, since the change of user may undo it
  /// (prctl(2), PR_SET_DUMPABLE).
  func becomingRoot() -> [InitStep] {
    [.becomeNamespaceRoot(dropsGroups: host.setsGroups), .preventTracing]
  }

  /// The copies of all binds first, each under the number of its mount.
  func openingSources(_ mounts: [InitStep]) -> (opening: [InitStep], mounts: [InitStep]) {
    var opening: [InitStep] = []
    let rest = mounts.enumerated().map { index, step -> InitStep in
      guard case .mount(let action) = step, case .bind(let path, let recursive) = action.source else {
        return step
      }
      opening.append(.openBindSource(slot: index, path: path, recursive: recursive))
      return .mount(action.from(.held(slot: index, path: path)))
    }
    return (opening, rest)
  }
}
