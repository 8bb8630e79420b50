internal import Cgroups
internal import ContainerInit
internal import JSONDocument
internal import LinuxSecurity
internal import LinuxSystem
internal import OCIRuntimeSpec

// create: gather → plan → perform → record. What is made undoes itself when a later step fails: the directory, the
// process and the cgroup are guards, and only the last lines keep them.

extension ContainerStore {
  /// Makes a container that waits for `start`.
  /// - Returns: warnings for the log.
  /// - Throws: `LifecycleError`; then nothing is left behind.
  package func create(_ id: String, bundle: Bundle, _ options: CreationOptions) throws(LifecycleError)
    -> [String]
  {
    try ContainerStore.validate(id)
    let network = try beginNetworkNamespace(bundle.spec)
    // Reading the configuration, gathering, planning and making use little code in common.
    releaseCode()
    let creation = try Creation(id: id, bundle: bundle, options: options, waitsForStart: true, in: self)
    let console = try creation.connectConsole()
    let processSocket = try creation.connectProcessSocket()
    let directory = try create(id)
    do throws(LifecycleError) {
      try creation.makeNotifyDirectory(directory.path)
      releaseCode()
      let born = try creation.perform(in: directory, console: console, network)
      releaseCode()
      try born.supervisor.awaitReady()
      releaseCode()
      try born.openGate()
      try sendProcess(born.process.handle, over: processSocket)
      try creation.writePIDFile(born.pid)
      releaseCode()
      born.keep()
    } catch { throw afterUndoing(creation, error) }
    return creation.warnings
  }
}

/// A container about to be made: everything gathered and planned.
struct Creation {
  let id: String
  let bundle: Bundle
  let options: CreationOptions
  let plan: InitPlan
  let namespaces: NamespacePlan
  let cgroup: CgroupPlan
  let resourceControl: ResourceControlPlan?
  let scope: PlannedScope?
  let rootPath: String
  let hooks: HookPlan?
  let warnings: [String]
  let idMapped: [IDMappedMount]
  let devices: [MadeDevice]
  let created = Timestamp.now().description
  let waitsForStart: Bool
  let userNamespace: UserNamespaceDuties?

  /// Gathers and plans; makes nothing.
  init(
    id: String, bundle: Bundle, options: CreationOptions, waitsForStart: Bool, in store: ContainerStore
  ) throws(LifecycleError) {
    var (spec, options) = (bundle.spec, options)
    if spec.keepsGroups { spec.process?.user?.additionalGids = nil }
    let limits = spec.linux?.resources.map(spec.asOfToday)
    spec.linux?.resources = limits
    NotifySocket.add(to: &spec, &options, directory: store.path(id), warn: store.warn)
    let own = try withoutHostNamespaces(spec)
    var violations = SpecRules.violations(own)
    let inside = try isInside()
    let layout = try Creation.layout(spec, id: id, options, in: store, inside: inside)
    if let resources = spec.linux?.resources, options.withoutCgroups {
      violations += requestedResources(in: resources).map {
        Violation($0, "needs cgroups, which are disabled")
      }
    } else if let resources = spec.linux?.resources {
      violations += unsupportedResources(in: resources, on: layout).map { Violation($0, "not supported") }
    }
    violations += bundle.spec.process.map { ProcessLabels($0).unavailable() } ?? []
    violations += mountLabelViolations(spec)
    if !violations.isEmpty { throw .refused(violations) }
    try requirePreserved(options.preservedDescriptors)
    if waitsForStart { releaseCode() }
    let namespaces = try Creation.plan(spec, own)
    let userNamespace = UserNamespaceDuties(spec, namespaces)
    // A namespace below one that forbids it forbids it too (user_namespaces(7)).
    let outside = inside ? try groupsCanBeSet(inNamespaceOf: "self") : true
    let setsGroups = outside && userNamespace?.setsGroups ?? true
    violations = Creation.userNamespaceIsThere(namespaces)
    if !setsGroups { violations += UserNamespaceRules.noGroups(spec.process?.user) }
    if !violations.isEmpty { throw .refused(violations) }
    scope = options.cgroupManager == .systemd ? try PlannedScope(spec, id: id, layout: layout) : nil
    let path = try cgroupPath(spec, id: id, scope)
    if waitsForStart { releaseCode() }
    let cgroup = try duringCgroups { () throws(CgroupError) in
      if options.withoutCgroups { return CgroupPlan.none }
      return try CgroupPlan(
        resources: spec.linux?.resources, path: path, layout: layout,
        owner: cgroupOwner(spec, namespaces), restrictsDevices: !store.rootless.isInEffect(inside: inside))
    }
    if waitsForStart { releaseCode() }
    resourceControl = try resourceControlPlan(spec.linux, id: id)
    let host = HostFacts(
      bundlePath: bundle.path, rootPath: try bundle.rootPath(),
      // A process in a new user namespace has every capability there (user_namespaces(7)).
      ownCapabilities: try during("capabilities") { () throws(SystemError) in
        namespaces.hasUserNamespace ? everyCapability() : try currentCapabilities()
      },
      seccompFilter: try spec.linux?.seccomp.map { seccomp throws(LifecycleError) in
        try compileSeccomp(
          seccomp, in: options.explains ? nil : store, refusingUnknownCalls: spec.knowsItsSystemCalls)
      },
      cgroupFiles: namespaces.hasUserNamespace
        ? [] : cgroup.directory.taskFiles + (resourceControl?.taskFiles ?? []),
      cgroupHierarchies: cgroup.mounts(hasNamespace: namespaces.hasCgroupNamespace),
      cgroupLinks: cgroup.links,
      hasKernelCore: fileExists("/proc/kcore"), setsGroups: setsGroups && !spec.keepsGroups,
      isRoot: effectiveUserID() == 0, bindsDevices: namespaces.hasUserNamespace || inside,
      makesDevices: namespaces.hasUserNamespace && !inside ? try Creation.mayMakeDevices() : false)
    hooks =
      spec.hooks == nil
      ? nil
      : HookPlan(
        spec.hooks,
        state: RuntimeState(
          ociVersion: specificationVersion, id: id, status: .creating, bundle: bundle.path,
          rootfs: host.rootPath, created: created, annotations: spec.annotations, owner: ownerName()))
    if waitsForStart { releaseCode() }
    let compiled = try CompileInitPlan(
      id: id, spec: spec, namespaces: namespaces, options: options, host: host, waitsForStart: waitsForStart,
      hooks: hooks
    ).compile()
    if waitsForStart { releaseCode() }
    (plan, idMapped, devices) = (compiled.plan, compiled.idMapped, compiled.devices)
    warnings = compiled.warnings
    (self.id, self.bundle, self.options) = (id, bundle, options)
    (self.namespaces, self.cgroup, rootPath) = (namespaces, cgroup, host.rootPath)
    self.waitsForStart = waitsForStart
    self.userNamespace = userNamespace
  }

