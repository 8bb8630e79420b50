internal import CLinux
internal import Glibc

/// The resources that setrlimit(2) limits, by the names of the runtime specification (`RLIMIT_…`).
package enum ResourceLimitKind: String, Sendable, CaseIterable {
  case addressSpace = "RLIMIT_AS"
  case core = "RLIMIT_CORE"
  case cpu = "RLIMIT_CPU"
  case data = "RLIMIT_DATA"
  case fileSize = "RLIMIT_FSIZE"
  case locks = "RLIMIT_LOCKS"
  case lockedMemory = "RLIMIT_MEMLOCK"
  case messageQueue = "RLIMIT_MSGQUEUE"
  case nice = "RLIMIT_NICE"
  case openFiles = "RLIMIT_NOFILE"
  case processes = "RLIMIT_NPROC"
  case residentSet = "RLIMIT_RSS"
  case realTimePriority = "RLIMIT_RTPRIO"
  case realTimeTime = "RLIMIT_RTTIME"
  case pendingSignals = "RLIMIT_SIGPENDING"
  case stack = "RLIMIT_STACK"

  /// The kernel's number.
  package var number: Int32 {
    let value =
      switch self {
      case .addressSpace: clinux_RLIMIT_AS
      case .core: clinux_RLIMIT_CORE
      case .cpu: clinux_RLIMIT_CPU
      case .data: clinux_RLIMIT_DATA
      case .fileSize: clinux_RLIMIT_FSIZE
      case .locks: clinux_RLIMIT_LOCKS
      case .lockedMemory: clinux_RLIMIT_MEMLOCK
      case .messageQueue: clinux_RLIMIT_MSGQUEUE
      case .nice: clinux_RLIMIT_NICE
      case .openFiles: clinux_RLIMIT_NOFILE
      case .processes: clinux_RLIMIT_NPROC
      case .residentSet: clinux_RLIMIT_RSS
      case .realTimePriority: clinux_RLIMIT_RTPRIO
      case .realTimeTime: clinux_RLIMIT_RTTIME
      case .pendingSignals: clinux_RLIMIT_SIGPENDING
      case .stack: clinux_RLIMIT_STACK
      }
    return Int32(value)
  }
}

/// A soft and a hard limit, in the resource's own unit; `UInt64.max` is no limit.
package struct ResourceLimit: Sendable, Equatable {
  package let kind: ResourceLimitKind
  package let soft: UInt64
  package let hard: UInt64
  package init(_ kind: ResourceLimitKind, soft: UInt64, hard: UInt64) {
    self.kind = kind
    self.soft = soft
    self.hard = hard
  }
}

/// Sets a limit of this process. Calls `prlimit64(2)`; EPERM when the hard limit is raised without CAP_SYS_RESOURCE.
package func setResourceLimit(_ limit: ResourceLimit) throws(SystemError) {
  let values: [UInt64] = [limit.soft, limit.hard]
  try checkDone("setrlimit", "\(limit.kind.rawValue) to \(limit.soft):\(limit.hard)") {
    unsafe values.withUnsafeBufferPointer { unsafe clinux_prlimit(0, limit.kind.number, $0.baseAddress, nil) }
  }
}

/// The present limit of this process. Calls `prlimit64(2)`.
package func resourceLimit(_ kind: ResourceLimitKind) throws(SystemError) -> ResourceLimit {
  var values: [UInt64] = [0, 0]
  try checkDone("getrlimit", kind.rawValue) {
    unsafe values.withUnsafeMutableBufferPointer {
      unsafe clinux_prlimit(0, kind.number, nil, $0.baseAddress)
    }
  }
  return ResourceLimit(kind, soft: values[0], hard: values[1])
}
