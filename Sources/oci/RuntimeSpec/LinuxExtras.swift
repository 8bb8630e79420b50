import JSONDocument

extension RuntimeSpec.Linux {
  /// Intel Resource Director Technology (config-linux.md, IntelRdt).
  package struct ResourceDirector: Codable, Sendable, Equatable {
    /// The class of service, a directory of resctrl.
    package var closID: String?
    /// Lines for the `schemata` file; they stand before the next two.
    package var schemata: [String]?
    /// The L3 cache masks, `L3:<id>=<mask>;…`.
    package var l3CacheSchema: String?
    /// The memory bandwidth, `MB:<id>=<share>;…`.
    package var memBwSchema: String?
    /// Whether the container gets a monitoring group.
    package var enableMonitoring: Bool?

    /// Makes a value; what is not given is absent.
    package init(
      closID: String? = nil, schemata: [String]? = nil, l3CacheSchema: String? = nil,
      memBwSchema: String? = nil, enableMonitoring: Bool? = nil
    ) {
      self.closID = closID
      self.schemata = schemata
      self.l3CacheSchema = l3CacheSchema
      self.memBwSchema = memBwSchema
      self.enableMonitoring = enableMonitoring
    }
  }

  /// A NUMA policy, as `set_mempolicy(2)` takes it (config-linux.md, Memory policy).
  package struct MemoryPolicy: Codable, Sendable, Equatable {
    /// The mode.
    package var mode: Mode
    /// The nodes, such as `0-1,3`.
    package var nodes: String?
    /// Flags of the mode.
    package var flags: [Flag]?

    /// Makes a value; what is not given is absent.
    package init(mode: Mode, nodes: String? = nil, flags: [Flag]? = nil) {
      self.mode = mode
      self.nodes = nodes
      self.flags = flags
    }

    /// The modes.
    package enum Mode: String, ClosedStringSet {
      /// The default policy.
      case `default` = "MPOL_DEFAULT"
      /// Only the nodes given.
      case bind = "MPOL_BIND"
      /// The nodes in turn.
      case interleave = "MPOL_INTERLEAVE"
      /// The nodes in turn by their weight (Linux 6.9).
      case weightedInterleave = "MPOL_WEIGHTED_INTERLEAVE"
      /// First the node given.
      case preferred = "MPOL_PREFERRED"
      /// First the nodes given.
      case preferredMany = "MPOL_PREFERRED_MANY"
      /// The node of the CPU.
      case local = "MPOL_LOCAL"

      /// "mode".
      package static var noun: String { "mode" }
    }

    /// The flags.
    package enum Flag: String, ClosedStringSet {
      /// NUMA balancing stays on.
      case numaBalancing = "MPOL_F_NUMA_BALANCING"
      /// Node numbers count within the allowed nodes.
      case relativeNodes = "MPOL_F_RELATIVE_NODES"
      /// Node numbers are physical.
      case staticNodes = "MPOL_F_STATIC_NODES"

      /// "flag".
      package static var noun: String { "flag" }
    }
  }

  /// An execution domain (config-linux.md, Personality).
  package struct Personality: Codable, Sendable, Equatable {
    /// The domain.
    package var domain: Domain
    /// Flags; the specification defines none.
    package var flags: [String]?

    /// Makes a value; what is not given is absent.
    package init(domain: Domain, flags: [String]? = nil) {
      self.domain = domain
      self.flags = flags
    }

    /// The domains.
    package enum Domain: String, ClosedStringSet {
      /// The native one.
      case linux = "LINUX"
      /// 32 bits.
      case linux32 = "LINUX32"

      /// "domain".
      package static var noun: String { "domain" }
    }
  }

  /// The offset of one clock in a time namespace.
  package struct TimeOffset: Codable, Sendable, Equatable {
    /// Seconds.
    package var secs: Int64?
    /// Nanoseconds on top of them.
    package var nanosecs: UInt32?

    /// Makes a value; what is not given is absent.
    package init(secs: Int64? = nil, nanosecs: UInt32? = nil) {
      self.secs = secs
      self.nanosecs = nanosecs
    }
  }
}
