package import LinuxSystem

extension CgroupDirectory {
  /// Why nobody whom this process starts can be born in the unified part, when the kernel says EACCES: whoever brings a
  /// process from one cgroup into another needs to write to `cgroup.procs` of the nearest cgroup above both (kernel
  /// cgroup-v2.rst, Delegation Containment; clone3(2), CLONE_INTO_CGROUP).
  /// - Returns: what is missing, for a sentence; nil when it is not that.
  package func missingDelegation() throws(SystemError) -> String? {
    guard let path = unifiedPath else { return nil }
    let all = try CgroupLayout.readHierarchies()
    guard let unified = all.first(where: \.isUnified),
      let common = CgroupDirectory.commonAncestor(of: path, in: unified)
    else { return nil }
    let file = "\(common)/cgroup.procs"
    if Environment.isWritable(file) { return nil }
    let parent = splitPath(path).directory
    return
      "cgroup \"\(path)\" cannot be entered from \"\(unified.ownPath)\", needed a caller in a cgroup below \"\(parent)\", or permission to write to \"\(file)\""
  }

  /// The nearest cgroup above, or the same as, both `path` and the one that the process of `hierarchy` is in; nil when
  /// the mount does not show it.
  static func commonAncestor(of path: String, in hierarchy: CgroupLayout.Hierarchy) -> String? {
    let (root, own) = (pathComponents(hierarchy.mountRoot), pathComponents(hierarchy.ownPath))
    let (point, place) = (pathComponents(hierarchy.mountPoint), pathComponents(path))
    guard own.starts(with: root), !own.contains(".."), place.starts(with: point) else { return nil }
    var common = hierarchy.mountPoint
    for (mine, theirs) in zip(own.dropFirst(root.count), place.dropFirst(point.count)) {
      guard mine == theirs else { break }
      common += "/\(mine)"
    }
    return common
  }
}
