internal import LinuxSystem

extension CgroupLayout {
  /// The hierarchies in which this process may make the cgroup at `path`: those that were delegated to its user (kernel
  /// cgroup-v2.rst, Delegation). Often none; then there is no cgroup, and a limit is an error.
  package func delegated(_ path: CgroupPath) throws(CgroupError) -> CgroupLayout {
    var usable: [Hierarchy] = []
    var controllers: [String] = []
    for hierarchy in hierarchies {
      guard let parent = ancestor(path, in: hierarchy), Environment.isWritable(parent),
        Environment.isWritable("\(parent)/cgroup.procs")
      else { continue }
      usable.append(hierarchy)
      guard hierarchy.isUnified else { continue }
      // What is offered there, which may be less than at the root.
      do throws(SystemError) {
        controllers = try readText("\(parent)/cgroup.controllers").split(separator: " ").map(String.init)
      } catch { throw .failed(path: "", error) }
    }
    return CgroupLayout(hierarchies: usable, unifiedControllers: controllers)
  }

  /// The nearest cgroup above the one at `path` that exists; nil when the path means nothing in the hierarchy.
  private func ancestor(_ path: CgroupPath, in hierarchy: Hierarchy) -> String? {
    var components: [String]
    do throws(CgroupError) { components = try path.components(in: hierarchy) } catch { return nil }
    repeat {
      components.removeLast()
    } while !components.isEmpty
      && !fileExists("\(hierarchy.mountPoint)/\(components.joined(separator: "/"))")
    return ([hierarchy.mountPoint] + components).joined(separator: "/")
  }
}
