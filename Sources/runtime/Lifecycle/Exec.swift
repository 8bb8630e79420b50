internal import Cgroups
internal import ContainerInit
internal import JSONDocument
internal import LinuxSecurity
package import LinuxSystem
package import OCIRuntimeSpec

/// What `exec` was asked for besides the process.
package struct ExecOptions: Sendable {
  package var consoleSocket: String?
  package var pidFile: String?
  package var preservedDescriptors = 0
  package var detach = false
  /// `--pidfd-socket`.
  package var processSocket: String?
  /// `--cgroup`: cgroups below the container's, see `CgroupDirectory.below`.
  package var cgroups: [String] = []
  /// `--ignore-paused`: the process then begins when the container is resumed.
  package var ignorePaused = false

  package init() {}
}

extension ContainerStore {
  /// Runs another process in a running container.
  /// - Parameter adjust: turns the container's own process (the default: its user, environment, directory and
  ///   capabilities) into the one to run.
  /// - Returns: its exit status, or nil when detached, and warnings.
  package func exec(
    _ id: String, _ options: ExecOptions,
    process adjust: (RuntimeSpec.Process) throws(LifecycleError) -> RuntimeSpec.Process
  ) throws(LifecycleError) -> (status: ExitStatus?, warnings: [String]) {
    let container = try container(id)
    switch container.status {
    case .running, .created: break
    case .paused where options.ignorePaused: break
    case .paused:
      throw .wrongStatus("cannot exec in a paused container: \"\(id)\" (use --ignore-paused to override)")
    case .creating where try isBeingMade(id):
      throw .wrongStatus("cannot exec in a container that is still being created: \"\(id)\"")
    case .creating:
      throw .wrongStatus("cannot exec in a container that was never completed: \"\(id)\", delete it")
    case .stopped: throw .wrongStatus("cannot exec in a stopped container: \"\(id)\"")
    }
    let spec = try configuration(of: container)
    guard let own = spec.process else {
      throw .refused([Violation("process", "missing, expected an object")])
    }
    var process = try adjust(own)
    // A process that says nothing of capabilities gets the container's, never the runtime's (runc, crun).
    if process.capabilities == nil { process.capabilities = own.capabilities }
    inherit(&process, from: own)
    if spec.keepsGroups { process.user?.additionalGids = nil }
    let violations = ProcessRules.violations(process) + ProcessLabels(process).unavailable()
    if !violations.isEmpty { throw .refused(violations) }
    try requirePreserved(options.preservedDescriptors)
    if options.detach, process.terminal == true, options.consoleSocket == nil {
      throw .usage("cannot allocate tty if apus-runtime will detach without setting console socket")
    }
    return try Execution(container: container, process: process, spec: spec, options, in: self).perform()
  }

  /// The configuration that the container was made with, whatever has become of the bundle.
  func configuration(of container: Container) throws(LifecycleError) -> RuntimeSpec {
    let text = try during("") { () throws(SystemError) in try readFile("\(container.directory)/config.json") }
    do throws(DocumentError) {
      return try JSON.read(RuntimeSpec.self, from: text, file: "config.json")
    } catch {
      throw .document(error)
    }
  }
}

/// A process about to join a container.
private struct Execution {
  let container: Container
  let process: RuntimeSpec.Process
  /// What the container was made with.
  let spec: RuntimeSpec
  let filter: SeccompFilter?
  let options: ExecOptions
  let cgroup: CgroupDirectory

  init(
    container: Container, process: RuntimeSpec.Process, spec: RuntimeSpec, _ options: ExecOptions,
    in store: ContainerStore
  ) throws(LifecycleError) {
    self.container = container
    self.process = process
    self.spec = spec
    self.options = options
    cgroup = try duringCgroups { () throws(CgroupError) in try container.cgroup.below(options.cgroups) }
    filter = try spec.linux?.seccomp.map { seccomp throws(LifecycleError) in
      try compileSeccomp(seccomp, in: store)
    }
  }

  func perform() throws(LifecycleError) -> (status: ExitStatus?, warnings: [String]) {
    let initHandle = try container.openInit()
    let different = try differentNamespaces(initHandle.pid)
    let inUserNamespace = different.contains(.newUser)
    let setsGroups = try inUserNamespace ? prepareUser(initHandle.pid) : groupsCanBeSet(inNamespaceOf: "self")
    let attachment = try container.unit().flatMap { unit throws(LifecycleError) in
      try duringCgroups { () throws(CgroupError) in
        try SystemdAttachment(to: unit, container.cgroup, target: cgroup, beside: resident(initHandle))
      }
    }
    let isRelayed = process.terminal == true && options.consoleSocket == nil
    let compiled = try CompileExecPlan(
      process: process,
      cgroupFiles: cgroup.taskFiles
        + (try resourceControlPlan(spec.linux, id: container.id)?.taskFiles ?? []),
      awaitsCgroup: attachment != nil, namespaces: different, setsGroups: setsGroups && !spec.keepsGroups,
      window: isRelayed ? StandardDescriptor.input.windowSize() : nil,
      endsLinesPlainly: isRelayed && !StandardDescriptor.output.isTerminal,
      keyring: container.record.hasKeyring ? ContainerRecord.keyring(container.id) : nil, filter: filter,
      own: try during("capabilities") { () throws(SystemError) in
        inUserNamespace ? everyCapability() : try currentCapabilities()
      },
      preservedDescriptors: options.preservedDescriptors, linux: spec.linux
    ).compile()
    let wantsTerminal = process.terminal == true
    let attendance =
      options.detach ? nil : try Lifecycle.attendance(terminal: wantsTerminal && options.consoleSocket == nil)
    switch consume attendance {
    case .none:
      let started = try start(
        compiled.plan, initHandle, different, attachment, try connectConsole(wantsTerminal))
      started.keep()
      return (nil, compiled.warnings)
    case .some(var attendance):
      var console = attendance.takeConsole()
      if options.consoleSocket != nil { console = try connectConsole(wantsTerminal) }
      let started = try start(compiled.plan, initHandle, different, attachment, console)
      let status = try attendance.attend(started.handle)
      started.keep()
      return (status, compiled.warnings)
    }
  }

