internal import LinuxSystem
internal import OCIRuntimeSpec

// What each policy takes. The kernel would answer EINVAL without saying for which of seven values, or pass over what
// the policy does not know.

extension ProcessRules {
  /// The rules of `scheduler`, `ioPriority` and `execCPUAffinity` (config.md, Process; sched_setattr(2)).
  static func schedulingViolations(_ process: RuntimeSpec.Process) -> [Violation] {
    var found = process.scheduler.map(schedulerViolations) ?? []
    if let priority = process.ioPriority {
      let path = "process.ioPriority.priority"
      if let value = priority.priority, !(0...7).contains(value) {
        found.append(Violation(path, "\(value) is out of range, needed 0 to 7"))
      }
      // The idle class has one level only (ioprio_set(2)); runc and crun want none there.
      if priority.priority == nil, priority.class != .idle {
        found.append(Violation(path, "missing, expected 0 to 7"))
      }
    }
    guard let affinity = process.execCPUAffinity else { return found }
    for (name, text) in [("initial", affinity.initial), ("final", affinity.final)] {
      guard let text, !text.isEmpty, NumberList(text) == nil else { continue }
      found.append(notAList(text, "process.execCPUAffinity.\(name)", "CPUs"))
    }
    return found
  }

  private static func schedulerViolations(_ scheduler: RuntimeSpec.Process.Scheduler) -> [Violation] {
    let root = "process.scheduler"
    guard let policy = SchedulingPolicy(rawValue: scheduler.policy.rawValue) else {
      return [Violation("\(root).policy", "\"\(scheduler.policy.rawValue)\" is in no kernel")]
    }
    var found: [Violation] = []
    if let nice = scheduler.nice, !(-20...19).contains(nice) {
      found.append(Violation("\(root).nice", "\(nice) is out of range, needed -20 to 19"))
    }
    let isRealTime = policy == .fifo || policy == .roundRobin
    let priority = scheduler.priority ?? 0
    if isRealTime, !(1...99).contains(priority) {
      found.append(
        Violation("\(root).priority", "\(priority) is out of range for \(policy.rawValue), needed 1 to 99"))
    } else if !isRealTime, priority != 0 {
      found.append(
        Violation("\(root).priority", "\(policy.rawValue) has none, only SCHED_FIFO and SCHED_RR do"))
    }
    found += policy == .deadline ? deadlineViolations(scheduler) : otherThanDeadlineViolations(scheduler)
    return found
  }

  /// sched(7): runtime <= deadline <= period, and the kernel counts no less than 1024 ns.
  private static func deadlineViolations(_ scheduler: RuntimeSpec.Process.Scheduler) -> [Violation] {
    let root = "process.scheduler"
    let (runtime, deadline) = (scheduler.runtime ?? 0, scheduler.deadline ?? 0)
    var found: [Violation] = []
    if runtime < 1024 {
      found.append(Violation("\(root).runtime", "\(runtime) ns is too short, needed at least 1024"))
    }
    if deadline < runtime || deadline == 0 {
      found.append(Violation("\(root).deadline", "\(deadline) ns is less than the runtime \(runtime)"))
    }
    if let period = scheduler.period, period != 0, period < deadline {
      found.append(Violation("\(root).period", "\(period) ns is less than the deadline \(deadline)"))
    }
    return found
  }

  private static func otherThanDeadlineViolations(_ scheduler: RuntimeSpec.Process.Scheduler) -> [Violation] {
    let root = "process.scheduler"
    let values = [
      ("runtime", scheduler.runtime), ("deadline", scheduler.deadline), ("period", scheduler.period),
    ]
    var found = values.filter { ($0.1 ?? 0) != 0 }.map {
      Violation("\(root).\($0.0)", "\(scheduler.policy.rawValue) has none, only SCHED_DEADLINE does")
    }
    for (index, flag) in (scheduler.flags ?? []).enumerated()
    where flag == .reclaim || flag == .deadlineOverrun {
      found.append(
        Violation("\(root).flags[\(index)]", "\(flag.rawValue) needs the policy SCHED_DEADLINE"))
    }
    return found
  }
}

extension SpecRules {
  /// config-linux.md, Memory policy; set_mempolicy(2).
  static func memoryPolicy(_ spec: RuntimeSpec) -> [Violation] {
    guard let policy = spec.linux?.memoryPolicy else { return [] }
    let root = "linux.memoryPolicy"
    let mode = policy.mode.rawValue
    let nodes = policy.nodes ?? ""
    var found: [Violation] = []
    if !nodes.isEmpty, NumberList(nodes) == nil {
      found.append(notAList(nodes, "\(root).nodes", "memory nodes"))
    }
    switch policy.mode {
    case .default, .local:
      if !nodes.isEmpty { found.append(Violation("\(root).nodes", "\(mode) takes none")) }
      if !(policy.flags ?? []).isEmpty { found.append(Violation("\(root).flags", "\(mode) takes none")) }
    case .preferred: break
    case .bind, .interleave, .weightedInterleave, .preferredMany:
      if nodes.isEmpty { found.append(Violation("\(root).nodes", "\(mode) needs at least one")) }
    }
    let flags = policy.flags ?? []
    if flags.contains(.staticNodes), flags.contains(.relativeNodes) {
      found.append(
        Violation("\(root).flags", "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other"))
    }
    return found
  }

  /// "Currently no flag values are supported" (config-linux.md, Personality).
  static func personality(_ spec: RuntimeSpec) -> [Violation] {
    (spec.linux?.personality?.flags ?? []).isEmpty
      ? [] : [Violation("linux.personality.flags", "no flags are supported, needed none")]
  }
}
