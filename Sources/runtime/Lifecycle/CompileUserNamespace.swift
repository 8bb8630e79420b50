internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// What a new container's plan has for its user and time namespaces.

extension CompileInitPlan {
  /// Whoever is not root cannot write the mappings of a process that is untraceable (proc(5)), so in a new user namespace
  /// of theirs init becomes so as soon as it has them; until then nobody else is in that namespace, and nobody outside of
  /// it gains by it. In one that is joined there are others, and nothing to write.
  var startsUntraceable: Bool { host.isRoot || !namespaces.new.contains(.newUser) }

  /// Untraceable before it has joined anything, so that init is born so. Whoever is not root sets the score before, while
  /// the file in procfs is still theirs.
  func forerunner() -> [InitStep] {
    if namespaces.forerunner.isEmpty { return [] }
    var steps: [InitStep] = []
    if !host.isRoot, startsUntraceable, let score = spec.process?.oomScoreAdj {
      steps.append(.setOutOfMemoryScore(score))
    }
    if startsUntraceable { steps.append(.preventTracing) }
    return steps + namespaces.forerunner.map { .joinNamespace($0.kind, path: $0.path) }
  }

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
    Lifecycle.becomingRoot(for: spec.process?.user, dropsGroups: host.setsGroups)
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

/// In a user namespace without root, who the process will be sets the container up (crun).
func becomingRoot(for user: RuntimeSpec.Process.User?, dropsGroups: Bool) -> [InitStep] {
  [
    .becomeNamespaceRoot(dropsGroups: dropsGroups, orUser: user?.uid ?? 0, orGroup: user?.gid ?? 0),
    .preventTracing,
  ]
}
