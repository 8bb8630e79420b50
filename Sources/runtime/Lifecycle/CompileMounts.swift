internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

/// Turns the entries of `mounts` into steps, in the order of the list (runtime-spec config.md, Mounts: "in the
/// listed order").
struct CompileMounts {
  /// Where relative sources of binds start.
  let bundlePath: String
  /// The container's root, as the configuration has it and with links resolved. What lies in it is bound as it is when the
  /// entry's turn has come.
  var rootPaths: [String] = []
  /// What a mount of type `cgroup` shows; nil when the container has no cgroups.
  let cgroups: [CgroupMounts.Hierarchy]
  let cgroupLinks: [String: String]
  /// The kernel mounts a new sysfs only for whoever owns the network namespace that it shows; otherwise the host's is
  /// bound, read-only.
  var bindsSystem = false
  /// Whether the container is in a user namespace, whose mappings `idmap` then means.
  var hasUserNamespace = false

  /// The steps for all entries, one for each in its place, those that make a mount read-only once everything below it is
  /// in place, the id-mapped mounts that the supervisor makes, and warnings.
  func steps(_ mounts: [RuntimeSpec.Mount]) throws(LifecycleError) -> (
    mounts: [InitStep], finishing: [InitStep], idMapped: [IDMappedMount], warnings: [String]
  ) {
    var steps: [InitStep] = []
    var finishing: [InitStep] = []
    var idMapped: [IDMappedMount] = []
    var warnings: [String] = []
    for index in mounts.indices {
      let given = mounts[index]
      var path: String { "mounts[\(index)]" }
      var mount = given
      if try isRelative(given.destination, path) {
        // config.md, Mounts: "MUST be interpreted as relative to "/"". podman has them for `VOLUME ['/a', '/b']`.
        mount.destination = "/" + given.destination
        warnings.append("\(path).destination: \"\(given.destination)\" is not absolute, taken from \"/\"")
      }
      var options = MountOptions(mount.options ?? [])
      if mount.type == "bind" { options.isBind = true }
      if isDevices(mount.destination), !options.isBind, options.flags.contains(.readOnly) {
        // Nodes and links are still to be made in it.
        options.flags.remove(.readOnly)
        finishing.append(.makeReadOnly("/dev"))
      } else if mount.type == "tmpfs", !options.isBind, options.flags.contains(.readOnly),
        mounts[(index + 1)...].contains(where: { isBelow(mount.destination, $0.destination) })
      {
        // Mount points are still to be made in it (runc, crun): dockerd mounts /etc/hosts into a read-only tmpfs on /etc.
        options.flags.remove(.readOnly)
        finishing.append(.makeReadOnly(mount.destination))
      }
      let step = try step(mount, options, path)
      if let mapped = try idMappedMount(mount, options, step, slot: index, path) {
        idMapped.append(mapped)
        steps.append(mapped.step(step))
      } else {
        steps.append(step)
      }
    }
    return (steps, finishing, idMapped, warnings)
  }

  private func isRelative(_ destination: String, _ path: @autoclosure () -> String) throws(LifecycleError)
    -> Bool
  {
    guard !destination.isEmpty else {
      throw .refused([Violation("\(path()).destination", "is empty, expected a path in the container")])
    }
    return !destination.hasPrefix("/")
  }

  private func step(
    _ mount: RuntimeSpec.Mount, _ options: MountOptions, _ path: @autoclosure () -> String
  ) throws(LifecycleError) -> InitStep {
    let destination = mount.destination
    if options.flags.contains(.remount) { return .mount(remount(mount, options)) }
    guard pathComponents(destination).contains(where: { $0 != "." && $0 != ".." }) else {
      throw .refused([
        Violation("\(path()).destination", "\"\(destination)\" is the root itself, which \"root.path\" gives")
      ])
    }
    if options.isBind { return .mount(try bind(mount, options, path())) }
    guard let type = mount.type, !type.isEmpty else {
      throw .refused([Violation("\(path()).type", "missing, expected a file system or the option \"bind\"")])
    }
    if type == "cgroup" || type == "cgroup2" {
      return .mountCgroups(
        CgroupMounts(destination: destination, flags: options.flags, hierarchies: cgroups, links: cgroupLinks)
      )
    }
    if options.copiesUp, type != "tmpfs" {
      throw .refused([Violation("\(path()).options", "\"tmpcopyup\" is for mounts of type tmpfs")])
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
    _ mount: RuntimeSpec.Mount, _ options: MountOptions, _ path: @autoclosure () -> String
  ) throws(LifecycleError) -> MountAction {
    guard let source = mount.source, !source.isEmpty else {
      throw .refused([Violation("\(path()).source", "missing, expected the path to bind")])
    }
    if let option = options.data.first(where: { !isDoneByCaller($0) }) {
      throw .refused([Violation("\(path()).options", "\"\(option)\" means nothing for a bind mount")])
    }
    return MountAction(
      source: bindSource(source.hasPrefix("/") ? source : "\(bundlePath)/\(source)", options.isRecursiveBind),
      destination: mount.destination, set: options.set, clear: options.clear,
      recursiveSet: options.recursiveSet,
      recursiveClear: options.recursiveClear, propagation: options.propagation)
  }
}

extension CompileMounts {
  /// A path of the host, or where it is in the container's root. There its earlier mounts are found, in a user namespace as
  /// well, and a link that the image has in the place of one of them leads nowhere else, as it did not when that was mounted.
  private func bindSource(_ path: String, _ recursive: Bool) -> MountAction.Source {
    let given = pathComponents(path).filter { $0 != "." }
    for root in rootPaths {
      let root = pathComponents(root).filter { $0 != "." }
      // With the host's own root as root every path would be one of the container's.
      guard !root.isEmpty, given.starts(with: root), !given.contains("..") else { continue }
      return .own(
        path: "/" + joinPath(Array(given.dropFirst(root.count))), recursive: recursive, isMapped: false)
    }
    return .bind(path: path, recursive: recursive)
  }
}

/// Whether `path` is a place below `directory`.
private func isBelow(_ directory: String, _ path: String) -> Bool {
  let above = pathComponents(directory).filter { $0 != "." }
  let below = pathComponents(path).filter { $0 != "." }
  return below.count > above.count && below.starts(with: above)
}

/// Whether an option of a bind is one that engines obey themselves, before they ask, and that buildah and podman then
/// leave among the options: relabelling files (`z`, `Z`), giving them to the container's user (`U`), filling a volume
/// from the image or not (`copy`, `nocopy`). runc and crun hand them to the kernel, which looks at no words of a bind.
private func isDoneByCaller(_ option: String) -> Bool {
  switch option {
  case "z", "Z", "U", "copy", "nocopy": true
  default: false
  }
}

/// Whether a destination is the container's /dev.
func isDevices(_ destination: String) -> Bool {
  pathComponents(destination).filter { $0 != "." } == ["dev"]
}
