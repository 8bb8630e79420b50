import JSONDocument

extension RuntimeSpec.Process {
  /// Scheduling attributes, as `sched_setattr(2)` takes them.
  package struct Scheduler: Codable, Sendable, Equatable {
    /// The policy.
    package var policy: Policy
    /// The nice value of `SCHED_OTHER` and `SCHED_BATCH`.
    package var nice: Int32?
    /// The static priority of `SCHED_FIFO` and `SCHED_RR`.
    package var priority: Int32?
    /// Flags.
    package var flags: [Flag]?
    /// Nanoseconds of run time in each period of `SCHED_DEADLINE`.
    package var runtime: UInt64?
    /// Nanoseconds to the deadline of `SCHED_DEADLINE`.
    package var deadline: UInt64?
    /// Nanoseconds of the period of `SCHED_DEADLINE`.
    package var period: UInt64?

    /// Makes a value; what is not given is absent.
    package init(
      policy: Policy, nice: Int32? = nil, priority: Int32? = nil, flags: [Flag]? = nil,
      runtime: UInt64? = nil, deadline: UInt64? = nil, period: UInt64? = nil
    ) {
      self.policy = policy
      self.nice = nice
      self.priority = priority
      self.flags = flags
      self.runtime = runtime
      self.deadline = deadline
      self.period = period
    }

    /// The scheduling policies.
    package enum Policy: String, ClosedStringSet {
      /// Time sharing, the default.
      case other = "SCHED_OTHER"
      /// Real time, first in, first out.
      case fifo = "SCHED_FIFO"
      /// Real time, round robin.
      case roundRobin = "SCHED_RR"
      /// Batch work.
      case batch = "SCHED_BATCH"
      /// Reserved in the kernel, never implemented.
      case iso = "SCHED_ISO"
      /// Very low priority work.
      case idle = "SCHED_IDLE"
      /// Earliest deadline first.
      case deadline = "SCHED_DEADLINE"

      /// "policy".
      package static var noun: String { "policy" }
    }

    /// The scheduling flags.
    package enum Flag: String, ClosedStringSet {
      /// Children start with the default policy.
      case resetOnFork = "SCHED_FLAG_RESET_ON_FORK"
      /// Unused bandwidth of other deadline threads may be used.
      case reclaim = "SCHED_FLAG_RECLAIM"
      /// An overrun sends `SIGXCPU`.
      case deadlineOverrun = "SCHED_FLAG_DL_OVERRUN"
      /// The policy stays.
      case keepPolicy = "SCHED_FLAG_KEEP_POLICY"
      /// The parameters stay.
      case keepParameters = "SCHED_FLAG_KEEP_PARAMS"
      /// The lower utilization clamp is given.
      case utilizationClampMinimum = "SCHED_FLAG_UTIL_CLAMP_MIN"
      /// The upper utilization clamp is given.
      case utilizationClampMaximum = "SCHED_FLAG_UTIL_CLAMP_MAX"

      /// "flag".
      package static var noun: String { "flag" }
    }
  }

  /// An I/O priority, as `ioprio_set(2)` takes it.
  package struct IOPriority: Codable, Sendable, Equatable {
    /// The scheduling class.
    package var `class`: Class
    /// The priority within the class, 0 (first) to 7.
    package var priority: Int?

    /// Makes a value; what is not given is absent.
    package init(`class`: Class, priority: Int? = nil) {
      self.`class` = `class`
      self.priority = priority
    }

    /// The I/O scheduling classes.
    package enum Class: String, ClosedStringSet {
      /// Real time.
      case realTime = "IOPRIO_CLASS_RT"
      /// Best effort.
      case bestEffort = "IOPRIO_CLASS_BE"
      /// Only when nobody else needs the disk.
      case idle = "IOPRIO_CLASS_IDLE"

      /// "class".
      package static var noun: String { "class" }
    }
  }

  /// CPU lists such as `0-3,7` for a process of `exec`.
  package struct CPUAffinity: Codable, Sendable, Equatable {
    /// The CPUs while the runtime moves the process into the cgroup.
    package var initial: String?
    /// The CPUs from then on.
    package var final: String?

    /// Makes a value; what is not given is absent.
    package init(initial: String? = nil, final: String? = nil) {
      self.initial = initial
      self.final = final
    }
  }
}
