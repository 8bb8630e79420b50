internal import ContainerInit
internal import LinuxSecurity
internal import LinuxSystem
internal import OCIRuntimeSpec

/// What `create` and `run` were asked for besides the bundle.
package struct CreationOptions: Sendable {
  /// Where the terminal's main side is sent.
  package var consoleSocket: String?
  package var pidFile: String?
  /// `--no-pivot`: chroot in place of pivot_root, for hosts on a ramdisk.
  package var noPivot = false
  /// `--no-new-keyring`.
  package var noNewKeyring = false
  /// `--preserve-fds`.
  package var preservedDescriptors = 0
  /// `--pidfd-socket`: where the pidfd of init is sent.
  package var processSocket: String?
  /// `--systemd-cgroup`, `--cgroup-manager`.
  package var cgroupManager = CgroupManager.cgroupfs
  /// Variables that the caller adds to the process's own.
  package var environment: [String] = []
  /// `NOTIFY_SOCKET`: where a service manager waits to hear that the container is ready.
  package var notifySocket: String?
  /// Plan only, and leave nothing behind.
  var explains = false
  /// The size of the caller's own terminal, which the container's then has from its first instant on, whatever its
  /// configuration says; nil when the terminal is somebody else's.
  var window: WindowSize?
  /// Whether what the container's terminal shows goes to a file or a pipe of the caller's, whose lines have no carriage
  /// return (runc). On the caller's own terminal the container's has the last word: a program on the whole screen may
  /// want a line feed that only feeds a line.
  var endsLinesPlainly = false

  package init() {}
}

/// What the host gives to a plan: gathered before, so that planning touches nothing.
struct HostFacts {
  /// Absolute, links resolved.
  var bundlePath: String
  var rootPath: String
  var ownCapabilities: CapabilitySets
  var seccompFilter: SeccompFilter?
  /// See `CgroupDirectory.taskFiles`.
  var cgroupFiles: [String] = []
  /// What mounts of type `cgroup` show.
  var cgroupHierarchies: [CgroupMounts.Hierarchy] = []
  var cgroupLinks: [String: String] = [:]
  /// Whether the host has /proc/kcore, which /dev/core then links to.
  var hasKernelCore: Bool
  /// Whether groups are set: not where the container's user namespace forbids it, see `UserNamespaceDuties`, nor where the
  /// caller's are kept.
  var setsGroups = true
  /// Whether the runtime is root of the first user namespace or at least of one: then init may be untraceable from the
  /// start, since root writes to its files in procfs all the same.
  var isRoot = true
  /// Whether device nodes are the host's, bound: in a user namespace none can be made.
  var bindsDevices = false
  /// Whether those of the configuration are made by the supervisor instead: the runtime may, and its root is the host's.
  var makesDevices = false
}

/// What came of compiling: the plan, what the supervisor has to make for it, and warnings.
struct CompiledPlan {
  let plan: InitPlan
  let idMapped: [IDMappedMount]
  let devices: [MadeDevice]
  let warnings: [String]
}

/// The plan of a new container's init: a pure function from the configuration to an ordered list. Why each group
/// stands where it does is said at its place; the golden tests keep the order.
struct CompileInitPlan {
  let id: String
  let spec: RuntimeSpec
  let namespaces: NamespacePlan
  let options: CreationOptions
  let host: HostFacts
  /// `create` waits at the gate, `run` does not.
  let waitsForStart: Bool
  var hooks: HookPlan?

