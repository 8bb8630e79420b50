internal import ContainerInit
internal import LinuxSystem

// In a mount namespace of a lesser user namespace, the flags of the mounts that came with it are locked, and so are the
// mounts that lie over something: root inside may neither make a read-only one writable nor look below one
// (mount_namespaces(7), "Restrictions on mount namespaces"). The kernel does it when it copies the tree for such a
// namespace, and copies of those copies keep it. An ordinary bind is one of them, since init makes it; id-mapped mounts
// are made outside, so for them there is a tree of that kind that nobody sees.

/// Copies what the mounts bind as a user namespace of a container would have it, each held under its slot.
/// - Throws: `LifecycleError`; EINVAL when a mount is to be copied without those below it, which hide something.
func copyLocked(
  _ mounts: [IDMappedMount], into held: inout HeldDescriptors
) throws(LifecycleError) {
  let holder = try NamespaceHolder([.newUser, .newMount])
  // The paths are looked up from the same root as this process's, which setns(2) would change to the namespace's.
  let root = try holder.open("root", [.path, .directory])
  let namespace = try holder.open("ns/mnt", .readOnly)
  let pair = try during("mounts") { () throws(SystemError) in try makeSocketPair() }
  let channel = pair.first
  let copier: ProcessGuard
  do throws(SystemError) {
    copier = ProcessGuard(
      try clone(
        [], CopyOrder(mounts: mounts, namespace: namespace, root: root, channel: pair.second), child: copy))
  } catch { throw .system(what: "mounts", error) }
  for mount in mounts {
    let tree = try during("mounts[\(mount.slot)]") { () throws(SystemError) in
      try receiveTree(over: channel, call: "open_tree", named: mount.path)
    }
    held.put(tree, at: mount.slot)
  }
  _ = consume copier
}

/// What the process that makes the copies gets.
private struct CopyOrder: ~Copyable {
  let mounts: [IDMappedMount]
  let namespace: OwnedDescriptor
  let root: OwnedDescriptor
  let channel: OwnedDescriptor
}

/// Sends a copy for each mount, or why there is none. With the caller's ids: the path may lead through directories that
/// are nobody else's business.
private func copy(_ order: consuming CopyOrder) {
  do throws(SystemError) {
    try joinNamespace(order.namespace, kind: .newMount)
    for mount in order.mounts {
      do throws(SystemError) {
        let place = try openInRoot(order.root, mount.path, .path)
        let tree = try cloneMountTree(of: place, recursive: mount.recursive, named: mount.path)
        try InitRecord.proceed.send(over: order.channel, with: tree)
      } catch {
        return try InitRecord.failure(step: mount.slot, code: error.code).send(over: order.channel)
      }
    }
  } catch { exitImmediately(125) }
}
