package import JSONDocument
package import Options

/// What keeps a container apart from the machine and from others.
package struct IsolationSettings: Codable, Sendable, Equatable {
  /// `--pid`; of another container the id.
  package var pid = NamespaceMode.own
  /// `--ipc`; of another container the id.
  package var ipc = NamespaceMode.own
  /// `--uts`.
  package var uts = NamespaceMode.own
  /// `--userns`.
  package var userns = NamespaceMode.own
  /// `--cgroupns`.
  package var cgroupns = NamespaceMode.own
  /// `--cgroup-parent`: absolute and clean.
  package var cgroupParent: String?
  /// `--privileged`.
  package var isPrivileged = false
  /// `no-new-privileges`.
  package var noNewPrivileges = false
  /// `seccomp`: nil is docker's filter, `unconfined` none, else the JSON of one.
  package var seccomp: String?
  /// `apparmor`: a profile's name.
  package var apparmor: String?
  /// `systempaths=unconfined`.
  package var systemPathsAreOpen = false
  /// `writable-cgroups`.
  package var cgroupsAreWritable = false
  /// `--security-opt` as given, a filter with its JSON, for inspect.
  package var securityOptions: [String] = []
  /// `--device`.
  package var devices: [DeviceMapping] = []
  /// `--gpus`, then `--device` with names of CDI devices; looked up at each start.
  package var deviceRequests: [DeviceRequest] = []
  /// `--device-cgroup-rule`.
  package var deviceRules: [DeviceRule] = []
  /// `--sysctl`, by name.
  package var kernelParameters: [String: String] = [:]
  /// `--shm-size`; nil is 64 MiB.
  package var sharedMemoryBytes: Int64?
  /// `--domainname`.
  package var domainname: String?

  /// A container like any other.
  package init() {}

  /// docker's size of /dev/shm.
  package static let defaultSharedMemoryBytes: Int64 = 64 << 20

  /// The containers whose namespaces it joins, by the flag.
  package var joined: [(flag: NamespaceMode.Flag, container: String)] {
    [(NamespaceMode.Flag.pid, pid), (.ipc, ipc)].compactMap { flag, mode in
      if case .container(let name) = mode { (flag, name) } else { nil }
    }
  }
}

extension IsolationSettings: DocumentReadable {
  /// Reads the members, as the synthesised `init(from:)` would.
  package init(reading members: MemberReader) throws(DocumentError) {
    pid = try members.readText("pid") ?? .own
    ipc = try members.readText("ipc") ?? .own
    uts = try members.readText("uts") ?? .own
    userns = try members.readText("userns") ?? .own
    cgroupns = try members.readText("cgroupns") ?? .own
    cgroupParent = try members.read("cgroupParent")
    isPrivileged = try members.read("isPrivileged")
    noNewPrivileges = try members.read("noNewPrivileges")
    seccomp = try members.read("seccomp")
    apparmor = try members.read("apparmor")
    systemPathsAreOpen = try members.read("systemPathsAreOpen")
    cgroupsAreWritable = try members.read("cgroupsAreWritable")
    securityOptions = try members.read("securityOptions")
    devices = try members.readTexts("devices")
    // Rows of before there was CDI have none.
    deviceRequests = try members.read("deviceRequests") ?? []
    deviceRules = try members.readTexts("deviceRules")
    kernelParameters = try members.read("kernelParameters") ?? [:]
    sharedMemoryBytes = try members.read("sharedMemoryBytes")
    domainname = try members.read("domainname")
  }

  /// What the database keeps.
  var document: JSONValue {
    var members = JSONObject([
      .init(key: "pid", value: .string(pid.rawValue)),
      .init(key: "ipc", value: .string(ipc.rawValue)),
      .init(key: "uts", value: .string(uts.rawValue)),
      .init(key: "userns", value: .string(userns.rawValue)),
      .init(key: "cgroupns", value: .string(cgroupns.rawValue)),
      .init(key: "isPrivileged", value: .bool(isPrivileged)),
      .init(key: "noNewPrivileges", value: .bool(noNewPrivileges)),
      .init(key: "systemPathsAreOpen", value: .bool(systemPathsAreOpen)),
      .init(key: "cgroupsAreWritable", value: .bool(cgroupsAreWritable)),
      .init(key: "securityOptions", value: strings(securityOptions)),
      .init(key: "devices", value: texts(devices)),
      .init(key: "deviceRequests", value: .array(deviceRequests.map(\.document))),
      .init(key: "deviceRules", value: texts(deviceRules)),
      .init(key: "kernelParameters", value: map(kernelParameters)),
    ])
    if let cgroupParent { members["cgroupParent"] = .string(cgroupParent) }
    if let seccomp { members["seccomp"] = .string(seccomp) }
    if let apparmor { members["apparmor"] = .string(apparmor) }
    if let sharedMemoryBytes { members["sharedMemoryBytes"] = .integer(sharedMemoryBytes) }
    if let domainname { members["domainname"] = .string(domainname) }
    return .object(members)
  }
}
