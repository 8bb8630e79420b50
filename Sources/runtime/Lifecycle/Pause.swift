internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Freezes every process of a running or created container.
  /// - Throws: `LifecycleError.wrongStatus("container not running…")` for any other.
  package func pause(_ id: String) throws(LifecycleError) {
    try changing(id) { container throws(LifecycleError) in
      switch container.status {
      case .running, .created: break
      case .creating, .paused, .stopped:
        throw .wrongStatus("container not running: \"\(id)\" is \(container.status.rawValue)")
      }
      let cgroup = try container.requireCgroup(to: "pause it")
      try duringCgroups { () throws(CgroupError) in try cgroup.freeze() }
    }
  }

  /// Lets a paused container run on.
  /// - Throws: `LifecycleError.wrongStatus("container not paused…")` for any other.
  package func resume(_ id: String) throws(LifecycleError) {
    try changing(id) { container throws(LifecycleError) in
      guard container.status == .paused else {
        throw .wrongStatus("container not paused: \"\(id)\" is \(container.status.rawValue)")
      }
      try duringCgroups { () throws(CgroupError) in try container.cgroup.thaw() }
    }
  }

  /// Changes an existing container under its lock; its status is looked at when the lock is held.
  func changing(_ id: String, _ body: (Container) throws(LifecycleError) -> Void) throws(LifecycleError) {
    // One that is being created keeps its lock for as long as its hooks take, and may be us.
    let before = try container(id)
    if before.status == .creating { return try body(before) }
    let lock = try lock(id)
    try body(try container(id, isLocked: true))
    _ = consume lock
  }
}
