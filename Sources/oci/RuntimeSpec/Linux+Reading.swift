package import JSONDocument

extension RuntimeSpec.Linux: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    uidMappings = try members.read("uidMappings")
    gidMappings = try members.read("gidMappings")
    sysctl = try members.read("sysctl")
    resources = try members.read("resources")
    cgroupsPath = try members.read("cgroupsPath")
    namespaces = try members.read("namespaces")
    devices = try members.read("devices")
    netDevices = try members.read("netDevices")
    seccomp = try members.read("seccomp")
    rootfsPropagation = try members.read("rootfsPropagation")
    maskedPaths = try members.read("maskedPaths")
    readonlyPaths = try members.read("readonlyPaths")
    mountLabel = try members.read("mountLabel")
    intelRdt = try members.read("intelRdt")
    memoryPolicy = try members.read("memoryPolicy")
    personality = try members.read("personality")
    timeOffsets = try members.read("timeOffsets")
  }
}

extension RuntimeSpec.Linux.Namespace: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    type = try members.read("type")
    path = try members.read("path")
  }
}

extension RuntimeSpec.Linux.Device: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    path = try members.read("path")
    type = try members.read("type")
    major = try members.read("major")
    minor = try members.read("minor")
    fileMode = try members.read("fileMode")
    uid = try members.read("uid")
    gid = try members.read("gid")
  }
}

extension RuntimeSpec.Linux.NetworkDevice: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    name = try members.read("name")
  }
}
