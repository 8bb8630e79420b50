internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// Id-mapped mounts (runtime-spec config.md, Mounts: `idmap`, `ridmap`, `uidMappings`, `gidMappings`). mount_setattr(2)
// wants a user namespace as the mapping, and the privilege over the file system, which only the supervisor has. So it
// makes these mounts before there is an init, and init puts them in their places as it does with any bind.

/// A mount for the supervisor to make.
struct IDMappedMount: Equatable {
  /// The number of its entry; init finds the mount under it.
  let slot: Int
  /// On the host.
  let path: String
  /// Whether mounts below are part of it.
  let recursive: Bool
  /// Whether they are mapped too.
  let mapsRecursively: Bool
  /// nil: those of the container's user namespace.
  let mappings: IDMappings?

  /// Init's step: the same mount, from what is held for it.
  func step(_ step: InitStep) -> InitStep {
    guard case .mount(let action) = step else { return step }
    return .mount(action.from(.held(slot: slot, path: path)))
  }
}

extension CompileMounts {
  /// The mount that the supervisor makes for an entry; nil when its ids are not mapped.
  func idMappedMount(
    _ mount: RuntimeSpec.Mount, _ options: MountOptions, _ step: InitStep, slot: Int, _ path: String
  ) throws(LifecycleError) -> IDMappedMount? {
    let mappings = IDMappings(users: mount.uidMappings, groups: mount.gidMappings)
    // Mappings without the option mean it, as they did before there was one (runc).
    if options.idMap == nil, mappings == nil { return nil }
    if let mappings, mappings.users.isEmpty || mappings.groups.isEmpty {
      let missing = mappings.users.isEmpty ? "uidMappings" : "gidMappings"
      throw .refused([Violation("\(path).\(missing)", "missing, both mappings or none are needed")])
    }
    guard mappings != nil || hasUserNamespace else {
      throw .refused([
        Violation(
          "\(path).options",
          "an id-mapped mount needs uidMappings and gidMappings, or a user namespace whose they are")
      ])
    }
    guard case .mount(let action) = step, case .bind(let source, let recursive) = action.source else {
      throw .refused([Violation("\(path).options", "only a bind mount can be id-mapped")])
    }
    return IDMappedMount(
      slot: slot, path: source, recursive: recursive, mapsRecursively: options.idMap == .recursive,
      mappings: mappings)
  }
}

/// Makes the mounts, each held under its slot.
func makeMounts(
  _ mounts: [IDMappedMount], for spec: RuntimeSpec, into held: inout HeldDescriptors
) throws(LifecycleError) {
  if mounts.isEmpty { return }
  let isInUserNamespace = (spec.linux?.namespaces ?? []).contains { $0.type == .user }
  var copies = HeldDescriptors()
  if isInUserNamespace { try copyLocked(mounts, into: &copies) }
  for mount in mounts {
    let namespace = try userNamespace(mount.mappings, spec)
    let tree = try during("mounts[\(mount.slot)]") { () throws(SystemError) in
      let tree =
        switch copies.take(mount.slot) {
        case .some(let copy): copy
        case .none: try cloneMountTree(mount.path, recursive: mount.recursive)
        }
      // Made in the host's mount namespace, the copy would else pass on to it what is mounted in the container.
      try setMountPropagation(tree, .slave, named: mount.path)
      try setMountIDMap(
        tree, userNamespace: namespace, recursive: mount.mapsRecursively, named: mount.path)
      return tree
    }
    held.put(tree, at: mount.slot)
  }
}

/// A user namespace with these mappings; without any, that of the container: the one that it joins, else one with the
/// mappings that its own will have, which is the same to a mount and is there before init.
private func userNamespace(
  _ mappings: IDMappings?, _ spec: RuntimeSpec
) throws(LifecycleError) -> OwnedDescriptor {
  let path = (spec.linux?.namespaces ?? []).first { $0.type == .user }?.path ?? ""
  if mappings == nil, !path.isEmpty {
    return try during("join user namespace \"\(path)\"") { () throws(SystemError) in
      try openFile(path, .readOnly)
    }
  }
  guard let mappings = mappings ?? IDMappings(spec.linux) else {
    throw .refused([Violation("linux.uidMappings", "missing, an id-mapped mount needs them")])
  }
  return try makeUserNamespace(mappings)
}

/// Makes a user namespace that nobody is in: a process is born in one and held until its namespace is open.
func makeUserNamespace(_ mappings: IDMappings) throws(LifecycleError) -> OwnedDescriptor {
  let holder = try NamespaceHolder(.newUser)
  try MappingPlan(mappings, userID: effectiveUserID(), groupID: effectiveGroupID()).perform(pid: holder.pid)
  return try holder.open("ns/user", .readOnly)
}
