internal import LinuxSystem

extension SystemdScope {
  /// Where the cgroup of the systemd that is asked is: the system's has the root, a user's is asked.
  package static func managerPath(isUser: Bool) throws(CgroupError) -> String {
    guard isUser else { return "/" }
    var manager = try SystemdManager.connect(isUser: true)
    return try manager.controlGroup()
  }

  /// Has systemd make the unit around a process, and writes what systemd has no property for.
  ///
  /// systemd makes no scope without a process in it, so the process cannot be born in the scope's cgroup: it is there
  /// first and systemd moves it. It must not have run anything of the container's yet.
  /// - Returns: the unified hierarchy's part, if there is one; dropped, the unit is stopped.
  package func start(around pid: Int32, id: String, _ plan: CgroupPlan) throws(CgroupError) -> CgroupGuard {
    try requireUnused(plan)
    var manager = try SystemdManager.connect(isUser: unit.isUser)
    do throws(CgroupError) {
      try manager.start(unit.name, properties(pid: pid, id: id, plan: plan))
    } catch {
      // Perhaps half made, and its words are the ones to tell. A unit that is refused is somebody else's.
      if case .systemd = error { undo() }
      throw error
    }
    do throws(CgroupError) {
      let unified = plan.part(unified: true)
      for directory in unified.directories { try requireMember(pid, directory) }
      return try createCgroup(unified, in: unit, owning: true)
    } catch {
      undo()
      throw error
    }
  }

  private func undo() {
    do throws(CgroupError) { try unit.stop(killing: true) } catch { return }
  }

  /// The limits are written to a path that we worked out by ourselves: a container that systemd has put elsewhere would
  /// run without them.
  private func requireMember(_ pid: Int32, _ directory: CgroupPlan.Directory) throws(CgroupError) {
    let hierarchy = directory.hierarchy
    let root = hierarchy.mountRoot == "/" ? "" : hierarchy.mountRoot
    let expected = "\(hierarchy.key):\(root)/\(directory.components.joined(separator: "/"))"
    let text: String
    do throws(SystemError) { text = try readText("/proc/\(pid)/cgroup") } catch {
      throw .failed(path: "", error)
    }
    let places = text.split(separator: "\n").compactMap { $0.split(separator: ":", maxSplits: 1).last }
    guard places.contains(Substring(expected)) else {
      throw .systemd(
        "\"\(unit.name)\" is not at \"\(expected)\" but init is at \"\(places.joined(separator: " "))\"")
    }
  }
}