  func compile() throws(LifecycleError) -> CompiledPlan {
    guard var process = spec.process else {
      throw .refused([Violation("process", "missing, expected an object")])
    }
    process.env = (process.env ?? []) + options.environment
    let mounts = try CompileMounts(
      bundlePath: host.bundlePath, rootPaths: rootPaths, cgroups: host.cgroupHierarchies,
      cgroupLinks: host.cgroupLinks,
      bindsSystem: namespaces.hasUserNamespace && !namespaces.ownsNetwork,
      hasUserNamespace: namespaces.hasUserNamespace
    ).steps(spec.mounts ?? [])
    if waitsForStart { releaseCode() }
    let tail = try ProcessSteps(
      process: process, filter: host.seccompFilter, own: host.ownCapabilities,
      preservedDescriptors: options.preservedDescriptors, waitsForStart: waitsForStart,
      isInUserNamespace: namespaces.hasUserNamespace, setsGroups: host.setsGroups, hooks: hooks,
      linux: spec.linux
    ).tail()
    if waitsForStart { releaseCode() }
    let mounting =
      namespaces.hasUserNamespace ? openingSources(mounts.mounts) : (opening: [], mounts: mounts.mounts)
    var steps = entering()
    if namespaces.hasUserNamespace {
      steps += [.awaitMappings] + rootTree() + mounting.opening + becomingRoot()
      if namespaces.newIPC { steps.append(.newIPCNamespace) }
      steps += session()
    } else {
      steps += session() + rootTree()
    }
    let devices = try devices()
    if waitsForStart { releaseCode() }
    steps += mountingAndDevices(
      labelled(mounting.mounts, spec.linux?.mountLabel, as: spec.mountLabelOption), devices.steps)
    steps += terminal(process)
    // runc makes a missing working directory; it belongs to root.
    steps.append(.makeDirectory(process.cwd))
    // Who needs `lo` first are hooks and the program.
    let network: [InitStep] = namespaces.newNetwork ? [.awaitNetwork] : []
    let hooking = try createHooks()
    if !hooking.isEmpty { steps += network + hooking }
    steps += names()
    steps += restrictions(mounts.finishing)
    steps += changingRoot()
    if hooking.isEmpty { steps += network }
    return CompiledPlan(
      plan: InitPlan(cloneFlags: namespaces.new, forerunner: forerunner(), steps: steps + tail.steps),
      idMapped: mounts.idMapped, devices: devices.made, warnings: mounts.warnings + tail.warnings)
  }

  /// As the configuration has it, and resolved.
  private var rootPaths: [String] {
    guard let given = spec.root?.path else { return [host.rootPath] }
    return [host.rootPath, given.hasPrefix("/") ? given : "\(host.bundlePath)/\(given)"]
  }

  /// Namespaces first: everything below happens in them.
  private func entering() -> [InitStep] {
    var steps: [InitStep] = [.closeInherited(from: 3 + UInt32(options.preservedDescriptors))]
    if startsUntraceable { steps.append(.preventTracing) }
    // While the files in procfs are this process's: by the host's, and before it becomes root of a user namespace, which
    // does not own them as long as it is untraceable.
    if namespaces.newTime { steps.append(.enterTimeNamespace(clockOffsets())) }
    // By the host's procfs, while it is there.
    if let process = spec.process { steps += ProcessLabels(process).opening }
    // The same; in a user namespace the supervisor does it.
    if let score = spec.process?.oomScoreAdj, !namespaces.hasUserNamespace {
      steps.append(.setOutOfMemoryScore(score))
    }
    steps += namespaces.joined.filter { $0.kind != .cgroup }.map { .joinNamespace($0.kind, path: $0.path) }
    return steps
  }

  private func session() -> [InitStep] {
    var steps: [InitStep] = [.startSession]
    if !options.noNewKeyring { steps.append(.joinKeyring(ContainerRecord.keyring(id))) }
    if namespaces.new.contains(.newNetwork) { steps.append(.bringLoopbackUp) }
    return steps
  }