  /// Whose place the process takes when the container's cgroup takes none; whoever names a cgroup means that one (runc).
  private func resident(_ initHandle: borrowing ProcessHandle) -> Int32? {
    options.cgroups.isEmpty ? initHandle.pid : nil
  }

  /// The process's user must exist in the container's user namespace, and owns the pipes that are its stdio.
  /// - Returns: whether groups can be set there.
  private func prepareUser(_ pid: Int32) throws(LifecycleError) -> Bool {
    let mappings = try during("user namespace") { () throws(SystemError) in try IDMappings(ofPID: pid) }
    let setsGroups = try groupsCanBeSet(inNamespaceOf: "\(pid)")
    var violations = UserNamespaceRules.userIsMapped(process.user, mappings)
    if !setsGroups { violations += UserNamespaceRules.noGroups(process.user) }
    if !violations.isEmpty { throw .refused(violations) }
    if effectiveUserID() == 0, process.terminal != true, let owner = mappings.user(process.user?.uid ?? 0) {
      try during("give stdio to user \(process.user?.uid ?? 0)") { () throws(SystemError) in
        try giveStandardPipes(to: owner)
      }
    }
    return setsGroups
  }

  private func connectConsole(_ wanted: Bool) throws(LifecycleError) -> OwnedDescriptor? {
    guard wanted, let path = options.consoleSocket else { return nil }
    return try during("console socket") { () throws(SystemError) in try connectToSocket(path, kind: .stream) }
  }

  private func connectProcessSocket() throws(LifecycleError) -> OwnedDescriptor? {
    guard let path = options.processSocket else { return nil }
    return try connectToProcessSocket(path)
  }

  /// The child is born in the container's pid namespace, and joins the rest by itself.
  private func start(
    _ plan: InitPlan, _ initHandle: borrowing ProcessHandle, _ different: CloneFlags,
    _ attachment: SystemdAttachment?, _ console: consuming OwnedDescriptor?
  ) throws(LifecycleError) -> ProcessGuard {
    let processSocket = try connectProcessSocket()
    let pair = try during("exec") { () throws(SystemError) in try makeSocketPair() }
    var descriptors = InitDescriptors(channel: pair.second)
    descriptors.console = console
    descriptors.container = try during("exec") { () throws(SystemError) in
      try initHandle.descriptor.duplicate()
    }
    if plan.forerunner.isEmpty, different.contains(.newPID) {
      try during("join pid namespace") { () throws(SystemError) in
        try joinNamespace(initHandle.descriptor, kind: .newPID)
      }
    }
    // Before the process is born into the container's unified cgroup: it starts with its parent's (config.md, Process,
    // execCPUAffinity).
    if let list = try initialAffinity(self.process) {
      try during("exec") { () throws(SystemError) in try setCPUAffinity(list) }
    }
    let supervisor = Supervisor(channel: pair.first, plan: plan)
    let process = try startInit(
      plan, descriptors, in: attachment == nil ? cgroup : CgroupDirectory(entries: []),
      beside: resident(initHandle), attachment, supervisor)
    try supervisor.awaitReady()
    try supervisor.awaitExecution { number throws(LifecycleError) in
      let listener = try SeccompListener(spec.linux?.seccomp)
      try listener.deliver(number, of: process.handle, container.state())
    }
    try sendProcess(process.handle, over: processSocket)
    try writePIDFile(process.handle.pid)
    return process
  }

  private func writePIDFile(_ pid: Int32) throws(LifecycleError) {
    guard let path = options.pidFile else { return }
    try during("pid file") { () throws(SystemError) in
      try writeAtomically(path, Array("\(pid)".utf8), durable: false)
    }
  }

  /// The namespaces in which init is somewhere else than we are, compared by what their links say (namespaces(7)).
  private func differentNamespaces(_ pid: Int32) throws(LifecycleError) -> CloneFlags {
    var flags: CloneFlags = []
    for kind in NamespaceKind.allCases {
      let theirs = try during("exec") { () throws(SystemError) in
        try readLink("/proc/\(pid)/ns/\(kind.procName)")
      }
      let ours = try during("exec") { () throws(SystemError) in try readLink("/proc/self/ns/\(kind.procName)")
      }
      if theirs != ours { flags.insert(kind.flag) }
    }
    return flags
  }
}
