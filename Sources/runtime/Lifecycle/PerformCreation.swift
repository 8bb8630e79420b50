internal import Cgroups
internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

extension Creation {
  /// Makes the process and the cgroup, and lets init run up to its readiness.
  ///
  /// The process is cloned before the v1 cgroups are made, so that the two work side by side: init mounts while the
  /// supervisor writes to the hierarchies. They meet at `awaitSupervisor`.
  func perform(
    in directory: consuming ContainerDirectoryGuard, console: consuming OwnedDescriptor?,
    _ network: consuming NetworkNamespaceInMaking?
  ) throws(LifecycleError) -> BornContainer {
    let pair = try during("") { () throws(SystemError) in try makeSocketPair() }
    var descriptors = InitDescriptors(channel: pair.second)
    descriptors.console = console
    try makeMounts(idMapped, for: bundle.spec, into: &descriptors.mounts)
    try makeDevices(
      devices, at: directory.path, label: bundle.spec.mountLabelData, into: &descriptors.mounts)
    if waitsForStart {
      descriptors.gate = try listenAtGate(directory.path)
    } else {
      // Without a gate the name alone says that init is still the runtime: a signal sent to it now would not reach the
      // program.
      let pending = "\(directory.path)/\(Container.pendingGateName)"
      _ = try during("") { () throws(SystemError) in
        try openFile(pending, [.writeOnly, .create, .exclusive], mode: 0o600)
      }
    }
    // The configuration before the first cgroup: should we be killed before there is a record, it tells `delete
    // --force` where cgroups may be.
    try during("") { () throws(SystemError) in
      if options.withoutCgroups {
        try writeAtomically(
          "\(directory.path)/\(Container.withoutCgroupsName)", [], mode: 0o600, durable: false)
      }
      try writeAtomically("\(directory.path)/config.json", bundle.text, mode: 0o600, durable: false)
      // For the same case: its hooks are told of the bundle.
      if hooks != nil {
        try writeAtomically(
          "\(directory.path)/\(Container.bundleName)", Array(bundle.path.utf8), mode: 0o600, durable: false)
      }
    }
    if let scope { try UnitFile.write(scope.scope.unit, to: directory.path) }
    // Init is born in the unified cgroup, so that one comes first. A scope of systemd's is made around init instead.
    let early = scope == nil ? cgroup.part(unified: true) : CgroupPlan(directories: [])
    var unified = try duringCgroups { () throws(CgroupError) in try createCgroup(early) }
    if waitsForStart { releaseCode() }
    let supervisor = Supervisor(channel: pair.first, plan: plan)
    let ownNamespace = plan.forerunner.isEmpty ? try enterPIDNamespace(namespaces.pidPath) : nil
    let process = try startInit(plan, descriptors, in: unified.directory, nil, supervisor)
    startElsewhere(pid: process.handle.pid)
    try leavePIDNamespace(ownNamespace)
    if waitsForStart { releaseCode() }
    if let userNamespace {
      try supervisor.awaitWaiting()
      try userNamespace.perform(pid: process.handle.pid)
      try supervisor.proceed()
    }
    // While init goes on, as with the v1 cgroups.
    if let scope { unified = try scope.start(around: process.handle.pid, id: id, cgroup) }
    let others = try duringCgroups { () throws(CgroupError) in
      try createCgroup(cgroup.part(unified: false), in: scope?.scope.unit)
    }
    let groups = try duringCgroups { () throws(CgroupError) in try createResourceGroups(resourceControl) }
    if waitsForStart { releaseCode() }
    try mapOwnMounts(beforeWaiting: true, supervisor)
    let moves = NetworkDeviceMove.list(bundle.spec.linux)
    // Where nothing is done to init while it stands there, it finds the word when it comes, and sleeps for nobody.
    let waits = userNamespace != nil || !moves.isEmpty || idMapped.contains(where: \.isOwn)
    if waits { try supervisor.awaitWaiting() }
    // In a user namespace init may not move itself: the files are root's outside.
    if userNamespace != nil {
      try duringCgroups { () throws(CgroupError) in try others.directory.add(pid: process.handle.pid) }
      for file in resourceControl?.taskFiles ?? [] {
        try during("linux.intelRdt") { () throws(SystemError) in
          try writeExistingFile(file, "\(process.handle.pid)")
        }
      }
    }
    var network = network
    let made = try take(&network)
    try moveNetworkDevices(moves, to: made, orOf: process.handle.pid)
    try supervisor.proceed(network: made)
    // While init goes on. Before the record there is nothing that outlives us: init ends when the channel does, and
    // after it `delete --force` finds the container by its record.
    if waitsForStart { releaseCode() }
    try record(process.handle, directory.path)
    if waitsForStart { releaseCode() }
    if !waits { try supervisor.awaitWaiting() }
    try mapOwnMounts(beforeWaiting: false, supervisor)
    try finish(network, supervisor)
    let born = BornContainer(
      supervisor: supervisor, process: process, groups: groups, others: others, unified: unified,
      directory: directory)
    try runHooks(born)
    return born
  }

  /// Waits for the network namespace; nil when the container's is not a new one of the host's user namespace.
  private func take(_ network: inout NetworkNamespaceInMaking?) throws(LifecycleError) -> OwnedDescriptor? {
    do throws(SystemError) { return try network?.take() } catch { throw .system(what: "start init", error) }
  }

  /// Waits until `lo` is up, and says so. Last of all that init waits for: bringing a device up takes a lock that the
  /// kernel holds for milliseconds while it takes a network apart, such as that of the container before.
  private func finish(
    _ network: consuming NetworkNamespaceInMaking?, _ supervisor: borrowing Supervisor
  ) throws(LifecycleError) {
    guard let network else { return }
    do throws(SystemError) { try network.finish() } catch { throw .system(what: "start init", error) }
    try supervisor.announceNetwork()
  }

  /// The hooks of the runtime's namespaces, while init waits for them (runtime.md, Lifecycle, 3 and 4).
  private func runHooks(_ born: borrowing BornContainer) throws(LifecycleError) {
    guard let hooks, plan.steps.contains(.awaitHooks) else { return }
    try born.supervisor.awaitWaiting()
    try hooks.run(.prestart, pid: born.pid)
    try hooks.run(.createRuntime, pid: born.pid)
    try born.supervisor.proceed()
  }

  private func listenAtGate(_ path: String) throws(LifecycleError) -> OwnedDescriptor {
    try during("start gate") { () throws(SystemError) in
      let directory = try openFile(path, [.path, .directory])
      return try listenOnSocket(Container.pendingGateName, in: directory, kind: .sequencedPacket)
    }
  }

  private func record(_ process: borrowing ProcessHandle, _ path: String) throws(LifecycleError) {
    let pid = process.pid
    let facts = try during("") { () throws(SystemError) in try ProcessFacts(pid: pid) }
    guard let facts else { throw .initFailed("init ended without a word (killed while it was set up)") }
    try ContainerRecord(
      id: id, bundle: bundle.path, rootfs: rootPath, pid: pid, startTime: facts.startTime,
      cgroup: cgroup.directory, created: created,
      annotations: bundle.spec.annotations,
      ownerID: effectiveUserID(), hasPIDNamespace: namespaces.hasPIDNamespace,
      hasKeyring: !options.noNewKeyring,
      hasHooks: hooks?.has(.startContainer, .poststart, .poststop) ?? false,
      resourceGroups: resourceControl?.own ?? []
    ).write(to: path)
  }
}
