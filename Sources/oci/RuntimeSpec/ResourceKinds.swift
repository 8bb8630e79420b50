import JSONDocument

extension RuntimeSpec.Linux.Resources {
  /// Allows or denies devices.
  package struct DeviceRule: Codable, Sendable, Equatable {
    /// Whether it allows.
    package var allow: Bool
    /// The kind of device; absent means all.
    package var type: Kind?
    /// The major number; absent means all.
    package var major: Int64?
    /// The minor number; absent means all.
    package var minor: Int64?
    /// A composition of `r` (read), `w` (write) and `m` (mknod).
    package var access: String?

    /// Makes a value; what is not given is absent.
    package init(
      allow: Bool, type: Kind? = nil, major: Int64? = nil, minor: Int64? = nil, access: String? = nil
    ) {
      self.allow = allow
      self.type = type
      self.major = major
      self.minor = minor
      self.access = access
    }

    /// The kinds of devices a rule can speak of.
    package enum Kind: String, ClosedStringSet {
      /// All.
      case all = "a"
      /// Character devices.
      case character = "c"
      /// Block devices.
      case block = "b"

      /// "kind".
      package static var noun: String { "kind" }
    }
  }

  /// Limits of memory in bytes; -1 is no limit.
  package struct Memory: Codable, Sendable, Equatable {
    /// Memory.
    package var limit: Int64?
    /// The soft limit.
    package var reservation: Int64?
    /// Memory and swap together.
    package var swap: Int64?
    /// Kernel memory; obsolete.
    package var kernel: Int64?
    /// Kernel memory of TCP buffers.
    package var kernelTCP: Int64?
    /// How readily pages are swapped out, 0 to 100.
    package var swappiness: UInt64?
    /// Whether a process over the limit waits rather than dies; cgroup v1 only.
    package var disableOOMKiller: Bool?
    /// Whether memory is accounted down the tree; cgroup v1 only.
    package var useHierarchy: Bool?
    /// Whether an update below the present use is refused.
    package var checkBeforeUpdate: Bool?

    /// Makes a value; what is not given is absent.
    package init(
      limit: Int64? = nil, reservation: Int64? = nil, swap: Int64? = nil, kernel: Int64? = nil,
      kernelTCP: Int64? = nil, swappiness: UInt64? = nil, disableOOMKiller: Bool? = nil,
      useHierarchy: Bool? = nil, checkBeforeUpdate: Bool? = nil
    ) {
      self.limit = limit
      self.reservation = reservation
      self.swap = swap
      self.kernel = kernel
      self.kernelTCP = kernelTCP
      self.swappiness = swappiness
      self.disableOOMKiller = disableOOMKiller
      self.useHierarchy = useHierarchy
      self.checkBeforeUpdate = checkBeforeUpdate
    }
  }

  /// CPU time in microseconds, and which CPUs.
  package struct CPU: Codable, Sendable, Equatable {
    /// The weight among siblings, 2 to 262144.
    package var shares: UInt64?
    /// Microseconds in each period; -1 is no limit.
    package var quota: Int64?
    /// Unused microseconds that may be saved up.
    package var burst: UInt64?
    /// The period in microseconds.
    package var period: UInt64?
    /// Microseconds of real-time scheduling in each period; cgroup v1 only.
    package var realtimeRuntime: Int64?
    /// The period of real-time scheduling in microseconds; cgroup v1 only.
    package var realtimePeriod: UInt64?
    /// The CPUs, such as `0-3,7`.
    package var cpus: String?
    /// The memory nodes, such as `0-1`.
    package var mems: String?
    /// 1 for work that only runs when nobody else does, 0 otherwise.
    package var idle: Int64?

    /// Makes a value; what is not given is absent.
    package init(
      shares: UInt64? = nil, quota: Int64? = nil, burst: UInt64? = nil, period: UInt64? = nil,
      realtimeRuntime: Int64? = nil, realtimePeriod: UInt64? = nil, cpus: String? = nil, mems: String? = nil,
      idle: Int64? = nil
    ) {
      self.shares = shares
      self.quota = quota
      self.burst = burst
      self.period = period
      self.realtimeRuntime = realtimeRuntime
      self.realtimePeriod = realtimePeriod
      self.cpus = cpus
      self.mems = mems
      self.idle = idle
    }
  }

  /// The number of tasks.
  package struct PIDs: Codable, Sendable, Equatable {
    /// At most this many; 0 and -1 are no limit in documents before 1.3, since then -1 alone.
    package var limit: Int64?

    /// Makes a value; what is not given is absent.
    package init(limit: Int64? = nil) {
      self.limit = limit
    }
  }

