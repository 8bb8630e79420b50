internal import LinuxSecurity
internal import LinuxSystem

// The loop. Rules of this room: no Foundation, no logging, no result thrown away, and one way out for success (exec)
// and one for failure (a record and _exit). Allocation is permitted: the parent had one thread when it cloned.

/// What steps learn for later steps. It never decides which steps follow.
struct InitContext: ~Copyable {
  var descriptors: InitDescriptors
  /// The container's root, opened after it was bound; every path in the container is resolved below it.
  var root: OwnedDescriptor?
  /// Where the root is in the present mount namespace.
  var rootPath = ""
  /// Where the last device was made, until anything but a device is: a mount may cover it.
  var deviceDirectory: OwnedDescriptor?
  var deviceDirectoryPath = ""
  /// What the first masked directory shows.
  var emptyDirectory: OwnedDescriptor?
  /// The program that was found.
  var program = ""
  /// HOME, when the configuration has none.
  var home: String?
  /// A working directory that root was not allowed to enter (a network file system); tried again as the user.
  var directoryRefused = false
  /// Where the program's label is written.
  var label: OwnedDescriptor?
  /// The network namespace that was made meanwhile, as it came from the supervisor.
  var network: OwnedDescriptor?
  /// The filter's listener, until it is handed over.
  var listener: OwnedDescriptor?
  /// The joined user namespace forbids to set groups.
  var groupsAreFixed = false
  /// The visitor that opened the gate: a failed exec is reported to it.
  var starter: OwnedDescriptor?
  /// What a failed hook has written; it goes to whoever is told of the failure.
  var hookOutput: OwnedDescriptor?

  init(_ descriptors: consuming InitDescriptors) {
    self.descriptors = descriptors
    root = nil
    deviceDirectory = nil
    emptyDirectory = nil
    label = nil
    network = nil
    listener = nil
    starter = nil
    hookOutput = nil
  }
}

/// Runs the plan in the child. Does not return: the last step is exec, and a failure ends the process.
package func performInit(_ cargo: consuming InitCargo) {
  let plan = cargo.plan
  var context = InitContext(cargo.descriptors)
  context.perform(plan.steps, firstIndex: plan.forerunner.count)
  // Only a plan without an `execute` gets here; it is a plan that no compiler makes.
  context.report(.failure(step: plan.allSteps.count, code: ErrorCode.invalid))
  exitImmediately(125)
}

extension InitContext {
  /// What is added to the program's environment.
  var homeVariable: [String] { home.map { ["HOME=\($0)"] } ?? [] }

  /// Performs steps in their order; a failure ends the process.
  /// - Parameter firstIndex: how many steps of the plan came before.
  mutating func perform(_ steps: [InitStep], firstIndex: Int) {
    for (index, step) in steps.enumerated() {
      do throws(SystemError) { try ContainerInit.perform(step, &self) } catch {
        report(.failure(step: firstIndex + index, code: error.code))
        exitImmediately(125)
      }
    }
  }

  /// Keeps the descriptors by role, and the caller's own below `first`.
  borrowing func closeInherited(from first: UInt32) throws(SystemError) {
    var kept = [descriptors.channel.raw]
    if let number = InitContext.number(descriptors.gate) { kept.append(number) }
    if let number = InitContext.number(descriptors.console) { kept.append(number) }
    if let number = InitContext.number(descriptors.container) { kept.append(number) }
    kept += descriptors.mounts.numbers
    try closeDescriptors(from: first, keeping: kept)
  }

  private static func number(_ descriptor: borrowing OwnedDescriptor?) -> Int32? {
    switch descriptor {
    case .some(let owned): owned.raw
    case .none: nil
    }
  }

  /// Tells whoever listens now: the starter once the gate is open, else the supervisor. When nobody hears it there
  /// is nothing more to do than to end.
  borrowing func report(_ record: InitRecord) {
    do throws(SystemError) {
      switch starter {
      case .some(let visitor): try send(record, over: visitor)
      case .none: try send(record, over: descriptors.channel)
      }
    } catch { exitImmediately(125) }
  }

  private borrowing func send(
    _ record: InitRecord, over socket: borrowing OwnedDescriptor
  ) throws(SystemError) {
    switch hookOutput {
    case .some(let output): try record.send(over: socket, with: output)
    // By write(2), since a filter may be there already: few programs go without it, many without sockets.
    case .none: try record.write(to: socket)
    }
  }
}

