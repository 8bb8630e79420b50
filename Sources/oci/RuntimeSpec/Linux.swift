import JSONDocument

extension RuntimeSpec {
  /// What only Linux knows (config-linux.md).
  package struct Linux: Codable, Sendable, Equatable {
    /// User IDs of the container's user namespace.
    package var uidMappings: [IDMapping]?
    /// Group IDs of the container's user namespace.
    package var gidMappings: [IDMapping]?
    /// Kernel parameters, names with dots such as `net.ipv4.ip_forward`.
    package var sysctl: [String: String]?
    /// Limits, applied through cgroups.
    package var resources: Resources?
    /// The cgroup: absolute from the hierarchy's root, or up to the runtime; `slice:prefix:name` for systemd.
    package var cgroupsPath: String?
    /// The namespaces to make or join; of a type not listed the runtime's own is used.
    package var namespaces: [Namespace]?
    /// Device nodes to make.
    package var devices: [Device]?
    /// Network devices moved into the container, by their name on the host.
    package var netDevices: [String: NetworkDevice]?
    /// The system call filter.
    package var seccomp: Seccomp?
    /// The propagation of the root mount.
    package var rootfsPropagation: Propagation?
    /// Paths inside the container that cannot be read.
    package var maskedPaths: [String]?
    /// Paths inside the container that cannot be written.
    package var readonlyPaths: [String]?
    /// The SELinux label of the mounts.
    package var mountLabel: String?
    /// Intel Resource Director Technology, through resctrl.
    package var intelRdt: ResourceDirector?
    /// The NUMA policy for `set_mempolicy(2)`.
    package var memoryPolicy: MemoryPolicy?
    /// The execution domain for `personality(2)`.
    package var personality: Personality?
    /// Offsets of the time namespace, by clock: `monotonic` or `boottime`.
    package var timeOffsets: [String: TimeOffset]?

    /// Makes a value; what is not given is absent.
    package init(
      uidMappings: [IDMapping]? = nil, gidMappings: [IDMapping]? = nil, sysctl: [String: String]? = nil,
      resources: Resources? = nil, cgroupsPath: String? = nil, namespaces: [Namespace]? = nil,
      devices: [Device]? = nil, netDevices: [String: NetworkDevice]? = nil, seccomp: Seccomp? = nil,
      rootfsPropagation: Propagation? = nil, maskedPaths: [String]? = nil, readonlyPaths: [String]? = nil,
      mountLabel: String? = nil, intelRdt: ResourceDirector? = nil, memoryPolicy: MemoryPolicy? = nil,
      personality: Personality? = nil, timeOffsets: [String: TimeOffset]? = nil
    ) {
      self.uidMappings = uidMappings
      self.gidMappings = gidMappings
      self.sysctl = sysctl
      self.resources = resources
      self.cgroupsPath = cgroupsPath
      self.namespaces = namespaces
      self.devices = devices
      self.netDevices = netDevices
      self.seccomp = seccomp
      self.rootfsPropagation = rootfsPropagation
      self.maskedPaths = maskedPaths
      self.readonlyPaths = readonlyPaths
      self.mountLabel = mountLabel
      self.intelRdt = intelRdt
      self.memoryPolicy = memoryPolicy
      self.personality = personality
      self.timeOffsets = timeOffsets
    }

    /// A namespace to make or join.
    package struct Namespace: Codable, Sendable, Equatable {
      /// Which kind.
      package var type: Kind
      /// The file of a namespace to join, an absolute path on the host; absent makes a new one.
      package var path: String?

      /// Makes a value; what is not given is absent.
      package init(type: Kind, path: String? = nil) {
        self.type = type
        self.path = path
      }

      /// The kinds of namespaces.
      package enum Kind: String, ClosedStringSet {
        /// Process IDs.
        case pid
        /// Network stacks.
        case network
        /// Mount tables.
        case mount
        /// System V IPC and POSIX message queues.
        case ipc
        /// Host and domain names.
        case uts
        /// User and group IDs and capabilities.
        case user
        /// The view of the cgroup tree.
        case cgroup
        /// The monotonic and boot clocks.
        case time

        /// "kind".
        package static var noun: String { "kind" }
      }
    }

    /// A device node.
    package struct Device: Codable, Sendable, Equatable {
      /// Where it stands, an absolute path inside the container.
      package var path: String
      /// Which kind.
      package var type: Kind
      /// The major number; a FIFO has none.
      package var major: Int64?
      /// The minor number; a FIFO has none.
      package var minor: Int64?
      /// The permission bits.
      package var fileMode: UInt32?
      /// The owner in the container's user namespace.
      package var uid: UInt32?
      /// The group in the container's user namespace.
      package var gid: UInt32?

      /// Makes a value; what is not given is absent.
      package init(
        path: String, type: Kind, major: Int64? = nil, minor: Int64? = nil, fileMode: UInt32? = nil,
        uid: UInt32? = nil, gid: UInt32? = nil
      ) {
        self.path = path
        self.type = type
        self.major = major
        self.minor = minor
        self.fileMode = fileMode
        self.uid = uid
        self.gid = gid
      }

      /// The kinds of nodes, as `mknod(1)` writes them.
      package enum Kind: String, ClosedStringSet {
        /// A character device.
        case character = "c"
        /// A character device, by its old name.
        case unbuffered = "u"
        /// A block device.
        case block = "b"
        /// A FIFO.
        case fifo = "p"

        /// "kind".
        package static var noun: String { "kind" }
      }
    }

    /// A network device moved into the container.
    package struct NetworkDevice: Codable, Sendable, Equatable {
      /// Its name inside the container; absent keeps the one it has.
      package var name: String?

      /// Makes a value; what is not given is absent.
      package init(name: String? = nil) {
        self.name = name
      }
    }

    /// Mount propagation (`mount_namespaces(7)`); config-linux.md has those without `r`, engines write both.
    package enum Propagation: String, ClosedStringSet {
      /// Mounts travel both ways.
      case shared
      /// Mounts travel in.
      case slave
      /// Mounts stay apart.
      case `private`
      /// As private, and not to be bound elsewhere.
      case unbindable
      /// Shared, the whole tree.
      case recursiveShared = "rshared"
      /// Slave, the whole tree.
      case recursiveSlave = "rslave"
      /// Private, the whole tree.
      case recursivePrivate = "rprivate"
      /// Unbindable, the whole tree.
      case recursiveUnbindable = "runbindable"

      /// "mode".
      package static var noun: String { "mode" }
    }
  }
}