  /// Shares and limits of disks.
  package struct BlockIO: Codable, Sendable, Equatable {
    /// The weight among siblings, 10 to 1000.
    package var weight: UInt16?
    /// The weight against the cgroup's own children; obsolete.
    package var leafWeight: UInt16?
    /// Weights by device.
    package var weightDevice: [WeightDevice]?
    /// Bytes a second read.
    package var throttleReadBpsDevice: [ThrottleDevice]?
    /// Bytes a second written.
    package var throttleWriteBpsDevice: [ThrottleDevice]?
    /// Reads a second.
    package var throttleReadIOPSDevice: [ThrottleDevice]?
    /// Writes a second.
    package var throttleWriteIOPSDevice: [ThrottleDevice]?

    /// Makes a value; what is not given is absent.
    package init(
      weight: UInt16? = nil, leafWeight: UInt16? = nil, weightDevice: [WeightDevice]? = nil,
      throttleReadBpsDevice: [ThrottleDevice]? = nil, throttleWriteBpsDevice: [ThrottleDevice]? = nil,
      throttleReadIOPSDevice: [ThrottleDevice]? = nil, throttleWriteIOPSDevice: [ThrottleDevice]? = nil
    ) {
      self.weight = weight
      self.leafWeight = leafWeight
      self.weightDevice = weightDevice
      self.throttleReadBpsDevice = throttleReadBpsDevice
      self.throttleWriteBpsDevice = throttleWriteBpsDevice
      self.throttleReadIOPSDevice = throttleReadIOPSDevice
      self.throttleWriteIOPSDevice = throttleWriteIOPSDevice
    }

    /// The weight for one device.
    package struct WeightDevice: Codable, Sendable, Equatable {
      /// The device's major number.
      package var major: Int64
      /// The device's minor number.
      package var minor: Int64
      /// The weight among siblings.
      package var weight: UInt16?
      /// The weight against the cgroup's own children; obsolete.
      package var leafWeight: UInt16?

      /// Makes a value; what is not given is absent.
      package init(major: Int64, minor: Int64, weight: UInt16? = nil, leafWeight: UInt16? = nil) {
        self.major = major
        self.minor = minor
        self.weight = weight
        self.leafWeight = leafWeight
      }
    }

    /// The rate for one device.
    package struct ThrottleDevice: Codable, Sendable, Equatable {
      /// The device's major number.
      package var major: Int64
      /// The device's minor number.
      package var minor: Int64
      /// Bytes or operations a second.
      package var rate: UInt64

      /// Makes a value; what is not given is absent.
      package init(major: Int64, minor: Int64, rate: UInt64) {
        self.major = major
        self.minor = minor
        self.rate = rate
      }
    }
  }

  /// A limit of huge pages of one size.
  package struct HugepageLimit: Codable, Sendable, Equatable {
    /// The size, such as `2MB`.
    package var pageSize: String
    /// Bytes.
    package var limit: UInt64

    /// Makes a value; what is not given is absent.
    package init(pageSize: String, limit: UInt64) {
      self.pageSize = pageSize
      self.limit = limit
    }
  }

  /// Marks of network packets.
  package struct Network: Codable, Sendable, Equatable {
    /// The class identifier.
    package var classID: UInt32?
    /// Priorities by interface.
    package var priorities: [InterfacePriority]?

    /// Makes a value; what is not given is absent.
    package init(classID: UInt32? = nil, priorities: [InterfacePriority]? = nil) {
      self.classID = classID
      self.priorities = priorities
    }

    /// The priority of packets on one interface.
    package struct InterfacePriority: Codable, Sendable, Equatable {
      /// The interface.
      package var name: String
      /// The priority.
      package var priority: UInt32

      /// Makes a value; what is not given is absent.
      package init(name: String, priority: UInt32) {
        self.name = name
        self.priority = priority
      }
    }
  }

  /// Limits of one RDMA device.
  package struct RDMA: Codable, Sendable, Equatable {
    /// Handles.
    package var hcaHandles: UInt32?
    /// Objects.
    package var hcaObjects: UInt32?

    /// Makes a value; what is not given is absent.
    package init(hcaHandles: UInt32? = nil, hcaObjects: UInt32? = nil) {
      self.hcaHandles = hcaHandles
      self.hcaObjects = hcaObjects
    }
  }
}
