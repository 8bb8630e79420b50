package import LinuxSystem

/// A container's cgroup: its directory in each hierarchy. A value, so that the container's record can hold it.
package struct CgroupDirectory: Sendable, Equatable {
  /// One hierarchy's part.
  package struct Entry: Sendable, Equatable {
    /// The hierarchy's key, see `CgroupLayout.Hierarchy`; empty for the unified one.
    package let key: String
    /// Absolute.
    package let path: String

    package init(key: String, path: String) {
      self.key = key
      self.path = path
    }
  }

  /// In the order in which a process joins.
  package let entries: [Entry]

  package init(entries: [Entry]) { self.entries = entries }

  /// Whether there is none: a container without cgroups.
  package var isEmpty: Bool { entries.isEmpty }

  /// The unified hierarchy's part.
  package var unifiedPath: String? { entries.first { $0.key.isEmpty }?.path }

  /// The part in the v1 hierarchy that has `controller`.
  package func path(of controller: String) -> String? {
    entries.first { $0.key.split(separator: ",").contains { $0 == controller } }?.path
  }

  /// The v1 files into which a process of one thread writes `0` to move itself.
  ///
  /// `tasks` and not `cgroup.procs`, and the process itself: only then does the kernel not take the lock that waits
  /// for every fork on the machine, milliseconds for each hierarchy (kernel/cgroup/cgroup.c, cgroup_procs_write_start).
  package var taskFiles: [String] { entries.filter { !$0.key.isEmpty }.map { "\($0.path)/tasks" } }

  /// Moves a process of one thread into its v1 parts; for one that may not do so itself.
  package func add(pid: Int32) throws(CgroupError) {
    do throws(SystemError) {
      for file in taskFiles { try writeExistingFile(file, "\(pid)") }
    } catch { throw .failed(path: "", error) }
  }

  /// The unified hierarchy's part, opened to be born in; nil when there is none.
  /// - Parameter resident: see `unifiedPlace(beside:)`.
  package func openUnified(beside resident: Int32? = nil) throws(CgroupError) -> OwnedDescriptor? {
    guard let path = try unifiedPlace(beside: resident) else { return nil }
    do throws(SystemError) { return try openFile(path, [.readOnly, .directory]) } catch {
      throw .failed(path: "", error)
    }
  }

  /// The cgroup of the unified hierarchy that takes a process; nil when there is none.
  /// - Parameter resident: a process of the container's, for one that joins it. A cgroup that passes controllers on to
  ///   others takes no processes (kernel cgroup-v2.rst, "No Internal Process Constraint"), and a container may have
  ///   divided its own; the newcomer then gets the place of the resident, as in runc.
  func unifiedPlace(beside resident: Int32?) throws(CgroupError) -> String? {
    guard let path = unifiedPath else { return nil }
    do throws(SystemError) {
      guard let resident, try !readText("\(path)/cgroup.subtree_control").isEmpty else { return path }
      return try placeOf(resident, within: path)
    } catch { throw .failed(path: "", error) }
  }

  /// - Throws: `SystemError` with EXDEV when somebody has moved the process out of the container's cgroup, where nothing
  ///   of the container's may run.
  private func placeOf(_ pid: Int32, within path: String) throws(SystemError) -> String {
    let own = try CgroupLayout.readHierarchies()
    let lines = try readText("/proc/\(pid)/cgroup").split(separator: "\n")
    let place = lines.first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) } ?? ""
    guard let unified = own.first(where: \.isUnified) else { return path }
    let root = unified.mountRoot == "/" ? "" : unified.mountRoot
    let found = place.hasPrefix(root) ? unified.mountPoint + place.dropFirst(root.utf8.count) : place
    guard found == path || found.hasPrefix("\(path)/"), !found.contains("/../") else {
      throw SystemError(
        "join cgroup", code: ErrorCode.crossDevice, subject: "\(found), needed one in \(path)")
    }
    return found
  }

  /// The processes in it, as this process's pid namespace numbers them; those in other namespaces are left out.
  /// - Parameter recursive: those in cgroups below as well.
  /// - Returns: empty when the cgroup is gone.
  package func processes(recursive: Bool = true) throws(CgroupError) -> [Int32] {
    // Any hierarchy will do; a container may make v1 cgroups of its own in some of them only, the unified one and
    // the named ones are those that an init system divides up.
    guard let path = unifiedPath ?? path(of: "freezer") ?? entries.first?.path else { return [] }
    do throws(SystemError) { return try listProcesses(path, recursive: recursive) } catch {
      throw .failed(path: "", error)
    }
  }

  /// Removes it in every hierarchy, with the cgroups that the container made below. Being gone is no error.
  ///
  /// A process that has just ended keeps its cgroup busy until it is reaped, so busy directories are tried again for
  /// up to two seconds.
  /// - Throws: `CgroupError.failed` with EBUSY when processes remain.
  package func remove() throws(CgroupError) {
    for entry in entries { try removeCgroupTree(entry.path) }
  }
}

private func listProcesses(_ path: String, recursive: Bool) throws(SystemError) -> [Int32] {
  var found: [Int32] = []
  do throws(SystemError) {
    let text = try readText("\(path)/cgroup.procs")
    found = text.split(separator: "\n").compactMap { Int32($0) }.filter { $0 > 0 }
  } catch {
    switch error.code {
    // Removed, perhaps while we looked.
    case ErrorCode.noEntry, ErrorCode.noDevice: return []
    // A threaded cgroup has no list of processes; their leaders stand in the domain above.
    case ErrorCode.notSupported: break
    default: throw error
    }
  }
  guard recursive else { return found }
  for child in try childCgroups(path) { found += try listProcesses("\(path)/\(child)", recursive: true) }
  return found
}

/// The cgroups directly below: every directory, for the files are the kernel's.
private func childCgroups(_ path: String) throws(SystemError) -> [String] {
  do throws(SystemError) {
    // Two links are the directory's own, `.` and its name; each child adds one.
    guard try fileStatus(path).linkCount != 2 else { return [] }
    var children: [String] = []
    for name in try listDirectory(path) {
      if try fileStatus("\(path)/\(name)", follow: false).kind == .directory { children.append(name) }
    }
    return children
  } catch {
    guard error.code == ErrorCode.noEntry else { throw error }
    return []
  }
}

/// Removes a cgroup and those below it, waiting a bounded time for the last processes to go.
func removeCgroupTree(_ path: String) throws(CgroupError) {
  var waited = 0
  var pause = 1
  while true {
    do throws(SystemError) { return try removeDown(path) } catch {
      guard error.code == ErrorCode.busy || error.code == ErrorCode.notEmpty, waited < 2000 else {
        throw .failed(path: "", error)
      }
    }
    sleep(milliseconds: pause)
    waited += pause
    pause = min(pause * 2, 50)
  }
}

private func removeDown(_ path: String) throws(SystemError) {
  do throws(SystemError) { return try removeEmptyDirectory(path) } catch {
    switch error.code {
    case ErrorCode.noEntry: return
    case ErrorCode.busy, ErrorCode.notEmpty: break
    default: throw error
    }
  }
  for child in try childCgroups(path) { try removeDown("\(path)/\(child)") }
  do throws(SystemError) { try removeEmptyDirectory(path) } catch {
    guard error.code == ErrorCode.noEntry else { throw error }
  }
}
