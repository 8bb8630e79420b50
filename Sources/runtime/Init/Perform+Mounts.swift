internal import LinuxSystem

/// Performs one entry of `mounts`.
func performMount(_ action: MountAction, _ context: inout InitContext) throws(SystemError) {
  switch action.source {
  case .fileSystem(let type, let source, let flags, let given):
    let data = try dataWithMode(given, action, context)
    let target = try context.makeDirectoryPath(action.destination)
    try refuseRoot(target, action.destination, context)
    if action.requiresRealDirectory { try refuseLink(target, action.destination, context) }
    if action.copiesUp { return try performCopyUp(action, type, source, flags, data, target, context) }
    try mount(source, on: target.procPath(), type: type, flags, data: data, named: action.destination)
    try finishMount(action, context)
  case .remount(let flags, let data):
    let mounted = try context.open(action.destination)
    try mount("none", on: mounted.procPath(), flags, data: data, named: action.destination)
    try finishMount(action, context)
  case .bind(let path, let recursive):
    try performBind(action, try cloneMountTree(path, recursive: recursive), context)
  case .held(let slot, let path):
    guard let copy = context.descriptors.mounts.take(slot) else {
      throw SystemError("bind", code: ErrorCode.badDescriptor, subject: path)
    }
    try performBind(action, copy, context)
  case .own(let path, let recursive, let isMapped):
    let copy = try cloneMountTree(of: try context.open(path), recursive: recursive, named: path)
    if isMapped { try awaitMapping(of: copy, context) }
    try performBind(action, copy, context)
  }
}

/// Has the supervisor map the ids of a copy, which takes a privilege over the file system that nobody in a user namespace
/// has. The copy was made in here, so what the host has locked stays so.
private func awaitMapping(
  of copy: borrowing OwnedDescriptor, _ context: borrowing InitContext
) throws(SystemError) {
  try InitRecord.waiting.send(over: context.descriptors.channel, with: copy)
  guard try InitRecord.receive(over: context.descriptors.channel) == .proceed else {
    throw SystemError("wait", code: ErrorCode.brokenPipe)
  }
}

/// What the image's directory allows a tmpfs on top of it allows too (runc, docker); the kernel would give it 1777, which
/// is what one on a directory that is not there yet gets.
private func dataWithMode(
  _ data: String?, _ action: MountAction, _ context: borrowing InitContext
) throws(SystemError) -> String? {
  guard action.inheritsMode else { return data }
  let covered: FileStatus
  do throws(SystemError) {
    covered = try fileStatus(of: try context.open(action.destination, [.path, .directory]))
  } catch {
    guard error.code == ErrorCode.noEntry else { throw error }
    return data
  }
  let mode = "mode=\(String(covered.permissions, radix: 8))"
  return data.map { "\($0),\(mode)" } ?? mode
}

/// A new tmpfs with a copy of the image's directory, which stays reachable by its descriptor below the new mount.
/// Writable until everything is in it.
private func performCopyUp(
  _ action: MountAction, _ type: String, _ source: String, _ flags: MountFlags, _ data: String?,
  _ target: borrowing OwnedDescriptor, _ context: borrowing InitContext
) throws(SystemError) {
  let below = try openFile(".", in: target, [.readOnly, .directory])
  try mount(
    source, on: target.procPath(), type: type, flags.subtracting(.readOnly), data: data,
    named: action.destination)
  let mounted = try context.open(action.destination, [.readOnly, .directory])
  try copyEntries(from: below, to: mounted)
  if flags.contains(.readOnly) {
    try setMountAttributes(mounted, set: .readOnly, clear: [], recursive: false, named: action.destination)
  }
  try finishMount(action, context)
}

/// A bind: a detached copy gets its attributes first and becomes visible with them, so there is no moment in which
/// a read-only bind can be written. On top of an opened target, which no link can have moved (CVE-2021-30465).
private func performBind(
  _ action: MountAction, _ copy: consuming OwnedDescriptor, _ context: borrowing InitContext
) throws(SystemError) {
  let isDirectory = try fileStatus(of: copy).kind == .directory
  let target =
    try isDirectory ? context.makeDirectoryPath(action.destination) : context.makeFile(action.destination)
  try refuseRoot(target, action.destination, context)
  if !action.set.isEmpty || !action.clear.isEmpty {
    try setMountAttributes(
      copy, set: action.set, clear: action.clear, recursive: false, named: action.destination)
  }
  if !action.recursiveSet.isEmpty || !action.recursiveClear.isEmpty {
    try setMountAttributes(
      copy, set: action.recursiveSet, clear: action.recursiveClear, recursive: true, named: action.destination
    )
  }
  do throws(SystemError) { try attachMount(copy, on: target, named: action.destination) } catch {
    // mount(2) calls a file on a directory by its name, and dockerd knows that one; move_mount(2) says no more than EINVAL.
    guard error.code == ErrorCode.invalid, !isDirectory, try fileStatus(of: target).kind == .directory else {
      throw error
    }
    throw SystemError(error.call, code: ErrorCode.notDirectory, subject: error.subject)
  }
  try setPropagation(action, context)
}

