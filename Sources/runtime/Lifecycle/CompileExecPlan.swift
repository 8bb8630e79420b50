internal import ContainerInit
internal import LinuxSecurity
internal import LinuxSystem
internal import OCIRuntimeSpec

/// The plan of a process that joins a running container: another beginning, the same tail.
struct CompileExecPlan {
  let process: RuntimeSpec.Process
  /// See `CgroupDirectory.taskFiles`.
  let cgroupFiles: [String]
  /// Whether systemd puts the process into its cgroup, see `SystemdAttachment`.
  var awaitsCgroup = false
  /// The namespaces in which the container differs from the runtime.
  let namespaces: CloneFlags
  /// Whether groups are set: not where the container's user namespace forbids it, nor where the caller's are kept.
  var setsGroups = true
  /// See `CreationOptions.window`.
  let window: WindowSize?
  /// See `CreationOptions.endsLinesPlainly`.
  var endsLinesPlainly = false
  /// The session keyring that it shares with the container; nil keeps the caller's.
  let keyring: String?
  let filter: SeccompFilter?
  let own: CapabilitySets
  let preservedDescriptors: Int
  /// The container's own, see `ProcessSteps`.
  var linux: RuntimeSpec.Linux? = nil

  func compile() throws(LifecycleError) -> (plan: InitPlan, warnings: [String]) {
    let inUserNamespace = namespaces.contains(.newUser)
    let tail = try ProcessSteps(
      process: process, filter: filter, own: own, preservedDescriptors: preservedDescriptors,
      waitsForStart: false, isInUserNamespace: inUserNamespace, setsGroups: setsGroups, linux: linux
    ).tail()
    // Untraceable before it can be seen from inside; in its cgroups before it can run anything of the container's; and
    // its score while it is still somebody to the host.
    var outside: [InitStep] = [.preventTracing, .joinCgroups(cgroupFiles)]
    // Entering a cgroup's cpuset changes the affinity; only afterwards is it ours to choose.
    outside.append(try affinityStep(process))
    if let score = process.oomScoreAdj {
      // A forerunner is not seen from inside, and whoever is not root can write to its files only while it is traceable.
      outside.insert(.setOutOfMemoryScore(score), at: inUserNamespace ? 0 : outside.endIndex)
    }
    if awaitsCgroup { outside.insert(.awaitSupervisor, at: 0) }
    // The pid namespace is entered by birth.
    let rest = namespaces.subtracting([.newPID, .newUser])
    var steps: [InitStep] = [.closeInherited(from: 3 + UInt32(preservedDescriptors))]
    if inUserNamespace {
      outside.append(.joinContainer(namespaces.intersection([.newUser, .newPID])))
    } else {
      steps += outside
    }
    // The host's procfs: the container's may be anything.
    steps += ProcessLabels(process).opening
    if !rest.isEmpty { steps.append(.joinContainer(rest)) }
    if inUserNamespace { steps += becomingRoot(for: process.user, dropsGroups: setsGroups) }
    steps.append(.startSession)
    if let keyring { steps.append(.joinKeyring(keyring)) }
    if process.terminal == true {
      steps.append(
        .openTerminal(
          terminalSetup(process, isConsole: false, window: window, endsLinesPlainly: endsLinesPlainly)))
    }
    let plan = InitPlan(
      cloneFlags: [], forerunner: inUserNamespace ? outside : [], steps: steps + tail.steps)
    return (plan, tail.warnings)
  }
}
