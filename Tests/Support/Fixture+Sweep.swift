import LinuxSystem

extension Fixture {
  /// Removes the containers that the test left in its own roots, as a user would.
  func removeContainers() throws {
    for runtime in Runtime.allCases where fileExists(stateRoot(runtime)) {
      for id in try listDirectory(stateRoot(runtime)) {
        _ = try client(runtime).call("delete", "--force", id)
      }
    }
    let containers = root + "/containers"
    guard fileExists(containers), let apus = Host.findProgram("apus") else { return }
    let ids = try listDirectory(containers)
    if !ids.isEmpty { _ = try run(apus, ["rm", "-f"] + ids) }
  }

  /// Ends, unmounts and removes whatever else there is.
  /// - Returns: one line for each thing that should not have been there.
  func sweep() throws -> [String] {
    var found: [String] = []
    let deadline = Deadline(in: .seconds(3))
    var remaining = try processes()
    while !remaining.isEmpty, !deadline.hasPassed {
      sleep(milliseconds: 5)
      remaining = try processes()
    }
    for process in remaining {
      found.append("process \(process.pid) \(process.command)")
      do throws(SystemError) { try sendSignal(Signal.kill, toPID: process.pid) } catch { note("\(error)") }
    }
    if !found.isEmpty { try eventually("the processes end") { try processes().isEmpty } }
    for mount in try mounts().reversed() {
      found.append("mount \(mount)")
      try unmountLazily(mount)
    }
    for cgroup in try cgroups() {
      for inner in try descendants(of: cgroup).reversed() {
        found.append("cgroup \(inner)")
        try removeEmptyDirectory(inner)
      }
      try removeEmptyDirectory(cgroup)
    }
    // Those of other roots hold a process, or do so in a moment.
    var strays = try Self.managersCgroups().subtracting(cgroupsBefore)
    let patience = Deadline(in: .seconds(1))
    while !strays.isEmpty, !patience.hasPassed {
      strays = strays.filter { fileExists($0) && isEmptyCgroup($0) }
      sleep(milliseconds: 10)
    }
    for stray in strays {
      found.append("cgroup \(stray)")
      try removeEmptyDirectory(stray)
    }
    return found
  }

  /// The cgroups that the manager gives to its containers: `/apus-<64 hex digits>` in each hierarchy.
  static func managersCgroups() throws(SystemError) -> Set<String> {
    var found: Set<String> = []
    for top in try Host.cgroupHierarchies() {
      for name in try listDirectory(top) where name.hasPrefix("apus-") && name.utf8.count == 69 {
        found.insert("\(top)/\(name)")
      }
    }
    return found
  }

  private func isEmptyCgroup(_ directory: String) -> Bool {
    do throws(SystemError) { return try readFile(directory + "/cgroup.procs").isEmpty } catch { return false }
  }

  /// The processes that name the fixture's directory in their arguments or see a mount from it in a namespace of
  /// their own; those that have ended and wait to be reaped do not count.
  package func processes() throws -> [(pid: Int32, command: String)] {
    // grep, since a debug build of Swift takes a third of a second to look through every process.
    let files = "/proc/[0-9]*/cmdline /proc/[0-9]*/mountinfo"
    let grep = try plan(
      "sh", ["-c", "exec grep -lsF -- \"$0\" \(files)", directory + "/"], environment: [:], directory: "/")
    let search = try RunningProgram(grep, stdin: .nothing)
    let own = try readLink("/proc/self/ns/mnt")
    var found: [Int32: String] = [:]
    for line in try search.wait().lines {
      let fields = line.split(separator: "/")
      guard fields.count == 3, let pid = Int32(fields[1]), pid != search.pid, pid != ownPID() else {
        continue
      }
      // One that ends while we look is none.
      do throws(SystemError) {
        guard let facts = try ProcessFacts(pid: pid), !facts.hasEnded else { continue }
        // Whoever shares the host's mounts sees the test's too, and is nobody of the test's.
        if fields[2] == "mountinfo", try readLink("/proc/\(pid)/ns/mnt") == own { continue }
        found[pid] = String(try readText("/proc/\(pid)/cmdline").map { $0 == "\0" ? " " : $0 })
      } catch { continue }
    }
    return found.map { ($0.key, $0.value) }
  }

  /// The mount points below the fixture's directory, outer ones first.
  package func mounts() throws -> [String] {
    try readText("/proc/self/mountinfo").split(separator: "\n").compactMap { line in
      let point = line.split(separator: " ")[4]
      return point.hasPrefix(directory + "/") ? String(point) : nil
    }
  }

  /// The directories of the test's cgroup parent, one for each hierarchy in which it exists.
  package func cgroups() throws -> [String] {
    try Host.cgroupHierarchies().map { $0 + cgroupParent }.filter { fileExists($0) }
  }

  private func descendants(of directory: String) throws -> [String] {
    var found: [String] = []
    for name in try listDirectory(directory) {
      let path = "\(directory)/\(name)"
      guard try fileStatus(path, follow: false).kind == .directory else { continue }
      found += [path] + (try descendants(of: path))
    }
    return found
  }
}
