internal import Cgroups
internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// What a container sees of its cgroups at /sys/fs/cgroup: the host's arrangement, each hierarchy under the name that
// it has there, with the container's own cgroup as its root.

extension CgroupPlan {
  /// The container's cgroup, to be written to its record before it is made.
  var directory: CgroupDirectory {
    CgroupDirectory(
      entries: directories.map { CgroupDirectory.Entry(key: $0.hierarchy.key, path: $0.path) })
  }

  /// - Parameter hasNamespace: a cgroup namespace makes the kernel show the right root; without one the container's
  ///   own directory is bound.
  func mounts(hasNamespace: Bool) -> [CgroupMounts.Hierarchy] {
    let isUnifiedOnly = directories.count == 1 && directories.allSatisfy { $0.hierarchy.isUnified }
    return directories.map { directory in
      let hierarchy = directory.hierarchy
      return CgroupMounts.Hierarchy(
        name: isUnifiedOnly ? "" : splitPath(hierarchy.mountPoint).name,
        type: hierarchy.isUnified ? "cgroup2" : "cgroup", data: CgroupPlan.options(hierarchy),
        bindFrom: hasNamespace ? nil : directory.path)
    }
  }

  /// A hierarchy of several controllers is also found under each one's name, as the host arranges it (cgroups(7)).
  var links: [String: String] {
    directories.reduce(into: [:]) { links, directory in
      let name = splitPath(directory.hierarchy.mountPoint).name
      let controllers = directory.hierarchy.controllers
      guard controllers.count > 1 else { return }
      for controller in controllers where controller != name { links[controller] = name }
    }
  }

  /// A v1 hierarchy is named by its controllers, a named one has none.
  private static func options(_ hierarchy: CgroupLayout.Hierarchy) -> String? {
    if hierarchy.isUnified { return nil }
    return hierarchy.controllers.isEmpty ? "none,\(hierarchy.key)" : hierarchy.key
  }
}

/// To whom the container's cgroup is given: to the user that the process is outside, when it has a cgroup namespace of
/// its own and sees its cgroup writable (runtime-spec config-linux.md, Cgroup ownership, as runc).
func cgroupOwner(_ spec: RuntimeSpec, _ namespaces: NamespacePlan) throws(CgroupError) -> CgroupOwner? {
  let isWritable = (spec.mounts ?? []).contains {
    $0.source == "cgroup" && $0.destination.split(separator: "/") == ["sys", "fs", "cgroup"]
      && !($0.options ?? []).contains("ro")
  }
  guard namespaces.newCgroup, isWritable, effectiveUserID() == 0,
    let user = IDMappings(spec.linux)?.user(spec.process?.user?.uid ?? 0)
  else { return nil }
  return CgroupOwner(userID: user, files: try CgroupOwner.delegatedFiles())
}

extension Container {
  /// The container's cgroup, as its record has it.
  var cgroup: CgroupDirectory { record.cgroup }

  /// The same, for what cannot be done without: `--cgroup-manager disabled` leaves a container without any.
  func requireCgroup(to purpose: String) throws(LifecycleError) -> CgroupDirectory {
    guard !record.cgroup.isEmpty else {
      throw .wrongStatus("container \"\(id)\" has no cgroup, needed to \(purpose)")
    }
    return cgroup
  }
}
