internal import LinuxSystem

/// Where a container's cgroup is to be, as the document says it (runtime-spec config-linux.md, Cgroups Path), with
/// the cgroupfs driver.
///
/// As runc (libcontainer/cgroups/fs/paths.go and fs2/defaultpath.go): an absolute path counts from the root of each
/// hierarchy, a relative one from the runtime's own cgroup, and no path at all is the container's ID, relative. In
/// the unified hierarchy "own" is the parent, since a cgroup that holds processes may not pass controllers on
/// (kernel cgroup-v2.rst, "No Internal Process Constraint").
package struct CgroupPath: Sendable, Equatable {
  /// Cleaned: no empty component, no `.`, no `..`.
  package let components: [String]
  /// Whether it counts from the root.
  package let isAbsolute: Bool

  /// - Parameter text: `linux.cgroupsPath`; nil and empty mean the ID.
  package init(_ text: String?, id: String) throws(CgroupError) {
    let text = text.flatMap { $0.isEmpty ? nil : $0 } ?? id
    guard !text.utf8.contains(0), !text.utf8.contains(UInt8(ascii: "\n")) else {
      throw .refused(path: "linux.cgroupsPath", problem: "has a NUL or a newline, needed a path")
    }
    isAbsolute = text.hasPrefix("/")
    components = CgroupPath.clean(text)
    guard !components.isEmpty else {
      throw .refused(
        path: "linux.cgroupsPath", problem: "\"\(text)\" is the root, needed a cgroup of the container's own")
    }
  }

  /// A path from the root that needs no cleaning.
  init(absolute components: [String]) {
    self.components = components
    isAbsolute = true
  }

  /// `..` goes up, but never above the start, so that a path cannot leave it. By bytes, as the kernel reads it.
  private static func clean(_ text: String) -> [String] {
    var parts: [String] = []
    for part in pathComponents(text) where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return parts
  }

  /// The components below the mount point of `hierarchy`.
  package func components(in hierarchy: CgroupLayout.Hierarchy) throws(CgroupError) -> [String] {
    if isAbsolute { return components }
    let own = pathComponents(hierarchy.ownPath)
    let root = pathComponents(hierarchy.mountRoot)
    // `/..` stands for a cgroup outside of the namespace (cgroup_namespaces(7)).
    guard own.starts(with: root), !own.contains("..") else {
      throw .refused(
        path: "linux.cgroupsPath",
        problem:
          "the runtime's own cgroup \"\(hierarchy.ownPath)\" is not below \"\(hierarchy.mountRoot)\", which is "
          + "mounted on \"\(hierarchy.mountPoint)\", needed an absolute path")
    }
    let base = own.dropFirst(root.count)
    return Array(hierarchy.isUnified ? base.dropLast() : base) + components
  }
}