  /// The mount tree stops talking to the host's before anything is mounted in it.
  private func rootTree() -> [InitStep] {
    let propagation = spec.linux?.rootfsPropagation.map(mountFlags) ?? [.slave, .recursive]
    // What cannot be bound is no root either, nor what a mount is made from: it becomes so at the end (crun).
    let before = propagation.contains(.unbindable) ? .private : propagation
    // The tree as a whole: `shared` without r would leave submounts as they were.
    var steps: [InitStep] = [.setFileModeMask(0), .setTreePropagation(before.union(.recursive))]
    if propagation.contains(.shared) { steps.append(.makeParentMountPrivate(ofRoot: host.rootPath)) }
    // Otherwise what the host mounts on a root that its engine has mounted shared, as dockerd does, would be seen inside
    // (runc 1.3, crun).
    steps.append(.bindRoot(host.rootPath, isPrivate: spec.linux?.rootfsPropagation == nil))
    return steps
  }

  private func terminal(_ process: RuntimeSpec.Process) -> [InitStep] {
    guard process.terminal == true else { return [] }
    return [
      .openTerminal(
        terminalSetup(
          process, isConsole: true, window: options.window, endsLinesPlainly: options.endsLinesPlainly))
    ]
  }

  /// The supervisor's hooks, then the container's own, where `HookPlan` says why.
  private func createHooks() throws(LifecycleError) -> [InitStep] {
    guard let hooks else { return [] }
    // Also without hooks of the supervisor's: before its word there may be no record that a hook could ask for.
    var steps: [InitStep] = hooks.has(.prestart, .createRuntime, .createContainer) ? [.awaitHooks] : []
    // In the new root, as in runc; with a mask of its own, since init works without one.
    steps += try hooks.actions(.createContainer, in: host.rootPath, privileges: [.setFileModeMask(0o022)])
      .map { .runHook($0) }
    return steps
  }

  /// Kernel parameters while the host's procfs is still there, and before any path of it is hidden.
  private func names() -> [InitStep] {
    var steps: [InitStep] = []
    if let name = spec.hostname, !name.isEmpty { steps.append(.setHostname(name)) }
    if let name = spec.domainname, !name.isEmpty { steps.append(.setDomainName(name)) }
    for (name, value) in (spec.linux?.sysctl ?? [:]).sorted(by: { $0.key < $1.key }) {
      steps.append(.writeSysctl(name: name, value: value))
    }
    return steps
  }

  /// Read-only and masked paths after everything that had to write; a path in both lists ends up masked. The root last.
  private func restrictions(_ finishing: [InitStep]) -> [InitStep] {
    var steps = finishing
    steps += (spec.linux?.readonlyPaths ?? []).map { .restrictToReading($0) }
    steps += (spec.linux?.maskedPaths ?? []).map { .mask($0) }
    if spec.root?.readonly == true { steps.append(.makeReadOnly("/")) }
    return steps
  }

  private func changingRoot() -> [InitStep] {
    var steps: [InitStep] = options.noPivot ? [.hideKernelFileSystems, .changeRoot] : [.pivotRoot]
    if let propagation = spec.linux?.rootfsPropagation {
      steps.append(.setRootPropagation(mountFlags(propagation)))
    }
    return steps
  }

  private func mountFlags(_ propagation: RuntimeSpec.Linux.Propagation) -> MountFlags {
    switch propagation {
    case .shared: .shared
    case .slave: .slave
    case .private: .private
    case .unbindable: .unbindable
    case .recursiveShared: [.shared, .recursive]
    case .recursiveSlave: [.slave, .recursive]
    case .recursivePrivate: [.private, .recursive]
    case .recursiveUnbindable: [.unbindable, .recursive]
    }
  }
}

/// What a process's terminal needs.
func terminalSetup(
  _ process: RuntimeSpec.Process, isConsole: Bool, window: WindowSize?, endsLinesPlainly: Bool
) -> TerminalSetup {
  TerminalSetup(
    size: window
      ?? process.consoleSize.map {
        WindowSize(columns: UInt16(clamping: $0.width), rows: UInt16(clamping: $0.height))
      }, endsLinesPlainly: endsLinesPlainly, userID: process.user?.uid ?? 0, isConsole: isConsole)
}
