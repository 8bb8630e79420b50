internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

/// Turns the entries of `mounts` into steps, in the order of the list (runtime-spec config.md, Mounts: "in the
/// listed order").
struct CompileMounts {
  /// Where relative sources of binds start.
  let bundlePath: String
  /// What a mount of type `cgroup` shows; nil when the container has no cgroups.
  let cgroups: [CgroupMounts.Hierarchy]
  let cgroupLinks: [String: String]
  /// The kernel mounts a new sysfs only for whoever owns the network namespace that it shows; otherwise the host's is
  /// bound, read-only.
  var bindsSystem = false
  /// Whether the container is in a user namespace, whose mappings `idmap` then means.
  var hasUserNamespace = false

  /// The steps for all entries, one for each in its place, those that make a mount read-only once everything below it is
  /// in place, and the id-mapped mounts that the supervisor makes.
  func steps(_ mounts: [RuntimeSpec.Mount]) throws(LifecycleError) -> (
    mounts: [InitStep], finishing: [InitStep], idMapped: [IDMappedMount]
  ) {
    var steps: [InitStep] = []
    var finishing: [InitStep] = []
    var idMapped: [IDMappedMount] = []
    for (index, mount) in mounts.enumerated() {
      let path = "mounts[\(index)]"
      let mount = try fromRoot(mount, path)
      var options = MountOptions(mount.options ?? [])
      if mount.type == "bind" { options.isBind = true }
      if isDevices(mount.destination), !options.isBind, options.flags.contains(.readOnly) {
        // Nodes and links are still to be made in it.
        options.flags.remove(.readOnly)
        finishing.append(.makeReadOnly("/dev"))
      }
      let step = try step(mount, options, path)
      if let mapped = try idMappedMount(mount, options, step, slot: index, path) {
        idMapped.append(mapped)
        steps.append(mapped.step(step))
      } else {
        steps.append(step)
      }
    }
    return (steps, finishing, idMapped)
  }

  /// A relative destination starts at the container's root (config.md, Mounts: deprecated, for old configurations).
  private func fromRoot(
    _ mount: RuntimeSpec.Mount, _ path: String
  ) throws(LifecycleError) -> RuntimeSpec.Mount {
    if mount.destination.utf8.first == UInt8(ascii: "/") { return mount }
    if mount.destination.isEmpty {
      throw .refused([Violation("\(path).destination", "the mount destination is empty")])
    }
    var mount = mount
    mount.destination = "/" + mount.destination
    return mount
  }

  private func step(
    _ mount: RuntimeSpec.Mount, _ options: MountOptions, _ path: String
  ) throws(LifecycleError) -> InitStep {
    let destination = mount.destination
    if options.flags.contains(.remount) { return .mount(remount(mount, options)) }
    if options.isBind { return .mount(try bind(mount, options, path)) }
    guard let type = mount.type, !type.isEmpty else {
      throw .refused([Violation("\(path).type", "missing, expected a file system or the option \"bind\"")])
    }
    if type == "cgroup" || type == "cgroup2" {
      return .mountCgroups(
        CgroupMounts(destination: destination, flags: options.flags, hierarchies: cgroups, links: cgroupLinks)
      )
    }
    if options.copiesUp, type != "tmpfs" {
      throw .refused([Violation("\(path).options", "\"tmpcopyup\" is for mounts of type tmpfs")])
    }
    if type == "sysfs", bindsSystem { return .mount(hostSystem(mount, options)) }
    return .mount(
      MountAction(
        source: .fileSystem(
          type: type, source: mount.source ?? type, flags: options.flags, data: options.dataText),
        destination: destination, recursiveSet: options.recursiveSet, recursiveClear: options.recursiveClear,
        propagation: options.propagation, requiresRealDirectory: type == "proc" || type == "sysfs",
        copiesUp: options.copiesUp,
        inheritsMode: type == "tmpfs" && !options.data.contains { $0.hasPrefix("mode=") }))
  }

  /// Of a bind it changes the mount, else the file system (mount(2), MS_REMOUNT).
  private func remount(_ mount: RuntimeSpec.Mount, _ options: MountOptions) -> MountAction {
    let flags = options.isBind ? options.flags.union(.bind) : options.flags
    return MountAction(
      source: .remount(flags: flags, data: options.dataText),
      destination: mount.destination, recursiveSet: options.recursiveSet,
      recursiveClear: options.recursiveClear,
      propagation: options.propagation)
  }

  /// Everything below is read-only too: the host's cgroups are (CVE-2023-25809).
  private func hostSystem(_ mount: RuntimeSpec.Mount, _ options: MountOptions) -> MountAction {
    MountAction(
      source: .bind(path: "/sys", recursive: true), destination: mount.destination, set: options.set,
      clear: options.clear, recursiveSet: [.readOnly, .noSetUID, .noDevices, .noExecution],
      propagation: options.propagation)
  }

  private func bind(
    _ mount: RuntimeSpec.Mount, _ options: MountOptions, _ path: String
  ) throws(LifecycleError) -> MountAction {
    guard let source = mount.source, !source.isEmpty else {
      throw .refused([Violation("\(path).source", "missing, expected the path to bind")])
    }
    if let option = options.data.first {
      throw .refused([Violation("\(path).options", "\"\(option)\" means nothing for a bind mount")])
    }
    return MountAction(
      source: .bind(
        path: source.hasPrefix("/") ? source : "\(bundlePath)/\(source)", recursive: options.isRecursiveBind),
      destination: mount.destination, set: options.set, clear: options.clear,
      recursiveSet: options.recursiveSet,
      recursiveClear: options.recursiveClear, propagation: options.propagation)
  }
}

/// Whether a destination is the container's /dev.
func isDevices(_ destination: String) -> Bool {
  pathComponents(destination).filter { $0 != "." } == ["dev"]
}
