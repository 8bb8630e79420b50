internal import Arguments
internal import Engine
internal import Options

/// The options that say how far a container is kept apart, and what its process is born with.
extension ContainerOptions {
  static let isolation: [CommandOption] = [
    .value("cgroup-parent", help: "Optional parent cgroup for the container"),
    .value("cgroupns", help: "Cgroup namespace to use (host|private)"),
    .list("device", help: "Add a host device to the container: a path, or a CDI device's vendor/class=name"),
    .list("device-cgroup-rule", help: "Add a rule to the cgroup allowed devices list"),
    .list("gpus", value: "gpu-request", help: "GPU devices to add to the container ('all' to pass all GPUs)"),
    .value("ipc", help: "IPC mode to use (none|private|shareable|host|container:NAME)"),
    .value("pid", help: "PID namespace to use (host|private|container:NAME)"),
    .flag("privileged", help: "Give extended privileges to this container"),
    .list("security-opt", help: "Security Options"),
    .value("shm-size", value: "bytes", help: "Size of /dev/shm"),
    .list("sysctl", value: "map", help: "Sysctl options"),
    .value("userns", help: "User namespace to use (host)"),
    .value("uts", help: "UTS namespace to use (host)"),
  ]

  static func isolation(_ invocation: Invocation) throws -> IsolationSettings {
    func mode(_ flag: NamespaceMode.Flag) throws -> NamespaceMode {
      try invocation.value(flag.rawValue).map { try NamespaceMode($0, flag: flag) } ?? .own
    }
    var isolation = IsolationSettings()
    isolation.pid = try mode(.pid)
    isolation.ipc = try mode(.ipc)
    isolation.uts = try mode(.uts)
    isolation.userns = try mode(.userns)
    isolation.cgroupns = try mode(.cgroupns)
    isolation.cgroupParent = try invocation.value("cgroup-parent").flatMap(cgroupParent)
    isolation.isPrivileged = invocation.flag("privileged")
    try readDevices(invocation, into: &isolation)
    isolation.deviceRules = try invocation.list("device-cgroup-rule").map { try DeviceRule($0) }
    for text in invocation.list("sysctl") {
      let parameter = try SysctlAssignment(text)
      isolation.kernelParameters[parameter.name] = parameter.value
    }
    if let text = invocation.value("shm-size") {
      let bytes = try ByteSize(text, option: "--shm-size").bytes
      isolation.sharedMemoryBytes = bytes == 0 ? nil : bytes
    }
    isolation.domainname = try invocation.value("domainname").map {
      try Hostname($0, option: "--domainname").text
    }
    for text in invocation.list("security-opt") { try apply(text, to: &isolation) }
    return isolation
  }

  /// docker's order: GPUs, then the names of CDI devices (docker/cli, container/opts.go).
  private static func readDevices(
    _ invocation: Invocation, into isolation: inout IsolationSettings
  ) throws {
    let texts = invocation.list("device")
    isolation.devices = try texts.filter { !QualifiedDevice.isMeant($0) }.map { try DeviceMapping($0) }
    isolation.deviceRequests = try invocation.list("gpus").map { try DeviceRequest(gpus: $0) }
    let named = try texts.filter(QualifiedDevice.isMeant).map { try QualifiedDevice($0) }
    if !named.isEmpty { isolation.deviceRequests.append(DeviceRequest(devices: named)) }
  }

  /// Below the machine's root, whatever it is called.
  private static func cgroupParent(_ text: String) throws -> String? {
    let path = cleanPath("/" + text)
    guard !text.utf8.contains(UInt8(ascii: ":")), !text.split(separator: "/").contains("..") else {
      throw OptionError("--cgroup-parent", text, "expected a path in the cgroup tree such as /batch")
    }
    return path == "/" ? nil : path
  }

  private static func apply(_ text: String, to isolation: inout IsolationSettings) throws {
    var shown = text
    switch try SecurityOption(text) {
    case .noNewPrivileges(let value): isolation.noNewPrivileges = value
    case .seccompBuiltin: isolation.seccomp = nil
    case .seccompUnconfined: isolation.seccomp = "unconfined"
    case .seccomp(let path):
      do {
        let profile = String(decoding: try read(path, "--security-opt"), as: UTF8.self)
        _ = try SeccompDocument(text: profile, file: path)
        isolation.seccomp = profile
      } catch let error as EngineError {
        throw OptionError("--security-opt", text, error.message)
      } catch let error as OptionError {
        throw OptionError(
          "--security-opt", text, "opening seccomp profile (\(path)) failed: \(error.problem)")
      }
      shown = "seccomp=\(isolation.seccomp ?? "")"
    case .apparmor(let profile): isolation.apparmor = profile
    // Nothing is labelled here.
    case .labelDisable: break
    case .systemPathsUnconfined:
      isolation.systemPathsAreOpen = true
      // docker's command line turns it into two empty lists of paths.
      return
    case .writableCgroups(let value): isolation.cgroupsAreWritable = value
    }
    isolation.securityOptions.append(shown)
  }

  static func process(_ invocation: Invocation) throws -> ProcessSettings {
    var process = ProcessSettings()
    process.groups = invocation.list("group-add")
    for text in invocation.list("ulimit") {
      let limit = try Ulimit(text)
      process.limits.removeAll { $0.name == limit.name }
      process.limits.append(limit)
    }
    process.limits.sort { $0.name < $1.name }
    process.oomScoreAdjustment = try invocation.integer("oom-score-adj")
    process.fileModeMask = try invocation.value("umask").map { try FileModeMask($0).bits }
    process.usesInit = invocation.flag("init")
    process.timeZone = try invocation.value("tz").map { try TimeZoneName($0).text }
    return process
  }

  /// The last of a name counts.
  static func annotations(_ invocation: Invocation) throws -> [String: String] {
    var annotations: [String: String] = [:]
    for text in invocation.list("annotation") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let name = parts.first, !name.isEmpty else {
        throw OptionError("--annotation", text, "an annotation has a name: NAME=value")
      }
      annotations[name] = parts.count == 2 ? parts[1] : ""
    }
    return annotations
  }
}
