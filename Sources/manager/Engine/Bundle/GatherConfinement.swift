internal import LinuxSystem
internal import NetworkProtocol
internal import OCIRuntimeSpec
internal import Options
internal import Store

extension ContainerEngine {
  /// Looks up on the host what a container's settings name, for one start.
  func confinement(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> Confinement {
    let isolation = settings.isolation
    var result = Confinement()
    (result.network, result.ownsNetwork) = try networkNamespace(id, settings.network)
    result.pid = try namespace(isolation.pid, .pid)
    result.ipc = try namespace(isolation.ipc, .ipc)
    result.uts = isolation.uts == .host ? .host : .own
    result.cgroup = isolation.cgroupns == .host ? .host : .own
    result.cgroupParent = isolation.cgroupParent ?? ""
    result.sharedMemory = try sharedMemory(id, isolation)
    result.filter = try filter(settings)
    result.apparmorProfile = try apparmorProfile(isolation.apparmor)
    result.noNewPrivileges = isolation.noNewPrivileges
    result.hidesSystemPaths = !isolation.isPrivileged && !isolation.systemPathsAreOpen
    result.sysIsWritable = isolation.isPrivileged && !settings.readOnlyRoot
    result.cgroupIsWritable = isolation.isPrivileged || isolation.cgroupsAreWritable
    result.kernelParameters = isolation.kernelParameters
    result.domainname = isolation.domainname
    (result.devices, result.deviceRules) = try devices(isolation)
    result.allowsAllDevices = isolation.isPrivileged
    result.injection = try injection(isolation.deviceRequests)
    result.resources = settings.resources.compile(devices: try numbers(settings.resources.devicePaths))
    result.limits = settings.process.limits.map(\.resourceLimit)
    result.oomScoreAdjustment = settings.process.oomScoreAdjustment
    result.fileModeMask = settings.process.fileModeMask
    if settings.process.usesInit { result.initProgram = try programs.containerInit() }
    result.timeZoneFile = try settings.process.timeZone.map { zone throws(EngineError) in
      try timeZoneFile(zone)
    }
    return result
  }

  // MARK: namespaces

  private func networkNamespace(
    _ id: String, _ mode: NetworkMode
  ) throws(EngineError) -> (Confinement.Namespace, isOwn: Bool) {
    switch mode {
    case .none: return (.own, true)
    case .host: return (.host, false)
    case .named: return (.joined(NetworkPaths(state: paths.networks).namespace(id)), true)
    case .container(let other):
      return (.joined("/proc/\(try runningInit(of: other, toJoin: "network"))/ns/net"), false)
    }
  }

  private func namespace(
    _ mode: NamespaceMode, _ kind: NamespaceMode.Flag
  ) throws(EngineError) -> Confinement.Namespace {
    switch mode {
    case .own, .shareable, .none: return .own
    case .host: return .host
    case .container(let id):
      return .joined("/proc/\(try runningInit(of: id, toJoin: kind.rawValue))/ns/\(kind.rawValue)")
    }
  }

  /// The init of another container.
  private func runningInit(of id: String, toJoin kind: String) throws(EngineError) -> Int32 {
    let record = try find(id)
    guard case .running(_, let pid?) = try status(of: record) else {
      throw EngineError(
        .conflict,
        "cannot join the \(kind) namespace of a non running container: \(record.name) (\(record.shortID))"
      )
    }
    return pid
  }

  private func sharedMemory(
    _ id: String, _ isolation: IsolationSettings
  ) throws(EngineError) -> Confinement.SharedMemory {
    switch isolation.ipc {
    case .own: return .own(bytes: isolation.sharedMemoryBytes ?? IsolationSettings.defaultSharedMemoryBytes)
    case .none: return .none
    case .host: return .shared("/dev/shm")
    case .shareable: return .shared(paths.sharedMemory(id))
    case .container(let other):
      let donor = try find(other)
      switch try settings(of: donor).isolation.ipc {
      case .shareable: return .shared(paths.sharedMemory(donor.id))
      case .host: return .shared("/dev/shm")
      case .own, .none, .container:
        throw EngineError(
          .conflict,
          "can't join IPC of container \(donor.id): non-shareable IPC (hint: use --ipc shareable for the donor "
            + "container)")
      }
    }
  }

  // MARK: security

  private func filter(_ settings: ContainerSettings) throws(EngineError) -> Confinement.SystemCallFilter {
    switch settings.isolation.seccomp {
    case nil: return settings.isolation.isPrivileged ? .none : .builtin
    case "unconfined"?: return .none
    case let text?:
      let kernel = try kernelVersion()
      return .given(
        try SeccompDocument(text: text).compile(
          capabilities: Set(settings.capabilities), architecture: .current, kernel: kernel))
    }
  }

  private func kernelVersion() throws(EngineError) -> (Int, Int) {
    let text = try attempt("look at the kernel") { () throws(SystemError) in
      try readText("/proc/sys/kernel/osrelease")
    }
    let numbers = text.split { $0 == "." || $0 == "-" }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
  }

  /// A profile is named only where there is AppArmor; without it nothing is confined, and a profile cannot be had.
  private func apparmorProfile(_ profile: String?) throws(EngineError) -> String? {
    guard let profile else { return nil }
    let enabled = "/sys/module/apparmor/parameters/enabled"
    let isEnabled = try attempt("look for AppArmor") { () throws(SystemError) in
      fileExists(enabled) ? try readText(enabled).hasPrefix("Y") : false
    }
    if isEnabled { return profile }
    guard profile == "unconfined" else {
      throw EngineError(
        .invalid, "--security-opt apparmor=\(profile): AppArmor is not enabled on this machine")
    }
    return nil
  }

  private func timeZoneFile(_ zone: String) throws(EngineError) -> String {
    let file: String
    do throws(OptionError) { file = try TimeZoneName(zone).file } catch {
      throw EngineError(.invalid, error.description)
    }
    do throws(SystemError) { return try realPath(file) } catch {
      throw EngineError(.invalid, "--tz \(quoted(zone)): \(error.reason); this machine has no such time zone")
    }
  }
}

extension Ulimit {
  /// As the bundle has it; no limit is the largest number (getrlimit(2), RLIM_INFINITY).
  var resourceLimit: RuntimeSpec.Process.ResourceLimit {
    func value(_ number: Int64) -> UInt64 { number < 0 ? .max : UInt64(number) }
    return RuntimeSpec.Process.ResourceLimit(
      type: "RLIMIT_\(name.uppercased())", hard: value(hard), soft: value(soft))
  }
}
