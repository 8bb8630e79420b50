internal import ContainerInit
internal import LinuxSecurity
internal import LinuxSystem
internal import OCIRuntimeSpec

/// The steps from "namespaces and root are in place" to exec: one list, used by create and by exec, so that nothing
/// about users and privileges is written twice.
struct ProcessSteps {
  let process: RuntimeSpec.Process
  let filter: SeccompFilter?
  /// The runtime's own sets: what it has not, it cannot give.
  let own: CapabilitySets
  /// How many descriptors above 2 the process keeps (`--preserve-fds`).
  let preservedDescriptors: Int
  /// Whether there is a gate to wait at.
  let waitsForStart: Bool
  /// In a user namespace stdio is the supervisor's business: its owner outside is nobody inside.
  var isInUserNamespace = false
  /// Whether groups are set: the user namespace may forbid it, and the caller's may be kept.
  var setsGroups = true
  /// Hooks between the gate and the program.
  var hooks: HookPlan?
  /// What the whole container has of `linux`, and each of its processes is given.
  var linux: RuntimeSpec.Linux? = nil

  /// The ordered tail, and warnings about capabilities that cannot be granted (runtime-spec config.md: a warning,
  /// not a failure).
  func tail() throws(LifecycleError) -> (steps: [InitStep], warnings: [String]) {
    let user = process.user?.uid ?? 0
    let noNewPrivileges = process.noNewPrivileges ?? false
    let capabilities = GrantedCapabilities(process.capabilities, own: own)
    if waitsForStart { releaseCode() }
    let environment = ProcessEnvironment(process.env ?? [])
    var steps = try schedulingSteps() + limits()
    // As root still: the pipes belong to whoever called us.
    if user != 0, process.terminal != true, !isInUserNamespace {
      steps.append(.ownStandardDescriptors(userID: user))
    }
    steps += [.resetSignals, .closeDescriptors(from: 3 + UInt32(preservedDescriptors))]
    if noNewPrivileges { steps.append(.setNoNewPrivileges) }
    steps.append(.changeDirectory(process.cwd))
    steps += userSteps(user, capabilities.sets)
    // Without no_new_privs a filter needs CAP_SYS_ADMIN (seccomp(2)), so the capabilities then outlast the wait.
    let filterNeedsPrivilege = filter != nil && !noNewPrivileges
    if !filterNeedsPrivilege { steps.append(.setCapabilities(capabilities.sets)) }
    steps.append(.setFileModeMask(process.user?.umask ?? 0o022))
    // Both as the user who will run the program: it gets to see no more than that.
    if environment.needsHome { steps.append(.findHome(userID: user)) }
    steps.append(.findProgram(name: process.args?.first ?? "", searchPath: environment.searchPath))
    // The last thing that a `create` can still fail for: a profile that is not loaded. Before the filter, which may
    // take write(2) away.
    steps += ProcessLabels(process).applying
    // Before the word: a signal may be the first thing that comes after it.
    if waitsForStart { steps.append(.endOnRequest) }
    steps.append(.reportReady)
    if waitsForStart { steps.append(.awaitStart) }
    // Hooks of the image's before the filter, which need not allow what running them takes; each of their processes
    // puts itself under it, and lets go of the capabilities, as the program's does (`last`).
    var last: [InitStep] = []
    // The filter comes as late as it can, so that it need not allow what the steps above call: with no_new_privs it is
    // the last step before exec, without it only capset and prctl come after it.
    if filterNeedsPrivilege, user != 0 { last.append(.raiseFilterPrivilege) }
    if let filter { last.append(.installSeccomp(filter)) }
    let hookSteps = last + (filterNeedsPrivilege ? [.setCapabilities(capabilities.sets)] : [])
    // At once: from here on a call may wait for the agent, the next step's as well. A hook has no agent: what its
    // filter would ask fails there with ENOSYS (seccomp_unotify(2)).
    if filter?.flags.contains(.newListener) == true { last.append(.handOverListener) }
    if filterNeedsPrivilege { last.append(.setCapabilities(capabilities.sets)) }
    steps += try startHooks(hookSteps, environment) + last
    steps.append(.execute(arguments: process.args ?? [], environment: environment.entries))
    return (steps, capabilities.warnings)
  }

