internal import CLinux
internal import Glibc

/// From which memory nodes a process gets its memory (set_mempolicy(2)).
package struct MemoryPolicy: Sendable, Equatable {
  /// The modes, by the names of the runtime specification.
  package enum Mode: String, Sendable {
    case `default` = "MPOL_DEFAULT"
    case bind = "MPOL_BIND"
    case interleave = "MPOL_INTERLEAVE"
    case weightedInterleave = "MPOL_WEIGHTED_INTERLEAVE"
    case preferred = "MPOL_PREFERRED"
    case preferredMany = "MPOL_PREFERRED_MANY"
    case local = "MPOL_LOCAL"

    fileprivate var number: Int64 {
      switch self {
      case .default: clinux_MPOL_DEFAULT
      case .bind: clinux_MPOL_BIND
      case .interleave: clinux_MPOL_INTERLEAVE
      case .weightedInterleave: clinux_MPOL_WEIGHTED_INTERLEAVE
      case .preferred: clinux_MPOL_PREFERRED
      case .preferredMany: clinux_MPOL_PREFERRED_MANY
      case .local: clinux_MPOL_LOCAL
      }
    }
  }

  /// Flags of the mode.
  package struct Flags: OptionSet, Sendable, Hashable {
    package let rawValue: Int64
    package init(rawValue: Int64) { self.rawValue = rawValue }

    package static let staticNodes = Flags(rawValue: clinux_MPOL_F_STATIC_NODES)
    package static let relativeNodes = Flags(rawValue: clinux_MPOL_F_RELATIVE_NODES)
    package static let balancing = Flags(rawValue: clinux_MPOL_F_NUMA_BALANCING)
  }

  package let mode: Mode
  package let flags: Flags
  /// nil for none.
  package let nodes: NumberList?

  package init(_ mode: Mode, flags: Flags = [], nodes: NumberList? = nil) {
    self.mode = mode
    self.flags = flags
    self.nodes = nodes
  }
}

/// Sets the memory policy of this process, which survives exec. Calls `set_mempolicy(2)`.
/// - Throws: `SystemError`; EINVAL for a mode that this kernel does not know or a node that is not there, ENOSYS on a
///   kernel without NUMA.
package func setMemoryPolicy(_ policy: MemoryPolicy) throws(SystemError) {
  let mask = policy.nodes?.mask ?? []
  let mode = Int32(truncatingIfNeeded: policy.mode.number | policy.flags.rawValue)
  try checkDone("set_mempolicy", policy.mode.rawValue) {
    // The kernel looks at one bit less than it is told (set_mempolicy(2), BUGS).
    unsafe mask.withUnsafeBytes {
      unsafe clinux_set_mempolicy(
        mode, mask.isEmpty ? nil : $0.baseAddress, mask.isEmpty ? 0 : UInt64($0.count * 8 + 1))
    }
  }
}
