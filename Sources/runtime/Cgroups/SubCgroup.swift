internal import LinuxSystem

extension CgroupDirectory {
  /// Cgroups below this one, which the container has made itself (`exec --cgroup`).
  /// - Parameter texts: runc's form, `[CONTROLLER[,CONTROLLER…]:]PATH`; a path without controllers is for all
  ///   hierarchies. None is this one.
  /// - Throws: `CgroupError.refused` for a path that climbs, a controller that has no hierarchy here, and a cgroup that
  ///   is not there.
  package func below(_ texts: [String]) throws(CgroupError) -> CgroupDirectory {
    if texts.isEmpty { return self }
    var paths = entries.map(\.path)
    for text in texts {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      let controllers = parts.count == 2 ? parts[0].split(separator: ",").map(String.init) : []
      let components = parts[parts.count - 1].split(separator: "/")
      guard !components.contains("..") else {
        throw .refused(
          path: "--cgroup", problem: "bad sub cgroup path \"\(text)\", it leaves the container's cgroup")
      }
      for controller in controllers where path(of: controller) == nil {
        throw .refused(
          path: "--cgroup",
          problem: "unknown controller \"\(controller)\", it has no hierarchy of its own here")
      }
      for index in entries.indices {
        let own = entries[index].key.split(separator: ",").map(String.init)
        guard controllers.isEmpty || !own.filter(controllers.contains).isEmpty else { continue }
        paths[index] = entries[index].path + components.map { "/\($0)" }.joined()
        guard fileExists(paths[index]) else {
          throw .refused(
            path: "--cgroup", problem: "adding pid to \"\(paths[index])\": no such file or directory")
        }
      }
    }
    return CgroupDirectory(entries: zip(entries, paths).map { Entry(key: $0.key, path: $1) })
  }
}