/// Performs one step. The switch is the closed list; a new case finds its reader here.
func perform(_ step: InitStep, _ context: inout InitContext) throws(SystemError) {
  switch step {
  case .makeDevice(let node): return try makeDevice(node, &context)
  case .linkDevice(let name, let target): return try linkDevice(name, target, &context)
  default: context.deviceDirectory = nil
  }
  switch step {
  case .closeInherited(let first): try context.closeInherited(from: first)
  case .joinNamespace(let kind, let path): try joinNamespace(try openFile(path, .readOnly), kind: kind.flag)
  case .joinContainer(let flags): try joinContainer(flags, context)
  case .enterTimeNamespace(let offsets): try LinuxSystem.enterTimeNamespace(offsets)
  case .awaitMappings: try awaitSupervisor(&context)
  case .becomeNamespaceRoot(let drops, let user, let group):
    try becomeNamespaceRoot(dropsGroups: drops, orUser: user, orGroup: group, &context)
  case .preventTracing: try setDumpable(false)
  case .openLabel(let module): try openLabel(module, &context)
  case .labelKeys(let label): try setKeyLabel(label)
  case .setOutOfMemoryScore(let score): try writeExistingFile("/proc/self/oom_score_adj", "\(score)")
  case .startSession: try startSession()
  case .joinKeyring(let name): try joinNewSessionKeyring(name)
  case .bringLoopbackUp: try bringInterfaceUp("lo")
  case .enterNewNetwork: try enterNewNetwork(&context)
  case .awaitNetwork: try awaitNetwork(context)
  case .awaitSupervisor: try awaitSupervisor(&context)
  case .joinCgroups(let files): for file in files { try writeExistingFile(file, "0") }
  case .newCgroupNamespace: try unshare(.newCgroup)
  case .newIPCNamespace: try unshare(.newIPC)
  case .setHostname(let name): try LinuxSystem.setHostname(name)
  case .setDomainName(let name): try LinuxSystem.setDomainName(name)
  case .writeSysctl(let name, let value): try writeSysctl(name, value)
  default: try performOnRoot(step, &context)
  }
}

private func performOnRoot(_ step: InitStep, _ context: inout InitContext) throws(SystemError) {
  switch step {
  case .setFileModeMask(let mask): setFileModeMask(mask)
  case .setTreePropagation(let flags): try LinuxSystem.mount("none", on: "/", flags)
  case .makeParentMountPrivate(let root): try makeParentMountPrivate(ofRoot: root)
  case .bindRoot(let path, let isPrivate): try bindRoot(path, isPrivate: isPrivate, &context)
  case .openBindSource(let slot, let path, let recursive):
    context.descriptors.mounts.put(try cloneMountTree(path, recursive: recursive), at: slot)
  case .mount(let action): try performMount(action, &context)
  case .labelMount(let path, let label): try labelMount(path, label, context)
  case .mountCgroups(let mounts): try performCgroupMounts(mounts, &context)
  case .bindDevice(let node): try bindDevice(node, &context)
  case .placeDevice(let node, let slot): try placeDevice(node, slot, &context)
  case .makeDirectory(let path): try context.makeDirectory(path)
  case .openTerminal(let terminal): try openTerminal(terminal, &context)
  case .makeReadOnly(let path): try makeReadOnly(path, &context)
  case .restrictToReading(let path): try restrictToReading(path, &context)
  case .mask(let path): try mask(path, &context)
  case .pivotRoot: try pivotRoot(&context)
  case .changeRoot: try changeRoot(&context)
  case .hideKernelFileSystems: try hideKernelFileSystems(&context)
  case .setRootPropagation(let flags): try LinuxSystem.mount("none", on: "/", flags)
  case .awaitHooks: try awaitSupervisor(&context)
  case .runHook(let hook): try performHook(hook, &context)
  default: try performOnProcess(step, &context)
  }
}

private func performOnProcess(_ step: InitStep, _ context: inout InitContext) throws(SystemError) {
  switch step {
  case .setScheduling(let attributes): try LinuxSystem.setScheduling(attributes)
  case .setIOPriority(let kind, let priority): try LinuxSystem.setIOPriority(kind, priority)
  case .setCPUAffinity(let list): try LinuxSystem.setCPUAffinity(list)
  case .resetCPUAffinity: try LinuxSystem.resetCPUAffinity()
  case .setMemoryPolicy(let policy): try LinuxSystem.setMemoryPolicy(policy)
  case .setExecutionDomain(let domain): try LinuxSystem.setExecutionDomain(domain)
  case .setResourceLimit(let limit): try LinuxSystem.setResourceLimit(limit)
  case .setNoNewPrivileges: try LinuxSystem.setNoNewPrivileges()
  case .raiseFilterPrivilege: try raiseFilterPrivilege()
  case .installSeccomp(let filter): try installSeccomp(filter, &context)
  case .handOverListener: try handOverListener(&context)
  case .dropBoundingSet(let kept): try LinuxSecurity.dropBoundingSet(keeping: kept)
  case .keepCapabilities(let on): try setKeepCapabilities(on)
  case .ownStandardDescriptors(let user): try giveStandardPipes(to: user)
  case .setGroups(let group, let additional): try setGroups(group, additional, context)
  case .setGroupAlone(let group): try setGroup(group)
  case .setUser(let user): try LinuxSystem.setUser(user)
  case .setCapabilities(let sets): try setCapabilities(sets)
  case .changeDirectory(let path): try enterDirectory(path, &context)
  case .changeDirectoryAsUser(let path): try enterDirectoryAsUser(path, &context)
  case .findProgram(let name, let path): context.program = try findProgram(name, searchPath: path)
  case .findHome(let user): context.home = findHome(of: user)
  case .applyLabel(let module, let label): try applyLabel(module, label, &context)
  case .resetSignals: try LinuxSystem.resetSignals()
  case .closeDescriptors(let first): try closeOnExecDescriptors(from: first)
  case .reportReady: try InitRecord.ready.send(over: context.descriptors.channel)
  case .endOnRequest: endOnRequest()
  case .awaitStart: try awaitStart(&context)
  case .execute(let arguments, let environment):
    try execute(context.program, arguments: arguments, environment: environment + context.homeVariable)
  default: throw SystemError("step", code: ErrorCode.invalid)
  }
}
