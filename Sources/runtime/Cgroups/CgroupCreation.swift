internal import LinuxSystem

/// Undoes the making of a cgroup when it ends, unless the cgroup is kept: removes the directories that were made,
/// and none that was there before.
package struct CgroupGuard: ~Copyable {
  /// The cgroup.
  package let directory: CgroupDirectory
  private let made: [String]
  private let unit: SystemdUnit?
  private var armed = true

  init(_ directory: CgroupDirectory, made: [String], unit: SystemdUnit?) {
    self.directory = directory
    self.made = made
    self.unit = unit
  }

  /// Gives the cgroup over to the caller.
  package consuming func keep() -> CgroupDirectory {
    armed = false
    return directory
  }

  deinit {
    guard armed else { return }
    if let unit {
      // What is below it goes with it, or with the next lines.
      do throws(CgroupError) { try unit.stop(killing: true) } catch {
        StandardDescriptor.error.print("\(error)\n")
      }
    }
    removeMade(made)
  }
}

/// Makes the directories of a plan and writes its limits. No process is in them yet: a container must never run
/// outside of its limits, so init joins afterwards.
/// - Parameters:
///   - unit: the unit of systemd's that this cgroup is; systemd has made some of the directories then, and the process
///     is in them.
///   - owning: whether the unit ends with the guard.
/// - Throws: `CgroupError`; then everything that was made is gone again.
package func createCgroup(
  _ plan: CgroupPlan, in unit: SystemdUnit? = nil, owning: Bool = false
) throws(CgroupError) -> CgroupGuard {
  var creation = CgroupCreation(adopts: unit != nil)
  do throws(CgroupError) {
    for directory in plan.directories { try creation.make(directory) }
    for directory in plan.directories { try requireThawed(directory) }
    for directory in plan.directories {
      for step in directory.steps { try perform(step, directory.path) }
    }
  } catch {
    removeMade(creation.made)
    throw error
  }
  let entries = plan.directories.map { CgroupDirectory.Entry(key: $0.hierarchy.key, path: $0.path) }
  return CgroupGuard(CgroupDirectory(entries: entries), made: creation.made, unit: owning ? unit : nil)
}

/// Sees to it that nobody uses the cgroup of a plan before systemd is asked to put a process there.
/// - Throws: `CgroupError.refused` when it has processes or is frozen.
func requireUnused(_ plan: CgroupPlan) throws(CgroupError) {
  for directory in plan.directories where fileExists(directory.path) {
    try requireThawed(directory)
    try requireEmpty(directory.path)
  }
}

/// A cgroup is the container's own: its processes are killed and its directory removed with the container (runc
/// refuses the same since 1.2).
private func requireEmpty(_ path: String) throws(CgroupError) {
  do throws(SystemError) {
    guard try !readText("\(path)/cgroup.procs").isEmpty else { return }
  } catch { throw .failed(path: "", error) }
  throw .refused(
    path: "linux.cgroupsPath",
    problem: "container's cgroup is not empty: \"\(path)\" has processes, needed a new or an empty one")
}

/// In a frozen cgroup, its own or by one above, init would never come to its first step, and we would wait for it.
private func requireThawed(_ directory: CgroupPlan.Directory) throws(CgroupError) {
  let file = directory.hierarchy.isUnified ? "cgroup.events" : "freezer.state"
  guard directory.hierarchy.isUnified || directory.hierarchy.controllers.contains("freezer") else { return }
  let path = "\(directory.path)/\(file)"
  let lines: [Substring.UTF8View]
  do throws(SystemError) { lines = try readText(path).utf8.split(separator: UInt8(ascii: "\n")) } catch {
    // A v2 kernel before 5.2 and a tree that stands for one have nothing to freeze with.
    guard error.code != ErrorCode.noEntry else { return }
    throw .failed(path: "", error)
  }
  let frozen = lines.contains { line in
    line.elementsEqual("frozen 1".utf8) || line.elementsEqual("FROZEN".utf8)
      || line.elementsEqual("FREEZING".utf8)
  }
  guard frozen else { return }
  throw .refused(
    path: "linux.cgroupsPath",
    problem: "container's cgroup unexpectedly frozen: \"\(directory.path)\", needed a thawed one")
}

/// A directory that somebody else uses by now stays; the error that brought us here is the one to tell.
private func removeMade(_ made: [String]) {
  for path in made.reversed() {
    do throws(CgroupError) { try removeCgroupTree(path) } catch { continue }
  }
}

/// Makes directories and remembers them.
private struct CgroupCreation {
  private(set) var made: [String] = []
  /// Whether there may be processes in it already, since systemd has made it.
  private let adopts: Bool

  init(adopts: Bool) { self.adopts = adopts }

  mutating func make(_ directory: CgroupPlan.Directory) throws(CgroupError) {
    if adopts, directory.hierarchy.isUnified {
      try passOnWhatIsMissing(directory)
    } else if directory.hierarchy.isUnified, !directory.passedOn.isEmpty {
      try makeUnified(directory)
    } else {
      try makeDown(directory.hierarchy.mountPoint, directory.components)
    }
    try requireControllers(directory)
    if directory.hierarchy.controllers.contains("cpuset") { try inheritCpuset(directory) }
  }

