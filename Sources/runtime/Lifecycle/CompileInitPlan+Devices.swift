internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// Mounts, devices, and between them the wait for the supervisor.

extension CompileInitPlan {
  /// The mounts, then the devices, since /dev is one of them; and in between the wait for the supervisor, which makes the
  /// cgroups and the network namespace meanwhile. It comes as late as possible: just before the first mount that shows one of
  /// them, or after all mounts; and behind the devices where the mounts that follow have nothing to do with them.
  func mountingAndDevices(_ mounts: [InitStep], _ devices: [InitStep]) -> [InitStep] {
    var waiting: [InitStep] = [.awaitSupervisor]
    if namespaces.newNetwork { waiting.append(.enterNewNetwork) }
    // The affinity after the cpuset, as in `exec` (`affinityStep`).
    waiting += [.joinCgroups(host.cgroupFiles), .resetCPUAffinity]
    if namespaces.newCgroup { waiting.append(.newCgroupNamespace) }
    waiting += namespaces.joined.filter { $0.kind == .cgroup }.map { .joinNamespace(.cgroup, path: $0.path) }
    let first = mounts.firstIndex(where: needsSupervisor) ?? mounts.endIndex
    let (before, after) = (mounts[..<first], mounts[first...])
    if devicesAreReady(before, after) { return before + devices + waiting + after }
    return before + waiting + after + devices
  }

  /// Whether every device lies in a /dev of the container's own that is there already, and nothing is mounted in it later.
  private func devicesAreReady(_ before: ArraySlice<InitStep>, _ after: ArraySlice<InitStep>) -> Bool {
    func isInDevices(_ path: String) -> Bool { pathComponents(path).first == "dev" && !path.contains("..") }
    let isOwn = before.contains {
      guard case .mount(let action) = $0, case .fileSystem(let type, _, _, _) = action.source else {
        return false
      }
      return type == "tmpfs" && isDevices(action.destination)
    }
    let staysSo = after.allSatisfy {
      switch $0 {
      case .mount(let action): pathComponents(action.destination).first == "sys"
      case .mountCgroups(let mounts): pathComponents(mounts.destination).first == "sys"
      default: false
      }
    }
    return isOwn && staysSo && (spec.linux?.devices ?? []).allSatisfy { isInDevices($0.path) }
  }

  private func needsSupervisor(_ step: InitStep) -> Bool {
    switch step {
    case .mountCgroups: true
    case .mount(let action):
      if case .fileSystem(let type, _, _, _) = action.source {
        namespaces.newNetwork && !CompileInitPlan.withoutNetwork.contains(type)
      } else {
        false
      }
    default: false
    }
  }

  /// File systems that are the same in every network namespace. Of others it is not known: sysfs shows one, and NFS, 9P or
  /// CIFS connect in theirs.
  private static let withoutNetwork = ["proc", "tmpfs", "devpts", "mqueue", "ramfs", "overlay", "ext4"]

  /// Devices after the mounts, since /dev is one; none when the host's /dev is bound there (as runc).
  func devices() throws(LifecycleError) -> (steps: [InitStep], made: [MadeDevice]) {
    let bound = (spec.mounts ?? []).contains {
      isDevices($0.destination)
        && ($0.type == "bind" || ($0.options ?? []).contains { $0 == "bind" || $0 == "rbind" })
    }
    if bound { return ([], []) }
    let given = spec.linux?.devices ?? []
    let defaults = DefaultDevices.nodes.filter { node in !given.contains { $0.path == node.path } }
    let own = try ownDevices(given)
    var steps = defaults.map(deviceStep) + own.steps
    steps += DefaultDevices.links.map { .linkDevice(name: $0.name, target: $0.target) }
    if host.hasKernelCore { steps.append(.linkDevice(name: "core", target: "/proc/kcore")) }
    return (steps, own.made)
  }

  private func deviceStep(_ node: DeviceNode) -> InitStep {
    host.bindsDevices && node.kind != .fifo ? .bindDevice(node) : .makeDevice(node)
  }

  /// Those of the configuration. What the supervisor makes has its slots behind those of the mounts. Of a user namespace
  /// that is joined the mappings may not be known: then they are the host's.
  private func ownDevices(
    _ given: [RuntimeSpec.Linux.Device]
  ) throws(LifecycleError) -> (steps: [InitStep], made: [MadeDevice]) {
    guard host.makesDevices, let mappings = IDMappings(spec.linux) else {
      return (given.map { deviceStep(node($0)) }, [])
    }
    let violations = UserNamespaceRules.ownersAreMapped(given, mappings)
    if !violations.isEmpty { throw .refused(violations) }
    var (steps, made): ([InitStep], [MadeDevice]) = ([], [])
    for (index, device) in given.enumerated() {
      let (node, slot) = (node(device), (spec.mounts ?? []).count + index)
      guard node.kind != .fifo, let outside = node.outside(mappings) else {
        steps.append(deviceStep(node))
        continue
      }
      made.append(MadeDevice(slot: slot, node: outside))
      steps.append(.placeDevice(node, slot: slot))
    }
    return (steps, made)
  }

  private func node(_ device: RuntimeSpec.Linux.Device) -> DeviceNode {
    let kind: FileKind =
      switch device.type {
      case .character, .unbuffered: .characterDevice
      case .block: .blockDevice
      case .fifo: .fifo
      }
    return DeviceNode(
      path: device.path, kind: kind, major: UInt32(truncatingIfNeeded: device.major ?? 0),
      minor: UInt32(truncatingIfNeeded: device.minor ?? 0), mode: (device.fileMode ?? 0o666) & 0o7777,
      userID: device.uid ?? 0, groupID: device.gid ?? 0)
  }
}

extension DeviceNode {
  /// The same with the owner's ids outside of a user namespace; nil when one is not mapped.
  fileprivate func outside(_ mappings: IDMappings) -> DeviceNode? {
    guard let user = mappings.user(userID), let group = mappings.group(groupID) else { return nil }
    return DeviceNode(
      path: path, kind: kind, major: major, minor: minor, mode: mode, userID: user, groupID: group)
  }
}

/// What every container has in /dev (runtime-spec config-linux.md, Default Devices; runtime-linux.md, Dev symbolic
/// links).
enum DefaultDevices {
  static let nodes = [
    node("/dev/null", 1, 3), node("/dev/zero", 1, 5), node("/dev/full", 1, 7), node("/dev/random", 1, 8),
    node("/dev/urandom", 1, 9), node("/dev/tty", 5, 0),
  ]

  private static func node(_ path: String, _ major: UInt32, _ minor: UInt32) -> DeviceNode {
    DeviceNode(path: path, kind: .characterDevice, major: major, minor: minor, mode: 0o666)
  }

  static let links: [(name: String, target: String)] = [
    ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"), ("ptmx", "pts/ptmx"),
  ]
}
