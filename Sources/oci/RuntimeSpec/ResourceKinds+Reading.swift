package import JSONDocument

extension RuntimeSpec.Linux.Resources.DeviceRule: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    allow = try members.read("allow")
    type = try members.read("type")
    major = try members.read("major")
    minor = try members.read("minor")
    access = try members.read("access")
  }
}

extension RuntimeSpec.Linux.Resources.Memory: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    limit = try members.read("limit")
    reservation = try members.read("reservation")
    swap = try members.read("swap")
    kernel = try members.read("kernel")
    kernelTCP = try members.read("kernelTCP")
    swappiness = try members.read("swappiness")
    disableOOMKiller = try members.read("disableOOMKiller")
    useHierarchy = try members.read("useHierarchy")
    checkBeforeUpdate = try members.read("checkBeforeUpdate")
  }
}

extension RuntimeSpec.Linux.Resources.CPU: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    shares = try members.read("shares")
    quota = try members.read("quota")
    burst = try members.read("burst")
    period = try members.read("period")
    realtimeRuntime = try members.read("realtimeRuntime")
    realtimePeriod = try members.read("realtimePeriod")
    cpus = try members.read("cpus")
    mems = try members.read("mems")
    idle = try members.read("idle")
  }
}

extension RuntimeSpec.Linux.Resources.PIDs: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    limit = try members.read("limit")
  }
}

extension RuntimeSpec.Linux.Resources.BlockIO: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    weight = try members.read("weight")
    leafWeight = try members.read("leafWeight")
    weightDevice = try members.read("weightDevice")
    throttleReadBpsDevice = try members.read("throttleReadBpsDevice")
    throttleWriteBpsDevice = try members.read("throttleWriteBpsDevice")
    throttleReadIOPSDevice = try members.read("throttleReadIOPSDevice")
    throttleWriteIOPSDevice = try members.read("throttleWriteIOPSDevice")
  }
}

extension RuntimeSpec.Linux.Resources.BlockIO.WeightDevice: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    major = try members.read("major")
    minor = try members.read("minor")
    weight = try members.read("weight")
    leafWeight = try members.read("leafWeight")
  }
}

extension RuntimeSpec.Linux.Resources.BlockIO.ThrottleDevice: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    major = try members.read("major")
    minor = try members.read("minor")
    rate = try members.read("rate")
  }
}

extension RuntimeSpec.Linux.Resources.HugepageLimit: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    pageSize = try members.read("pageSize")
    limit = try members.read("limit")
  }
}

extension RuntimeSpec.Linux.Resources.Network: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    classID = try members.read("classID")
    priorities = try members.read("priorities")
  }
}

extension RuntimeSpec.Linux.Resources.Network.InterfacePriority: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    name = try members.read("name")
    priority = try members.read("priority")
  }
}

extension RuntimeSpec.Linux.Resources.RDMA: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    hcaHandles = try members.read("hcaHandles")
    hcaObjects = try members.read("hcaObjects")
  }
}
