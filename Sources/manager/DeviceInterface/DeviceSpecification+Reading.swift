package import JSONDocument
internal import OCIRuntimeSpec

// Every member must be known: one that is passed over could be what the device needs (CDI reads its files strictly, too).

extension DeviceSpecification: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly(["cdiVersion", "kind", "annotations", "devices", "containerEdits"])
    version = try members.read("cdiVersion")
    kind = try members.read("kind")
    annotations = try members.read("annotations") ?? [:]
    devices = try members.read("devices") ?? []
    edits = try members.read("containerEdits") ?? ContainerEdits()
  }
}

extension DeviceSpecification.Device: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly(["name", "annotations", "containerEdits"])
    name = try members.read("name")
    annotations = try members.read("annotations") ?? [:]
    edits = try members.read("containerEdits") ?? ContainerEdits()
  }
}

extension ContainerEdits: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly([
      "env", "deviceNodes", "netDevices", "mounts", "hooks", "additionalGids", "additionalGIDs", "intelRdt",
    ])
    environment = try members.read("env") ?? []
    deviceNodes = try members.read("deviceNodes") ?? []
    networkDevices = try members.read("netDevices") ?? []
    mounts = try members.read("mounts") ?? []
    hooks = try members.read("hooks") ?? []
    // SPEC.md writes it both ways.
    let usual: [UInt32]? = try members.read("additionalGids")
    let other: [UInt32]? = try members.read("additionalGIDs")
    groups = usual ?? other ?? []
    let director: DirectorReading? = try members.read("intelRdt")
    resourceDirector = director?.settings
  }
}

extension ContainerEdits.DeviceNode: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly([
      "path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid",
    ])
    path = try members.read("path")
    hostPath = try members.readWords("hostPath")
    // Go writes an absent text as an empty one.
    let type: String? = try members.readWords("type")
    self.type = type == nil ? nil : try members.read("type")
    major = try members.read("major") ?? 0
    minor = try members.read("minor") ?? 0
    fileMode = try members.read("fileMode")
    permissions = try members.readWords("permissions")
    userID = try members.read("uid")
    groupID = try members.read("gid")
  }
}

extension ContainerEdits.NetworkDevice: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly(["hostInterfaceName", "name"])
    hostInterfaceName = try members.read("hostInterfaceName")
    name = try members.read("name")
  }
}

extension ContainerEdits.Mount: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly(["hostPath", "containerPath", "type", "options"])
    hostPath = try members.read("hostPath")
    containerPath = try members.read("containerPath")
    type = try members.readWords("type")
    options = try members.read("options") ?? []
  }
}

extension ContainerEdits.Hook: DocumentReadable {
  /// Reads the members.
  package init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly(["hookName", "path", "args", "env", "timeout"])
    name = try members.read("hookName")
    hook = RuntimeSpec.Hook(
      path: try members.read("path"), args: try members.read("args"), env: try members.read("env"),
      timeout: try members.read("timeout"))
  }
}

/// `intelRdt` with the members of all versions: `enableCMT` and `enableMBM` became one in 1.1.0, as in the runtime-spec.
private struct DirectorReading: DocumentReadable {
  let settings: RuntimeSpec.Linux.ResourceDirector

  init(reading members: MemberReader) throws(DocumentError) {
    try members.allowOnly([
      "closID", "l3CacheSchema", "memBwSchema", "schemata", "enableMonitoring", "enableCMT", "enableMBM",
    ])
    var monitors: Bool?
    for name in ["enableMonitoring", "enableCMT", "enableMBM"] {
      if let value: Bool = try members.read(name) { monitors = value || (monitors ?? false) }
    }
    settings = RuntimeSpec.Linux.ResourceDirector(
      closID: try members.readWords("closID"), schemata: try members.read("schemata"),
      l3CacheSchema: try members.readWords("l3CacheSchema"),
      memBwSchema: try members.readWords("memBwSchema"), enableMonitoring: monitors)
  }
}

extension MemberReader {
  /// A text that is not empty, or nil.
  fileprivate func readWords(_ name: String) throws(DocumentError) -> String? {
    let text: String? = try read(name)
    return text == "" ? nil : text
  }
}
