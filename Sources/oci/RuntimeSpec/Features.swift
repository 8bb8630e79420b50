/// What `features` prints (features.md): absent means unknown, not unsupported.
package struct RuntimeFeatures: Codable, Sendable, Equatable {
  /// The oldest version of the specification understood.
  package var ociVersionMin: String?
  /// The newest version of the specification understood.
  package var ociVersionMax: String?
  /// The kinds of hooks known.
  package var hooks: [String]?
  /// The mount options known, beside those of a filesystem.
  package var mountOptions: [String]?
  /// What only Linux knows (features-linux.md).
  package var linux: Linux?
  /// Facts about this implementation.
  package var annotations: [String: String]?
  /// Annotations of a configuration that change what the runtime does; one ending in `.` is a prefix.
  package var potentiallyUnsafeConfigAnnotations: [String]?

  /// Makes a value; what is not given is absent.
  package init(
    ociVersionMin: String? = nil, ociVersionMax: String? = nil, hooks: [String]? = nil,
    mountOptions: [String]? = nil, linux: Linux? = nil, annotations: [String: String]? = nil,
    potentiallyUnsafeConfigAnnotations: [String]? = nil
  ) {
    self.ociVersionMin = ociVersionMin
    self.ociVersionMax = ociVersionMax
    self.hooks = hooks
    self.mountOptions = mountOptions
    self.linux = linux
    self.annotations = annotations
    self.potentiallyUnsafeConfigAnnotations = potentiallyUnsafeConfigAnnotations
  }

  /// What only Linux knows (features-linux.md).
  package struct Linux: Codable, Sendable, Equatable {
    /// The kinds of namespaces known.
    package var namespaces: [String]?
    /// The capabilities known.
    package var capabilities: [String]?
    /// Cgroups.
    package var cgroup: Cgroup?
    /// The system call filter.
    package var seccomp: Seccomp?
    /// AppArmor.
    package var apparmor: Support?
    /// SELinux.
    package var selinux: Support?
    /// Intel Resource Director Technology.
    package var intelRdt: ResourceDirector?
    /// NUMA policies.
    package var memoryPolicy: MemoryPolicy?
    /// Kinds of mounts beyond the usual.
    package var mountExtensions: MountExtensions?
    /// Network devices moved into a container.
    package var netDevices: Support?

    /// Makes a value; what is not given is absent.
    package init(
      namespaces: [String]? = nil, capabilities: [String]? = nil, cgroup: Cgroup? = nil,
      seccomp: Seccomp? = nil, apparmor: Support? = nil, selinux: Support? = nil,
      intelRdt: ResourceDirector? = nil, memoryPolicy: MemoryPolicy? = nil,
      mountExtensions: MountExtensions? = nil, netDevices: Support? = nil
    ) {
      self.namespaces = namespaces
      self.capabilities = capabilities
      self.cgroup = cgroup
      self.seccomp = seccomp
      self.apparmor = apparmor
      self.selinux = selinux
      self.intelRdt = intelRdt
      self.memoryPolicy = memoryPolicy
      self.mountExtensions = mountExtensions
      self.netDevices = netDevices
    }
  }

  /// Whether something is built in; says nothing of the host.
  package struct Support: Codable, Sendable, Equatable {
    /// Whether it is.
    package var enabled: Bool?

    /// Makes a value; what is not given is absent.
    package init(enabled: Bool? = nil) {
      self.enabled = enabled
    }
  }

  /// Which cgroups are built in; says nothing of the host.
  package struct Cgroup: Codable, Sendable, Equatable {
    /// Version 1.
    package var v1: Bool?
    /// Version 2.
    package var v2: Bool?
    /// Through systemd.
    package var systemd: Bool?
    /// Through a user's systemd.
    package var systemdUser: Bool?
    /// The RDMA controller.
    package var rdma: Bool?

    /// Makes a value; what is not given is absent.
    package init(
      v1: Bool? = nil, v2: Bool? = nil, systemd: Bool? = nil, systemdUser: Bool? = nil, rdma: Bool? = nil
    ) {
      self.v1 = v1
      self.v2 = v2
      self.systemd = systemd
      self.systemdUser = systemdUser
      self.rdma = rdma
    }
  }

  /// The system call filter.
  package struct Seccomp: Codable, Sendable, Equatable {
    /// Whether it is built in.
    package var enabled: Bool?
    /// The actions known.
    package var actions: [String]?
    /// The operators known.
    package var operators: [String]?
    /// The architectures known.
    package var archs: [String]?
    /// The flags known.
    package var knownFlags: [String]?
    /// The flags that kernel and library also support.
    package var supportedFlags: [String]?

    /// Makes a value; what is not given is absent.
    package init(
      enabled: Bool? = nil, actions: [String]? = nil, operators: [String]? = nil, archs: [String]? = nil,
      knownFlags: [String]? = nil, supportedFlags: [String]? = nil
    ) {
      self.enabled = enabled
      self.actions = actions
      self.operators = operators
      self.archs = archs
      self.knownFlags = knownFlags
      self.supportedFlags = supportedFlags
    }
  }

  /// Intel Resource Director Technology.
  package struct ResourceDirector: Codable, Sendable, Equatable {
    /// Whether it is built in.
    package var enabled: Bool?
    /// Whether `linux.intelRdt.schemata` is understood.
    package var schemata: Bool?
    /// Whether `linux.intelRdt.enableMonitoring` is understood.
    package var monitoring: Bool?

    /// Makes a value; what is not given is absent.
    package init(enabled: Bool? = nil, schemata: Bool? = nil, monitoring: Bool? = nil) {
      self.enabled = enabled
      self.schemata = schemata
      self.monitoring = monitoring
    }
  }

  /// NUMA policies.
  package struct MemoryPolicy: Codable, Sendable, Equatable {
    /// The modes known.
    package var modes: [String]?
    /// The flags known.
    package var flags: [String]?

    /// Makes a value; what is not given is absent.
    package init(modes: [String]? = nil, flags: [String]? = nil) {
      self.modes = modes
      self.flags = flags
    }
  }

  /// Kinds of mounts beyond the usual.
  package struct MountExtensions: Codable, Sendable, Equatable {
    /// ID-mapped mounts.
    package var idmap: Support?

    /// Makes a value; what is not given is absent.
    package init(idmap: Support? = nil) {
      self.idmap = idmap
    }
  }
}
