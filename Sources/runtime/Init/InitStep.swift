package import LinuxSecurity
package import LinuxSystem

/// One thing that the container's init does, with every value it needs: nothing is decided any more when it runs.
///
/// The order of the steps is the plan's (`InitPlan`); what a case means is said by its sentence (`description`) and
/// done by one small function in `Perform+….swift`.
package enum InitStep: Sendable, Equatable {
  /// Closes what the supervisor had open: its end of the channel, whose closing must mean its end, and its lock.
  case closeInherited(from: UInt32)
  // Namespaces
  case joinNamespace(NamespaceKind, path: String)
  /// Exec: joins the namespaces of the container's init through its pidfd (setns(2)).
  case joinContainer(CloneFlags)
  /// Makes a time namespace, sets its clocks and enters it.
  case enterTimeNamespace([ClockOffset])
  /// Waits until the supervisor has written the mappings of the new user namespace.
  case awaitMappings
  /// Becomes uid 0 and gid 0 of the user namespace; without `dropsGroups` the kernel forbids to set groups in it
  /// (`/proc/PID/setgroups` says deny).
  case becomeNamespaceRoot(dropsGroups: Bool, orUser: UInt32, orGroup: UInt32)
  /// Nobody in the container may look into this process while it is still the runtime (CVE-2016-9962).
  case preventTracing
  /// Opens the file to which `applyLabel` writes.
  case openLabel(SecurityModule)
  case labelKeys(String)
  case setOutOfMemoryScore(Int)
  case startSession
  case joinKeyring(String)
  /// In a network namespace that clone3 made.
  case bringLoopbackUp
  /// Enters the network namespace that was made while the supervisor planned.
  case enterNewNetwork
  /// Waits for the word that its `lo` is up.
  case awaitNetwork
  /// Waits until the supervisor has made the cgroups.
  case awaitSupervisor
  /// Moves init itself into its v1 cgroups; it was born in the unified one.
  case joinCgroups([String])
  case newCgroupNamespace
  /// In a user namespace, as its root: to whoever makes the namespace its message queues belong (mq_overview(7)).
  case newIPCNamespace
  case setHostname(String)
  case setDomainName(String)
  case writeSysctl(name: String, value: String)

  // The root file system
  case setFileModeMask(UInt32)
  case setTreePropagation(MountFlags)
  case makeParentMountPrivate(ofRoot: String)
  /// Private where the configuration says nothing of propagation.
  case bindRoot(String, isPrivate: Bool)
  /// Takes a copy of what a bind shows while this process is still who it was outside.
  case openBindSource(slot: Int, path: String, recursive: Bool)
  case mount(MountAction)
  case labelMount(path: String, String)
  case mountCgroups(CgroupMounts)
  case makeDevice(DeviceNode)
  /// In a user namespace nobody makes device nodes: the host's is bound.
  case bindDevice(DeviceNode)
  /// Or one that the supervisor has made for the container, kept under a slot.
  case placeDevice(DeviceNode, slot: Int)
  case linkDevice(name: String, target: String)
  case makeDirectory(String)
  case openTerminal(TerminalSetup)
  case makeReadOnly(String)
  case restrictToReading(String)
  case mask(String)
  case pivotRoot
  case changeRoot
  /// Before `changeRoot`, which leaves the host's procfs and sysfs in the mount namespace.
  case hideKernelFileSystems
  case setRootPropagation(MountFlags)
  /// Waits until the supervisor has run its hooks.
  case awaitHooks
  case runHook(HookAction)

  // The process
  case setScheduling(SchedulingAttributes)
  case setIOPriority(IOPriorityClass, Int)
  /// Exec: the CPUs to run on once it is in its cgroups.
  case setCPUAffinity(NumberList)
  /// All CPUs of its cgroups, rather than those that the runtime's caller was held to.
  case resetCPUAffinity
  case setMemoryPolicy(MemoryPolicy)
  case setExecutionDomain(ExecutionDomain)
  case setResourceLimit(ResourceLimit)
  case setNoNewPrivileges
  /// What is permitted, but not effective since the change of user, becomes effective for the filter's sake.
  case raiseFilterPrivilege
  case installSeccomp(SeccompFilter)
  /// Lets whoever listens hand the filter's listener to its agent, and waits for that.
  case handOverListener
  case dropBoundingSet(keeping: CapabilitySet)
  case keepCapabilities(Bool)
  case ownStandardDescriptors(userID: UInt32)
  case setGroups(groupID: UInt32, additional: [UInt32])
  /// The same where the kernel forbids to set groups.
  case setGroupAlone(UInt32)
  case setUser(UInt32)
  case setCapabilities(CapabilitySets)
  case changeDirectory(String)
  case changeDirectoryAsUser(String)
  case findHome(userID: UInt32)
  case findProgram(name: String, searchPath: String)
  case applyLabel(SecurityModule, String)
  case resetSignals
  case closeDescriptors(from: UInt32)
  case reportReady
  case awaitStart
  /// A container that was never started ends when it is asked to (runc): the kernel spares process 1 what it does not handle.
  case endOnRequest
  case execute(arguments: [String], environment: [String])
}