  /// The runtime's own user namespace, given by path, is none that could be joined (setns(2), EINVAL).
  private static func plan(_ spec: RuntimeSpec, _ own: RuntimeSpec) throws(LifecycleError) -> NamespacePlan {
    let kept = own.linux?.namespaces ?? []
    let listed = (spec.linux?.namespaces ?? []).filter { $0.type != .user || kept.contains($0) }
    let path = listed.first { $0.type == .user }?.path ?? ""
    return try NamespacePlan(listed, foreign: path.isEmpty ? [] : try foreignPaths(of: listed, to: path))
  }

  /// The machine's cgroups, as far as this container can have them. Where systemd makes its own, that one delegates.
  private static func layout(
    _ spec: RuntimeSpec, id: String, _ options: CreationOptions, in store: ContainerStore, inside: Bool
  ) throws(LifecycleError) -> CgroupLayout {
    switch options.cgroupManager {
    case .disabled: return CgroupLayout(hierarchies: [])
    case .systemd: return try duringCgroups { () throws(CgroupError) in try CgroupLayout.gather() }
    case .cgroupfs: return try store.layout(for: try cgroupPath(spec, id: id, nil), inside: inside)
    }
  }

  /// In a container of somebody else's without a user namespace root may lack it, and binds what is there.
  private static func mayMakeDevices() throws(LifecycleError) -> Bool {
    if effectiveUserID() != 0 { return false }
    return try during("capabilities") { () throws(SystemError) in try currentCapabilities() }
      .effective.contains(.makeNodes)
  }

  /// The console socket, connected before anything is made, since its absence is the caller's mistake.
  func connectConsole() throws(LifecycleError) -> OwnedDescriptor? {
    guard bundle.spec.process?.terminal == true else {
      if options.consoleSocket != nil {
        throw .usage("cannot use console socket if process.terminal is false in config.json")
      }
      return nil
    }
    guard let socket = options.consoleSocket else {
      throw .usage("cannot allocate tty without a console socket: process.terminal is true in config.json")
    }
    return try during("console socket") { () throws(SystemError) in try connectToSocket(socket, kind: .stream)
    }
  }

  /// The pid file says that the container is complete, so it is the last thing that is written (conmon reads it when
  /// create returns).
  func writePIDFile(_ pid: Int32) throws(LifecycleError) {
    guard let path = options.pidFile else { return }
    try during("pid file") { () throws(SystemError) in
      try writeAtomically(path, Array("\(pid)".utf8), durable: false)
    }
  }
}

/// The descriptors that the caller wants preserved must be there. A number that is free now would be taken by one of
/// our own, such as the container's lock, which init would then keep open until its exec (runc refuses the same).
func requirePreserved(_ count: Int) throws(LifecycleError) {
  for number in 3..<3 + Int32(count) where !isOpenDescriptor(number) {
    throw .usage("--preserve-fds \(count): descriptor \(number) is not open")
  }
}

/// Gives a failure of the cgroups its place in the operation.
func duringCgroups<Result: ~Copyable>(
  _ body: () throws(CgroupError) -> Result
) throws(LifecycleError) -> Result {
  do throws(CgroupError) { return try body() } catch { throw .initFailed("\(error)") }
}
