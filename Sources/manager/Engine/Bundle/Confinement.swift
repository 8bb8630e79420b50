package import DeviceInterface
package import OCIRuntimeSpec

/// What of a blueprint isolates the container and limits it, looked up and merged; as it stands it is any other
/// container's.
package struct Confinement: Sendable, Equatable {
  /// Whose a namespace is.
  package enum Namespace: Sendable, Equatable {
    /// The container's own, made for it.
    case own
    /// The host's.
    case host
    /// That of this file of /proc.
    case joined(String)
  }

  /// What is on /dev/shm.
  package enum SharedMemory: Sendable, Equatable {
    /// A tmpfs of the container's own.
    case own(bytes: Int64)
    /// A directory of the host that others may have too.
    case shared(String)
    /// What the image has there.
    case none
  }

  /// The filter of system calls.
  package enum SystemCallFilter: Sendable, Equatable {
    /// docker's, for the capabilities that the container has.
    case builtin
    /// None.
    case none
    /// The user's.
    case given(RuntimeSpec.Linux.Seccomp)
  }

  /// Network devices.
  package var network = Namespace.own
  /// Whether that namespace is for this container alone, so that its parameters are the container's.
  package var ownsNetwork = true
  /// Processes.
  package var pid = Namespace.own
  /// System V IPC and message queues.
  package var ipc = Namespace.own
  /// Host and domain name.
  package var uts = Namespace.own
  /// The view of the cgroups.
  package var cgroup = Namespace.own
  /// The cgroup above the container's; ends without a slash, so that the machine's root is empty.
  package var cgroupParent = ""
  /// What is on /dev/shm.
  package var sharedMemory = SharedMemory.own(bytes: IsolationSettings.defaultSharedMemoryBytes)
  /// The filter.
  package var filter = SystemCallFilter.builtin
  /// The AppArmor profile; nil leaves what the engine has.
  package var apparmorProfile: String?
  /// Whether nothing that is executed gains privileges.
  package var noNewPrivileges = false
  /// Whether /proc and /sys have masked and read-only paths.
  package var hidesSystemPaths = true
  /// Whether /sys can be written.
  package var sysIsWritable = false
  /// Whether /sys/fs/cgroup can be written.
  package var cgroupIsWritable = false
  /// Kernel parameters that the user set, by name.
  package var kernelParameters: [String: String] = [:]
  /// The NIS domain name; nil leaves the kernel's `(none)`.
  package var domainname: String?
  /// Nodes in /dev beside those of every container.
  package var devices: [RuntimeSpec.Linux.Device] = []
  /// Whether every device may be used.
  package var allowsAllDevices = false
  /// Rules after those of every container.
  package var deviceRules: [RuntimeSpec.Linux.Resources.DeviceRule] = []
  /// What CDI devices bring along.
  package var injection = DeviceInjection()
  /// Limits, without devices.
  package var resources = RuntimeSpec.Linux.Resources()
  /// setrlimit(2).
  package var limits: [RuntimeSpec.Process.ResourceLimit] = []
  /// `oom_score_adj`; nil leaves it alone.
  package var oomScoreAdjustment: Int?
  /// The umask; nil leaves it to the runtime.
  package var fileModeMask: UInt32?
  /// `apus-init` on the host; nil runs the program itself as process 1.
  package var initProgram: String?
  /// The host's file that is bound to /etc/localtime.
  package var timeZoneFile: String?

  /// Any other container's.
  package init() {}
}
