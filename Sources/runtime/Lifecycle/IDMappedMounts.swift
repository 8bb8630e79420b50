internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

// Id-mapped mounts (runtime-spec config.md, Mounts: `idmap`, `ridmap`, `uidMappings`, `gidMappings`). mount_setattr(2)
// wants a user namespace as the mapping, and the privilege over the file system, which only the supervisor has. So it
// makes these mounts before there is an init, and init puts them in their places as it does with any bind. What lies in
// the container's own root is not there before: init makes that copy at its turn and shows it to the supervisor (runc
// sends a thread into the container's mount namespace; crun binds what the host has at that path).

/// A mount for the supervisor to make.
struct IDMappedMount: Equatable {
  /// The number of its entry; init finds the mount under it.
  let slot: Int
  /// On the host, or with `isOwn` from the container's root.
  let path: String
  /// Whether mounts below are part of it.
  let recursive: Bool
  /// Whether they are mapped too.
  let mapsRecursively: Bool
  /// nil: those of the container's user namespace.
  let mappings: IDMappings?
  /// Whether init makes the copy, of what is in the container's root by then, and only the mapping is left to do.
  var isOwn = false

  /// Init's step: the same mount, from what is held for it.
  func step(_ step: InitStep) -> InitStep {
    guard case .mount(let action) = step else { return step }
    if isOwn { return .mount(action.from(.own(path: path, recursive: recursive, isMapped: true))) }
    return .mount(action.from(.held(slot: slot, path: path)))
  }
}

extension CompileMounts {
  /// The mount that the supervisor makes for an entry; nil when its ids are not mapped.
  func idMappedMount(
    _ mount: RuntimeSpec.Mount, _ options: MountOptions, _ step: InitStep, slot: Int,
    _ path: @autoclosure () -> String
  ) throws(LifecycleError) -> IDMappedMount? {
    let mappings = IDMappings(users: mount.uidMappings, groups: mount.gidMappings)
    // Mappings without the option mean it, as they did before there was one (runc).
    if options.idMap == nil, mappings == nil { return nil }
    if let mappings, mappings.users.isEmpty || mappings.groups.isEmpty {
      let missing = mappings.users.isEmpty ? "uidMappings" : "gidMappings"
      throw .refused([Violation("\(path()).\(missing)", "missing, both mappings or none are needed")])
    }
    guard mappings != nil || hasUserNamespace else {
      throw .refused([
        Violation(
          "\(path()).options",
          "an id-mapped mount needs uidMappings and gidMappings, or a user namespace whose they are")
      ])
    }
    guard case .mount(let action) = step else { throw notABind(path()) }
    let (source, recursive, isOwn): (String, Bool, Bool)
    switch action.source {
    case .bind(let place, let isRecursive): (source, recursive, isOwn) = (place, isRecursive, false)
    case .own(let place, let isRecursive, _): (source, recursive, isOwn) = (place, isRecursive, true)
    case .fileSystem, .held, .remount: throw notABind(path())
    }
    return IDMappedMount(
      slot: slot, path: source, recursive: recursive, mapsRecursively: options.idMap == .recursive,
      mappings: mappings, isOwn: isOwn)
  }

  private func notABind(_ path: String) -> LifecycleError {
    .refused([Violation("\(path).options", "only a bind mount can be id-mapped")])
  }
}

/// Makes the mounts of the host's tree, each held under its slot.
func makeMounts(
  _ all: [IDMappedMount], for spec: RuntimeSpec, into held: inout HeldDescriptors
) throws(LifecycleError) {
  let mounts = all.filter { !$0.isOwn }
  if mounts.isEmpty { return }
  let isInUserNamespace = (spec.linux?.namespaces ?? []).contains { $0.type == .user }
  var copies = HeldDescriptors()
  if isInUserNamespace { try copyLocked(mounts, into: &copies) }
  for mount in mounts {
    let namespace = try openUserNamespace(mount.mappings, spec)
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

extension Creation {
  /// The id-mapped copies of the container's own tree, in the order in which init asks for them: before it waits for the
  /// supervisor, and after.
  private func ownMounts(beforeWaiting: Bool) -> ArraySlice<IDMappedMount> {
    let own = idMapped.filter(\.isOwn)
    // Few have any, and this is on every container's way.
    if own.isEmpty { return [] }
    let place = plan.steps.firstIndex(of: .awaitSupervisor) ?? plan.steps.endIndex
    let before = plan.steps[..<place].count {
      guard case .mount(let action) = $0, case .own(_, _, isMapped: true) = action.source else {
        return false
      }
      return true
    }
    return beforeWaiting ? own[..<before] : own[before...]
  }

  /// Maps the ids of what init has copied of its own tree.
  func mapOwnMounts(beforeWaiting: Bool, _ supervisor: borrowing Supervisor) throws(LifecycleError) {
    for mount in ownMounts(beforeWaiting: beforeWaiting) {
      let namespace = try openUserNamespace(mount.mappings, bundle.spec)
      let tree = try supervisor.awaitMount()
      try during("mounts[\(mount.slot)]") { () throws(SystemError) in
        try setMountIDMap(
          tree, userNamespace: namespace, recursive: mount.mapsRecursively, named: mount.path)
      }
      try supervisor.proceed()
    }
  }
}

/// A user namespace with these mappings; without any, that of the container: the one that it joins, else one with the
/// mappings that its own will have, which is the same to a mount and is there before init.
private func openUserNamespace(
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
