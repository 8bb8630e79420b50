internal import ContainerInit
internal import LinuxSecurity
internal import LinuxSystem
internal import OCIRuntimeSpec

/// The plan of a process that joins a running container: another beginning, the same tail.
struct CompileExecPlan {
  let process: RuntimeSpec.Process
  /// See `CgroupDirectory.taskFiles`.
  let cgroupFiles: [String]
  /// The namespaces in which the container differs from the runtime; the pid namespace is entered by birth.
  let namespaces: CloneFlags
  /// See `CreationOptions.window`.
  let window: WindowSize?
  /// The session keyring that it shares with the container; nil keeps the caller's.
  let keyring: String?
  let filter: SeccompFilter?
  let own: CapabilitySets
  let preservedDescriptors: Int
  /// The container's own, see `ProcessSteps`.
  var linux: RuntimeSpec.Linux? = nil

  func compile() throws(LifecycleError) -> (plan: InitPlan, warnings: [String]) {
    let tail = try ProcessSteps(
      process: process, filter: filter, own: own, preservedDescriptors: preservedDescriptors,
      waitsForStart: false, linux: linux
    ).tail()
    // Untraceable before it can be seen from inside; in its cgroups before it can run anything of the container's.
    var steps: [InitStep] = [
      .closeInherited(from: 3 + UInt32(preservedDescriptors)), .preventTracing, .joinCgroups(cgroupFiles),
    ]
    // The host's procfs: the container's may be anything.
    steps += ProcessLabels(process).opening
    // Entering a cgroup's cpuset changes the affinity; only afterwards is it ours to choose.
    if let list = try finalAffinity(process) { steps.append(.setCPUAffinity(list)) }
    if let score = process.oomScoreAdj { steps.append(.setOutOfMemoryScore(score)) }
    if !namespaces.isEmpty { steps.append(.joinContainer(namespaces)) }
    steps.append(.startSession)
    if let keyring { steps.append(.joinKeyring(keyring)) }
    if process.terminal == true {
      steps.append(.openTerminal(terminalSetup(process, isConsole: false, window: window)))
    }
    return (InitPlan(cloneFlags: [], steps: steps + tail.steps), tail.warnings)
  }
}