  private func startHooks(
    _ privileges: [InitStep], _ environment: ProcessEnvironment
  ) throws(LifecycleError) -> [InitStep] {
    guard let hooks else { return [] }
    let actions = try hooks.actions(
      .startContainer, in: nil, privileges: privileges, programEnvironment: environment.entries)
    return actions.map { .runHook($0) }
  }

  /// The bounding set while CAP_SETPCAP is there; groups before the user, since root may set them. The other sets come
  /// after the user, since a change of user clears them.
  private func userSteps(_ user: UInt32, _ sets: CapabilitySets) -> [InitStep] {
    var steps: [InitStep] = [.dropBoundingSet(keeping: sets.bounding)]
    if user != 0 { steps.append(.keepCapabilities(true)) }
    let group = process.user?.gid ?? 0
    steps.append(
      setsGroups
        ? .setGroups(groupID: group, additional: process.user?.additionalGids ?? []) : .setGroupAlone(group))
    steps.append(.setUser(user))
    if user != 0 { steps.append(.keepCapabilities(false)) }
    steps.append(.changeDirectoryAsUser(process.cwd))
    return steps
  }

  private func limits() throws(LifecycleError) -> [InitStep] {
    var steps: [InitStep] = []
    var seen: [ResourceLimitKind] = []
    for (index, limit) in (process.rlimits ?? []).enumerated() {
      var path: String { "process.rlimits[\(index)].type" }
      guard let kind = ResourceLimitKind(rawValue: limit.type) else {
        throw .refused([
          Violation(path, "unknown rlimit \"\(limit.type)\", expected a name such as RLIMIT_NOFILE")
        ])
      }
      guard !seen.contains(kind) else {
        throw .refused([Violation(path, "duplicate rlimit \"\(limit.type)\"")])
      }
      seen.append(kind)
      steps.append(.setResourceLimit(ResourceLimit(kind, soft: limit.soft, hard: limit.hard)))
    }
    return steps
  }
}

/// The capabilities of a configuration and of `exec --cap`, reduced to what can be granted here. What is left out, a name
/// that nobody knows too, is a warning (runtime-spec config.md, Linux Process).
struct GrantedCapabilities {
  /// Empty when the configuration has none: what is not given is not granted (runc, crun).
  let sets: CapabilitySets
  let warnings: [String]

  init(_ wanted: RuntimeSpec.Process.Capabilities?, own: CapabilitySets) {
    guard let wanted else {
      sets = CapabilitySets()
      warnings = []
      return
    }
    var warnings: [String] = []
    func read(_ names: [String]?, _ set: String, limit: CapabilitySet) -> CapabilitySet {
      var result: CapabilitySet = []
      for (index, name) in (names ?? []).enumerated() {
        var path: String { "process.capabilities.\(set)[\(index)]" }
        do throws(UnknownCapability) {
          let one = CapabilitySet([try Capability(name: name)])
          if limit.isSuperset(of: one) {
            result.formUnion(one)
          } else {
            warnings.append("\(path): \(name) cannot be granted")
          }
        } catch { warnings.append("\(path): \(error)") }
      }
      return result
    }
    let bounding = read(wanted.bounding, "bounding", limit: own.bounding)
    let permitted = read(wanted.permitted, "permitted", limit: own.permitted)
    let effective = read(wanted.effective, "effective", limit: permitted)
    let inheritable = read(wanted.inheritable, "inheritable", limit: own.permitted.union(own.inheritable))
    // The kernel raises only what is permitted and inheritable (capabilities(7), Ambient).
    let ambient = read(wanted.ambient, "ambient", limit: permitted.intersection(inheritable))
    sets = CapabilitySets(
      bounding: bounding, effective: effective, permitted: permitted, inheritable: inheritable,
      ambient: ambient)
    self.warnings = warnings
  }
}