/// What a new file system still needs after it is mounted.
private func finishMount(_ action: MountAction, _ context: borrowing InitContext) throws(SystemError) {
  if !action.recursiveSet.isEmpty || !action.recursiveClear.isEmpty {
    try setMountAttributes(
      try context.open(action.destination), set: action.recursiveSet, clear: action.recursiveClear,
      recursive: true, named: action.destination)
  }
  try setPropagation(action, context)
}

private func setPropagation(_ action: MountAction, _ context: borrowing InitContext) throws(SystemError) {
  for flags in action.propagation {
    let mounted = try context.open(action.destination)
    try mount("none", on: mounted.procPath(), flags, named: action.destination)
  }
}

/// Refuses the root as a mount point, to which a link of the image may lead. What is mounted on it lies above the
/// directory that becomes `/`: nobody would see it (runc refuses it too).
private func refuseRoot(
  _ target: borrowing OwnedDescriptor, _ destination: String, _ context: borrowing InitContext
) throws(SystemError) {
  // Another file is another place; of the same one there may be a bind below the root.
  guard try context.isRootDirectory(target), try readLink(target.procPath()) == context.rootPath else {
    return
  }
  throw SystemError("mount", code: ErrorCode.busy, subject: "\(destination) is the root itself")
}

/// Refuses a mount point that was reached over a symbolic link.
private func refuseLink(
  _ target: borrowing OwnedDescriptor, _ destination: String, _ context: borrowing InitContext
) throws(SystemError) {
  let expected = context.rootPath + "/" + joinPath(pathComponents(destination))
  guard try readLink(target.procPath()) == expected else {
    throw SystemError("mount", code: ErrorCode.loop, subject: "\(destination) is a symbolic link")
  }
}

/// Mounts the cgroup hierarchies, each showing the container's own cgroup as its root.
func performCgroupMounts(_ mounts: CgroupMounts, _ context: inout InitContext) throws(SystemError) {
  let target = try context.makeDirectoryPath(mounts.destination)
  try refuseRoot(target, mounts.destination, context)
  if let only = mounts.hierarchies.first, only.name.isEmpty {
    return try mountHierarchy(only, on: target, mounts)
  }
  // v1 and hybrid: a directory for each hierarchy in a small tmpfs, writable until all are there.
  let writable = mounts.flags.subtracting(.readOnly)
  try mount(
    "tmpfs", on: target.procPath(), type: "tmpfs", writable, data: "mode=755", named: mounts.destination)
  let directory = try context.open(mounts.destination, [.path, .directory])
  for hierarchy in mounts.hierarchies {
    try makeDirectory(hierarchy.name, in: directory)
    try mountHierarchy(
      hierarchy, on: try openFile(hierarchy.name, in: directory, [.path, .directory, .noFollow]), mounts)
  }
  for (name, link) in mounts.links.sorted(by: { $0.key < $1.key }) {
    try makeSymbolicLink(link, at: name, in: directory)
  }
  if mounts.flags.contains(.readOnly) {
    try setMountAttributes(directory, set: .readOnly, clear: [], recursive: false, named: mounts.destination)
  }
}

private func mountHierarchy(
  _ hierarchy: CgroupMounts.Hierarchy, on target: borrowing OwnedDescriptor, _ mounts: CgroupMounts
) throws(SystemError) {
  let name = "\(mounts.destination)/\(hierarchy.name)"
  guard let source = hierarchy.bindFrom else {
    return try mountNewHierarchy(hierarchy, on: target, mounts, name)
  }
  let copy = try cloneMountTree(source, recursive: false)
  let attributes: MountAttributes = [.noSetUID, .noDevices, .noExecution]
  try setMountAttributes(
    copy, set: mounts.flags.contains(.readOnly) ? attributes.union(.readOnly) : attributes, clear: [],
    recursive: false, named: name)
  try attachMount(copy, on: target, named: name)
}

/// mount(2) refuses a file system on top of itself, which it is where the host's /sys is bound with its cgroup2; moved
/// there, the kernel takes it.
private func mountNewHierarchy(
  _ hierarchy: CgroupMounts.Hierarchy, on target: borrowing OwnedDescriptor, _ mounts: CgroupMounts,
  _ name: String
) throws(SystemError) {
  do throws(SystemError) {
    return try mount(
      hierarchy.type, on: target.procPath(), type: hierarchy.type, mounts.flags, data: hierarchy.data,
      named: name)
  } catch { guard error.code == ErrorCode.busy, hierarchy.data == nil else { throw error } }
  let pairs: [(MountFlags, MountAttributes)] = [
    (.readOnly, .readOnly), (.noSetUID, .noSetUID), (.noDevices, .noDevices), (.noExecution, .noExecution),
  ]
  let attributes = pairs.reduce(into: MountAttributes()) { result, pair in
    if mounts.flags.contains(pair.0) { result.formUnion(pair.1) }
  }
  try attachMount(try makeFileSystem(hierarchy.type, attributes: attributes), on: target, named: name)
}