  /// What was not delegated to us we cannot pass on, and the write of the limit would only say that there is no such file.
  private func requireControllers(_ directory: CgroupPlan.Directory) throws(CgroupError) {
    if directory.required.isEmpty { return }
    let present = try controllers(of: directory)
    guard let missing = directory.required.first(where: { !present.contains($0.controller) }) else { return }
    throw .refused(
      path: missing.reason,
      problem: "needs the controller \"\(missing.controller)\", and cgroup \"\(directory.path)\" has only "
        + "\"\(present.joined(separator: " "))\", needed a cgroup that it is delegated to")
  }

  /// What a unified cgroup has.
  private func controllers(of directory: CgroupPlan.Directory) throws(CgroupError) -> [String] {
    do throws(SystemError) {
      return try readText("\(directory.path)/cgroup.controllers").split(separator: " ").map(String.init)
    } catch { throw .failed(path: "", error) }
  }

  /// Most often only the last component is missing: one call.
  private mutating func makeDown(_ mountPoint: String, _ components: [String]) throws(CgroupError) {
    let path = "\(mountPoint)/\(joinPath(components))"
    do throws(SystemError) {
      try makeDirectory(path)
      return made.append(path)
    } catch {
      switch error.code {
      case ErrorCode.exists: return try requireFree(path)
      case ErrorCode.noEntry: break
      default: throw .failed(path: "", error)
      }
    }
    var ancestor = mountPoint
    for component in components.dropLast() {
      ancestor += "/\(component)"
      try makeIfMissing(ancestor)
    }
    if try !makeIfMissing(path) { try requireFree(path) }
  }

  /// Each ancestor passes the controllers on before its child is made (kernel cgroup-v2.rst, "Enabling and
  /// Disabling"): a cgroup gets only what its parent's `cgroup.subtree_control` holds.
  private mutating func makeUnified(_ directory: CgroupPlan.Directory) throws(CgroupError) {
    var path = directory.hierarchy.mountPoint
    for component in directory.components {
      try passOn(directory, in: path)
      path += "/\(component)"
      let isNew = try makeIfMissing(path)
      if !isNew, path == directory.path { try requireFree(path) }
    }
  }

  /// systemd passes on what it knows; a limit of another controller (hugetlb, rdma) needs it all the way down as well.
  private func passOnWhatIsMissing(_ directory: CgroupPlan.Directory) throws(CgroupError) {
    let present = try controllers(of: directory)
    if directory.required.allSatisfy({ present.contains($0.controller) }) { return }
    var path = directory.hierarchy.mountPoint
    for component in directory.components {
      try passOn(directory, in: path)
      path += "/\(component)"
    }
  }

  private func passOn(_ directory: CgroupPlan.Directory, in path: String) throws(CgroupError) {
    let file = "\(path)/cgroup.subtree_control"
    // Above what was delegated to us nothing can be passed on, and need not be: the delegation has it.
    if fileExists(file), !Environment.isWritable(file) { return }
    do throws(SystemError) {
      return try writeExistingFile(file, directory.passedOn.map { "+\($0)" }.joined(separator: " "))
    } catch {
      // All or nothing: one that cannot be passed on (a threaded subtree, a delegation without it) refuses all.
      guard error.code != ErrorCode.noEntry || !directory.required.isEmpty else { return }
    }
    for controller in directory.passedOn {
      do throws(SystemError) { try writeExistingFile(file, "+\(controller)") } catch {
        guard let needed = directory.required.first(where: { $0.controller == controller }) else { continue }
        // It has not got it itself: `requireControllers` says so.
        if error.code == ErrorCode.noEntry { continue }
        throw .failed(path: needed.reason, error)
      }
    }
  }

  /// - Returns: whether it was made.
  @discardableResult
  private mutating func makeIfMissing(_ path: String) throws(CgroupError) -> Bool {
    do throws(SystemError) { try makeDirectory(path) } catch {
      guard error.code == ErrorCode.exists else { throw .failed(path: "", error) }
      return false
    }
    made.append(path)
    return true
  }

  /// Of a cgroup that systemd has made the process is there already; it was looked at before.
  private func requireFree(_ path: String) throws(CgroupError) {
    if !adopts { try requireEmpty(path) }
  }

  /// A new v1 cpuset has no CPUs and no memory nodes, and takes no process before it has both (cpuset(7)): it gets
  /// its parent's, and so do ancestors that others left empty.
  private func inheritCpuset(_ directory: CgroupPlan.Directory) throws(CgroupError) {
    for file in ["cpuset.cpus", "cpuset.mems"] {
      // A value of the document's own follows as a step.
      let own = directory.steps.contains {
        if case .write(let write) = $0 { write.file == file } else { false }
      }
      do throws(SystemError) {
        var components = directory.components
        if own { components.removeLast() }
        _ = try fillCpuset(file, directory.hierarchy.mountPoint, components[...])
      } catch { throw .failed(path: "", error) }
    }
  }

  private func fillCpuset(
    _ file: String, _ mountPoint: String, _ components: ArraySlice<String>
  ) throws(SystemError) -> String {
    let directory = joinPath([mountPoint] + components)
    let path = "\(directory)/\(file)"
    let isNew = made.contains(directory)
    let value = isNew ? "" : try readText(path)
    guard value.isEmpty, !components.isEmpty else { return value }
    let inherited = try fillCpuset(file, mountPoint, components.dropLast())
    try writeExistingFile(path, inherited)
    return inherited
  }
}
