internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ProcessSteps {
  /// How the process is scheduled and where its memory comes from. While it is root still, since real time and
  /// deadlines take CAP_SYS_NICE; after it is in its cgroups, whose cpuset decides what may be had; before the limits,
  /// of which RLIMIT_NICE and RLIMIT_RTPRIO would count against it.
  func schedulingSteps() throws(LifecycleError) -> [InitStep] {
    var steps: [InitStep] = []
    if let scheduler = process.scheduler { steps.append(.setScheduling(try attributes(scheduler))) }
    if let priority = process.ioPriority, let kind = IOPriorityClass(rawValue: priority.class.rawValue) {
      steps.append(.setIOPriority(kind, priority.priority ?? 0))
    }
    if let policy = linux?.memoryPolicy, let mode = MemoryPolicy.Mode(rawValue: policy.mode.rawValue) {
      steps.append(
        .setMemoryPolicy(
          MemoryPolicy(
            mode, flags: MemoryPolicy.Flags((policy.flags ?? []).map(\.supported)),
            nodes: try numbers(policy.nodes, "linux.memoryPolicy.nodes", "memory nodes"))))
    }
    // Of every process of the container: a 32-bit world in which `exec` shows a 64-bit one is none (as runc).
    if let domain = linux?.personality.flatMap({ ExecutionDomain(rawValue: $0.domain.rawValue) }) {
      steps.append(.setExecutionDomain(domain))
    }
    return steps
  }

  private func attributes(
    _ scheduler: RuntimeSpec.Process.Scheduler
  ) throws(LifecycleError) -> SchedulingAttributes {
    guard let policy = SchedulingPolicy(rawValue: scheduler.policy.rawValue) else {
      throw .refused(ProcessRules.schedulingViolations(process))
    }
    var attributes = SchedulingAttributes(policy)
    attributes.flags = SchedulingFlags((scheduler.flags ?? []).map(\.supported))
    attributes.nice = scheduler.nice ?? 0
    attributes.priority = UInt32(clamping: scheduler.priority ?? 0)
    attributes.runtime = scheduler.runtime ?? 0
    attributes.deadline = scheduler.deadline ?? 0
    attributes.period = scheduler.period ?? 0
    return attributes
  }
}

/// The CPUs of the runtime while it makes the process (config.md, Process, `execCPUAffinity`); nil leaves them.
func initialAffinity(_ process: RuntimeSpec.Process) throws(LifecycleError) -> NumberList? {
  try numbers(process.execCPUAffinity?.initial, "process.execCPUAffinity.initial", "CPUs")
}

/// The CPUs of a process of `exec`, once it is in its cgroups: `final`, or all that they have. Neither the runtime's own
/// nor what is left of the initial ones: since Linux 6.2 a cpuset keeps to what was once asked for, be it by a service
/// manager's CPUAffinity= (runc, libct: reset CPU affinity by default; crun likewise).
func affinityStep(_ process: RuntimeSpec.Process) throws(LifecycleError) -> InitStep {
  let final = try numbers(process.execCPUAffinity?.final, "process.execCPUAffinity.final", "CPUs")
  return final.map { .setCPUAffinity($0) } ?? .resetCPUAffinity
}

/// What a process of `exec` does not say itself and then has of the container's own (runc, newInitConfig).
func inherit(_ process: inout RuntimeSpec.Process, from own: RuntimeSpec.Process) {
  if (process.apparmorProfile ?? "").isEmpty { process.apparmorProfile = own.apparmorProfile }
  if (process.selinuxLabel ?? "").isEmpty { process.selinuxLabel = own.selinuxLabel }
  process.scheduler = process.scheduler ?? own.scheduler
  process.ioPriority = process.ioPriority ?? own.ioPriority
  process.execCPUAffinity = process.execCPUAffinity ?? own.execCPUAffinity
}

private func numbers(_ text: String?, _ path: String, _ noun: String) throws(LifecycleError) -> NumberList? {
  guard let text, !text.isEmpty else { return nil }
  guard let list = NumberList(text) else { throw .refused([notAList(text, path, noun)]) }
  return list
}

func notAList(_ text: String, _ path: String, _ noun: String) -> Violation {
  Violation(path, "\"\(text)\" is no list of \(noun), needed one such as \"0-3,7\"")
}

extension RuntimeSpec.Process.Scheduler.Flag {
  fileprivate var supported: SchedulingFlags {
    switch self {
    case .resetOnFork: .resetOnFork
    case .reclaim: .reclaim
    case .deadlineOverrun: .deadlineOverrun
    case .keepPolicy: .keepPolicy
    case .keepParameters: .keepParameters
    case .utilizationClampMinimum: .utilizationClampMinimum
    case .utilizationClampMaximum: .utilizationClampMaximum
    }
  }
}

extension RuntimeSpec.Linux.MemoryPolicy.Flag {
  fileprivate var supported: MemoryPolicy.Flags {
    switch self {
    case .numaBalancing: .balancing
    case .relativeNodes: .relativeNodes
    case .staticNodes: .staticNodes
    }
  }
}
