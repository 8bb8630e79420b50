internal import CLinux
internal import Glibc

/// The policies of the scheduler, by the names of the runtime specification (sched(7)).
package enum SchedulingPolicy: String, Sendable {
  case other = "SCHED_OTHER"
  case fifo = "SCHED_FIFO"
  case roundRobin = "SCHED_RR"
  case batch = "SCHED_BATCH"
  case idle = "SCHED_IDLE"
  case deadline = "SCHED_DEADLINE"

  fileprivate var number: UInt32 {
    let value =
      switch self {
      case .other: clinux_SCHED_OTHER
      case .fifo: clinux_SCHED_FIFO
      case .roundRobin: clinux_SCHED_RR
      case .batch: clinux_SCHED_BATCH
      case .idle: clinux_SCHED_IDLE
      case .deadline: clinux_SCHED_DEADLINE
      }
    return UInt32(value)
  }
}

/// Flags of sched_setattr(2).
package struct SchedulingFlags: OptionSet, Sendable, Hashable {
  package let rawValue: UInt64
  package init(rawValue: UInt64) { self.rawValue = rawValue }
  private init(_ number: Int64) { rawValue = UInt64(number) }

  package static let resetOnFork = SchedulingFlags(clinux_SCHED_FLAG_RESET_ON_FORK)
  package static let reclaim = SchedulingFlags(clinux_SCHED_FLAG_RECLAIM)
  package static let deadlineOverrun = SchedulingFlags(clinux_SCHED_FLAG_DL_OVERRUN)
  package static let keepPolicy = SchedulingFlags(clinux_SCHED_FLAG_KEEP_POLICY)
  package static let keepParameters = SchedulingFlags(clinux_SCHED_FLAG_KEEP_PARAMS)
  package static let utilizationClampMinimum = SchedulingFlags(clinux_SCHED_FLAG_UTIL_CLAMP_MIN)
  package static let utilizationClampMaximum = SchedulingFlags(clinux_SCHED_FLAG_UTIL_CLAMP_MAX)
}

/// How the scheduler treats a process.
package struct SchedulingAttributes: Sendable, Equatable {
  package var policy: SchedulingPolicy
  package var flags: SchedulingFlags = []
  /// For `other` and `batch`.
  package var nice: Int32 = 0
  /// For `fifo` and `roundRobin`: 1 to 99.
  package var priority: UInt32 = 0
  /// For `deadline`, in nanoseconds each; a period of 0 is the deadline.
  package var runtime: UInt64 = 0
  package var deadline: UInt64 = 0
  package var period: UInt64 = 0

  package init(_ policy: SchedulingPolicy) { self.policy = policy }
}

/// Changes how this process is scheduled. Calls `sched_setattr(2)`; EPERM without CAP_SYS_NICE, for a deadline also
/// when the process may not use every CPU.
package func setScheduling(_ attributes: SchedulingAttributes) throws(SystemError) {
  try checkDone("sched_setattr", attributes.policy.rawValue) {
    clinux_sched_setattr(
      attributes.policy.number, attributes.flags.rawValue, attributes.nice, attributes.priority,
      attributes.runtime,
      attributes.deadline, attributes.period)
  }
}

/// Lets this process run on these CPUs only, as far as its cpuset has them. Calls `sched_setaffinity(2)`; EINVAL when
/// it has none of them.
package func setCPUAffinity(_ list: NumberList) throws(SystemError) {
  let mask = list.mask
  try checkDone("sched_setaffinity", "\(list)") {
    unsafe mask.withUnsafeBytes { unsafe clinux_sched_setaffinity($0.baseAddress, UInt64($0.count)) }
  }
}

/// Lets this process run on every CPU that its cpuset has, whatever was asked for before. Calls `sched_setaffinity(2)`.
package func resetCPUAffinity() throws(SystemError) {
  // More than any kernel is built for (CONFIG_NR_CPUS); it takes those that there are.
  let mask = [UInt64](repeating: .max, count: 128)
  try checkDone("sched_setaffinity") {
    unsafe mask.withUnsafeBytes { unsafe clinux_sched_setaffinity($0.baseAddress, UInt64($0.count)) }
  }
}

/// Sends a process that was just born to another CPU than this one, so that parent and child work side by side from the
/// start (spec/decisions/0028). A wish: where there is no other CPU nothing happens. The child may run on the parent's
/// again when it has called `resetCPUAffinity`.
package func startElsewhere(pid: Int32) { clinux_start_elsewhere(pid) }

/// The classes of input and output, by the names of the runtime specification (ioprio_set(2)).
package enum IOPriorityClass: String, Sendable {
  case realTime = "IOPRIO_CLASS_RT"
  case bestEffort = "IOPRIO_CLASS_BE"
  case idle = "IOPRIO_CLASS_IDLE"

  fileprivate var number: Int64 {
    switch self {
    case .realTime: clinux_IOPRIO_CLASS_RT
    case .bestEffort: clinux_IOPRIO_CLASS_BE
    case .idle: clinux_IOPRIO_CLASS_IDLE
    }
  }
}

/// Changes the input and output priority of this process's group: 0 (first) to 7 in its class. Calls `ioprio_set(2)`.
package func setIOPriority(_ kind: IOPriorityClass, _ priority: Int) throws(SystemError) {
  let value = Int32(truncatingIfNeeded: kind.number << clinux_IOPRIO_CLASS_SHIFT | Int64(priority))
  try checkDone("ioprio_set", "\(kind.rawValue) \(priority)") {
    clinux_ioprio_set(Int32(clinux_IOPRIO_WHO_PGRP), 0, value)
  }
}

/// How many processors this process may use, at least 1. Calls `sched_getaffinity(2)` through `sysconf(3)`.
package func processorCount() -> Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
