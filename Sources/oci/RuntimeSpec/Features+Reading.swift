package import JSONDocument

extension RuntimeFeatures: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    ociVersionMin = try members.read("ociVersionMin")
    ociVersionMax = try members.read("ociVersionMax")
    hooks = try members.read("hooks")
    mountOptions = try members.read("mountOptions")
    linux = try members.read("linux")
    annotations = try members.read("annotations")
    potentiallyUnsafeConfigAnnotations = try members.read("potentiallyUnsafeConfigAnnotations")
  }
}

extension RuntimeFeatures.Linux: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    namespaces = try members.read("namespaces")
    capabilities = try members.read("capabilities")
    cgroup = try members.read("cgroup")
    seccomp = try members.read("seccomp")
    apparmor = try members.read("apparmor")
    selinux = try members.read("selinux")
    intelRdt = try members.read("intelRdt")
    memoryPolicy = try members.read("memoryPolicy")
    mountExtensions = try members.read("mountExtensions")
    netDevices = try members.read("netDevices")
  }
}

extension RuntimeFeatures.Support: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    enabled = try members.read("enabled")
  }
}

extension RuntimeFeatures.Cgroup: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    v1 = try members.read("v1")
    v2 = try members.read("v2")
    systemd = try members.read("systemd")
    systemdUser = try members.read("systemdUser")
    rdma = try members.read("rdma")
  }
}

extension RuntimeFeatures.Seccomp: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    enabled = try members.read("enabled")
    actions = try members.read("actions")
    operators = try members.read("operators")
    archs = try members.read("archs")
    knownFlags = try members.read("knownFlags")
    supportedFlags = try members.read("supportedFlags")
  }
}

extension RuntimeFeatures.ResourceDirector: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    enabled = try members.read("enabled")
    schemata = try members.read("schemata")
    monitoring = try members.read("monitoring")
  }
}

extension RuntimeFeatures.MemoryPolicy: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    modes = try members.read("modes")
    flags = try members.read("flags")
  }
}

extension RuntimeFeatures.MountExtensions: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    idmap = try members.read("idmap")
  }
}
