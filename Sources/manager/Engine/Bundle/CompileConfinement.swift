internal import DeviceInterface
internal import OCIRuntimeSpec

/// The parts of config.json that a confinement decides. Pure.
extension Confinement {
  /// Where `apus-init` is seen inside; docker's place, so that scripts which look for it find it.
  static let initPath = "/sbin/docker-init"

  /// The namespaces, in the order of the bundle.
  var namespaces: [RuntimeSpec.Linux.Namespace] {
    typealias Kind = RuntimeSpec.Linux.Namespace.Kind
    let places: [(Kind, Namespace)] = [
      (.pid, pid), (.network, network), (.ipc, ipc), (.uts, uts), (.mount, .own), (.cgroup, cgroup),
    ]
    return places.compactMap { kind, place in
      switch place {
      case .own: RuntimeSpec.Linux.Namespace(type: kind)
      case .host: nil
      case .joined(let path): RuntimeSpec.Linux.Namespace(type: kind, path: path)
      }
    }
  }

  /// What is set in namespaces of the container's own; nil when nothing is.
  var sysctls: [String: String]? {
    var all = ownsNetwork ? DefaultIsolation.networkParameters : [:]
    all.merge(kernelParameters) { _, users in users }
    // The document has a member for it that not every runtime knows; each knows the parameter, which does the same.
    if let domainname { all["kernel.domainname"] = domainname }
    return all.isEmpty ? nil : all
  }

  /// The limits, with the devices.
  var allResources: RuntimeSpec.Linux.Resources {
    var all = resources
    all.devices =
      allowsAllDevices
      ? [RuntimeSpec.Linux.Resources.DeviceRule(allow: true, access: "rwm")]
      : DefaultIsolation.deviceRules + deviceRules + injection.rules
    return all
  }

  /// The nodes in /dev; a CDI device's take the place of others. One that nobody says the owner of is the process's.
  func nodes(ownedBy user: UInt32, _ group: UInt32) -> [RuntimeSpec.Linux.Device]? {
    let taken = Set(injection.nodes.map(\.path))
    var all = devices.filter { !taken.contains($0.path) }
    for var node in injection.nodes {
      // As CDI's library has it (container-edits.go, Apply).
      if node.uid == nil, user > 0 { node.uid = user }
      if node.gid == nil, group > 0 { node.gid = group }
      all.append(node)
    }
    return all.isEmpty ? nil : all
  }

  /// The mounts of every container as this one has them.
  var defaultMounts: [RuntimeSpec.Mount] { DefaultIsolation.mounts.compactMap(mount) }

  private func mount(_ mount: RuntimeSpec.Mount) -> RuntimeSpec.Mount? {
    var mount = mount
    switch mount.destination {
    case "/sys" where sysIsWritable, "/sys/fs/cgroup" where cgroupIsWritable:
      mount.options = mount.options?.map { $0 == "ro" ? "rw" : $0 }
    case "/dev/shm":
      switch sharedMemory {
      case .own(IsolationSettings.defaultSharedMemoryBytes): break
      case .own(let bytes):
        mount.options = mount.options?.map { $0.hasPrefix("size=") ? "size=\(bytes)" : $0 }
      case .shared(let directory):
        return RuntimeSpec.Mount(
          destination: mount.destination, type: "bind", source: directory, options: ["rbind", "rprivate"])
      case .none: return nil
      }
    default: break
    }
    return mount
  }

  /// Files of ours that the container sees and cannot change.
  var programMounts: [RuntimeSpec.Mount] {
    [(initProgram, Self.initPath), (timeZoneFile, "/etc/localtime")].compactMap { source, destination in
      source.map {
        RuntimeSpec.Mount(
          destination: destination, type: "bind", source: $0, options: ["bind", "rprivate", "ro"])
      }
    }
  }

  /// The program with what runs it.
  func arguments(_ arguments: [String]) -> [String] {
    initProgram == nil ? arguments : [Self.initPath, "--"] + arguments
  }
}