/// The container's terminal (runtime-spec config.md, Process `terminal`, `consoleSize`).
package struct TerminalSetup: Sendable, Equatable {
  /// Its first size; nil leaves the kernel's 0 by 0.
  package let size: WindowSize?
  /// Whether its lines end without a carriage return.
  package let endsLinesPlainly: Bool
  /// Who owns it: the process's user.
  package let userID: UInt32
  /// Whether it also becomes `/dev/console`: in `create`, not in `exec`.
  package let isConsole: Bool

  package init(size: WindowSize?, endsLinesPlainly: Bool = false, userID: UInt32, isConsole: Bool) {
    self.size = size
    self.endsLinesPlainly = endsLinesPlainly
    self.userID = userID
    self.isConsole = isConsole
  }
}

/// A device node below the container's `/dev` (runtime-spec config-linux.md, Devices).
package struct DeviceNode: Sendable, Equatable {
  /// Absolute in the container.
  package let path: String
  package let kind: FileKind
  package let major: UInt32
  package let minor: UInt32
  /// Permission bits.
  package let mode: UInt32
  package let userID: UInt32
  package let groupID: UInt32

  package init(
    path: String, kind: FileKind, major: UInt32, minor: UInt32, mode: UInt32, userID: UInt32 = 0,
    groupID: UInt32 = 0
  ) {
    self.path = path
    self.kind = kind
    self.major = major
    self.minor = minor
    self.mode = mode
    self.userID = userID
    self.groupID = groupID
  }
}

/// One entry of `mounts`, with its options sorted into what the kernel wants (runtime-spec config.md, Mounts).
package struct MountAction: Sendable, Equatable {
  /// What is mounted.
  package enum Source: Sendable, Equatable {
    /// A new file system: mount(2) with these flags and the file system's own options.
    case fileSystem(type: String, source: String, flags: MountFlags, data: String?)
    /// A part of the host's tree: attributes are set on a detached copy before it becomes visible.
    case bind(path: String, recursive: Bool)
    /// A detached copy that was made before, kept under a slot; `path` is for messages.
    case held(slot: Int, path: String)
    /// A part of the container's own root as it is when this mount's turn has come, earlier mounts included; `path` is
    /// taken from that root, which no link leaves. With `isMapped` the supervisor maps the ids of the copy.
    case own(path: String, recursive: Bool, isMapped: Bool)
    /// Nothing: what is mounted there gets other flags and options.
    case remount(flags: MountFlags, data: String?)
  }

  package let source: Source
  /// Absolute in the container.
  package let destination: String
  /// For binds: attributes to set and to clear on the topmost mount.
  package let set: MountAttributes
  package let clear: MountAttributes
  /// Attributes for the mount and everything below it (`rro`, `rnosuid`, …).
  package let recursiveSet: MountAttributes
  package let recursiveClear: MountAttributes
  /// Propagation changes in the order of the options; each is one flag, perhaps with `recursive`.
  package let propagation: [MountFlags]
  /// procfs and sysfs: the mount point must be a directory of the image itself, not a link (CVE-2019-19921,
  /// CVE-2023-27561).
  package let requiresRealDirectory: Bool
  /// tmpfs: begins with a copy of what the image has there.
  package let copiesUp: Bool
  /// tmpfs without a mode of its own: takes over that of the directory that it covers.
  package let inheritsMode: Bool

  package init(
    source: Source, destination: String, set: MountAttributes = [], clear: MountAttributes = [],
    recursiveSet: MountAttributes = [], recursiveClear: MountAttributes = [], propagation: [MountFlags] = [],
    requiresRealDirectory: Bool = false, copiesUp: Bool = false, inheritsMode: Bool = false
  ) {
    self.source = source
    self.destination = destination
    self.set = set
    self.clear = clear
    self.recursiveSet = recursiveSet
    self.recursiveClear = recursiveClear
    self.propagation = propagation
    self.requiresRealDirectory = requiresRealDirectory
    self.copiesUp = copiesUp
    self.inheritsMode = inheritsMode
  }
}

extension MountAction {
  /// The same mount from another source.
  package func from(_ source: Source) -> MountAction {
    MountAction(
      source: source, destination: destination, set: set, clear: clear, recursiveSet: recursiveSet,
      recursiveClear: recursiveClear, propagation: propagation, requiresRealDirectory: requiresRealDirectory,
      copiesUp: copiesUp, inheritsMode: inheritsMode)
  }
}

/// What `/sys/fs/cgroup` holds in the container: on v2 one mount, on v1 a tmpfs with a mount for each hierarchy.
package struct CgroupMounts: Sendable, Equatable {
  /// One hierarchy.
  package struct Hierarchy: Sendable, Equatable {
    /// The directory below the destination; empty when it is the destination itself.
    package let name: String
    /// `cgroup` or `cgroup2`.
    package let type: String
    /// The options that name a v1 hierarchy, such as `cpu,cpuacct` or `none,name=systemd`.
    package let data: String?
    /// Without a cgroup namespace of its own the container sees only its own directory: bound from here.
    package let bindFrom: String?

    package init(name: String, type: String, data: String?, bindFrom: String?) {
      self.name = name
      self.type = type
      self.data = data
      self.bindFrom = bindFrom
    }
  }

  package let destination: String
  package let flags: MountFlags
  package let hierarchies: [Hierarchy]
  /// Links such as `cpu` → `cpu,cpuacct`: `(name, target)`.
  package let links: [String: String]

  package init(destination: String, flags: MountFlags, hierarchies: [Hierarchy], links: [String: String]) {
    self.destination = destination
    self.flags = flags
    self.hierarchies = hierarchies
    self.links = links
  }
}
