internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Removes a container that has stopped, or, like runc, one that was never started.
  /// - Parameter force: also kill a running one, and be content when there is none of that ID: containerd's clean-up
  ///   relies on both.
  package func delete(_ id: String, force: Bool) throws(LifecycleError) {
    let lock: DirectoryLock
    do throws(LifecycleError) { lock = try self.lock(id) } catch {
      if force, case .doesNotExist = error { return }
      throw error
    }
    let container: Container
    do throws(LifecycleError) { container = try self.container(id, isLocked: true) } catch {
      guard force else { throw error }
      return try deleteRemains(id)
    }
    switch container.status {
    case .stopped: break
    case .created, .creating: try end(container)
    default:
      guard force else {
        throw .wrongStatus(
          "cannot delete container \"\(id)\" that is not stopped: \(container.status.rawValue)")
      }
      try end(container)
    }
    // Read before it goes; one that cannot be read stops only those who do not insist.
    var hooks: HookPlan?
    do throws(LifecycleError) { hooks = try self.hooks(of: container) } catch {
      guard force else { throw error }
      warn("poststop hooks: \(error)")
    }
    let cgroup = container.cgroup
    // Killed before systemd is asked, which would begin with a polite signal; removed after, as it removes its own part.
    try duringCgroups { () throws(CgroupError) in try cgroup.killAll() }
    try stopUnit(try container.unit())
    try duringCgroups { () throws(CgroupError) in
      try cgroup.remove()
      try removeResourceGroups(container.record.resourceGroups)
    }
    try during("delete container \"\(id)\"") { () throws(SystemError) in try removeTree(container.directory) }
    _ = consume lock
    hooks?.runPoststop(warn: warn)
  }

  /// Removes every container whose ID an extended regular expression fits, as crun does.
  /// - Throws: the first failure, after all have been tried; the others are warnings.
  package func delete(fitting expression: String, force: Bool) throws(LifecycleError) {
    var failure: LifecycleError?
    for id in try identifiers() {
      let fits = try during("--regex") { () throws(SystemError) in try matches(id, expression: expression) }
      guard fits else { continue }
      do throws(LifecycleError) { try delete(id, force: force) } catch {
        if failure != nil { warn("\(error)") }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
  }

  /// Removes what a runtime leaves that was killed in its first instants, or a container whose record cannot be read:
  /// the configuration says where its cgroups are, and whatever lives in them is part of it.
  private func deleteRemains(_ id: String) throws(LifecycleError) {
    let copy = "\(path(id))/config.json"
    var hooks: HookPlan?
    if fileExists(copy) {
      let bundle = try Bundle(path(id))
      hooks = HookPlan(bundle.spec.hooks, state: try stateOfRemains(id, bundle.spec))
      let unit = try UnitFile.read(from: path(id))
      let all = try duringCgroups { () throws(CgroupError) in try CgroupLayout.gather() }
      let scope = unit == nil ? nil : try PlannedScope(bundle.spec, id: id, layout: all)
      let place = try cgroupPath(bundle.spec, id: id, scope)
      let layout = unit == nil ? try layout(for: place, inside: try isInside()) : all
      try stopUnit(unit)
      // A cgroup of that name would be somebody else's.
      let hasNone = fileExists("\(path(id))/\(Container.withoutCgroupsName)")
      try duringCgroups { () throws(CgroupError) in
        if hasNone { return }
        let plan = try CgroupPlan(resources: nil, path: place, layout: layout, restrictsDevices: false)
        try plan.directory.killAll()
        try plan.directory.remove()
      }
      let groups = try resourceControlPlan(bundle.spec.linux, id: id)?.own ?? []
      try duringCgroups { () throws(CgroupError) in try removeResourceGroups(groups) }
    }
    try during("delete container \"\(id)\"") { () throws(SystemError) in try removeTree(path(id)) }
    hooks?.runPoststop(warn: warn)
  }

  private func stateOfRemains(_ id: String, _ spec: RuntimeSpec) throws(LifecycleError) -> RuntimeState {
    let name = "\(path(id))/\(Container.bundleName)"
    let bundle = fileExists(name) ? try during("") { () throws(SystemError) in try readText(name) } : path(id)
    return RuntimeState(
      ociVersion: specificationVersion, id: id, status: .stopped, bundle: bundle,
      annotations: spec.annotations)
  }

  /// Kills init and waits until it has ended; who reaps it is its parent's business.
  private func end(_ container: Container) throws(LifecycleError) {
    guard let handle = try openIfAlive(container) else { return }
    let cgroup = container.cgroup
    try during("kill container \"\(container.id)\"") { () throws(SystemError) in
      do throws(SystemError) { try handle.signal(Signal.kill) } catch {
        guard error.code == ErrorCode.noProcess else { throw error }
      }
    }
    try duringCgroups { () throws(CgroupError) in try cgroup.thawIfThere() }
    try during("wait for container \"\(container.id)\"") { () throws(SystemError) in
      let loop = try EventLoop()
      try loop.watch(handle.descriptor, for: .read, token: 0)
      // A process that does not die within ten seconds of SIGKILL waits for a device, and waiting longer helps nobody.
      guard try loop.next(milliseconds: 10_000) != nil else {
        throw SystemError("kill", code: ErrorCode.busy, subject: "pid \(handle.pid) does not end")
      }
    }
  }

  /// A handle to init; nil when it has ended.
  func openIfAlive(_ container: Container) throws(LifecycleError) -> ProcessHandle? {
    do throws(LifecycleError) { return try container.openInit() } catch {
      if case .wrongStatus = error { return nil }
      throw error
    }
  }
}
