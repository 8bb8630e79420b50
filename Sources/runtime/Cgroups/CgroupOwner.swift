internal import LinuxSystem

/// To whom a container's cgroup belongs, so that it can make cgroups of its own below (runtime-spec config-linux.md,
/// Cgroup ownership).
package struct CgroupOwner: Sendable, Equatable {
  /// In the runtime's user namespace.
  package let userID: UInt32
  /// The files that are handed over with the directory; nothing that holds a limit is among them.
  package let files: [String]

  package init(userID: UInt32, files: [String]) {
    self.userID = userID
    self.files = files
  }

  /// The files that the running kernel names for it (cgroups(7), Cgroups delegation: delegating a hierarchy).
  package static func delegatedFiles() throws(CgroupError) -> [String] {
    do throws(SystemError) {
      return try readText("/sys/kernel/cgroup/delegate").split(separator: "\n").map(String.init)
    } catch {
      // Before 4.15 the list was fixed.
      guard error.code == ErrorCode.noEntry else { throw .failed(path: "", error) }
      return ["cgroup.procs", "cgroup.subtree_control", "cgroup.threads"]
    }
  }
}

/// Gives a cgroup's directory and files to a user; of the files those that this cgroup has.
func own(_ directory: String, _ userID: UInt32, _ files: [String]) throws(CgroupError) {
  do throws(SystemError) {
    let place = try openFile(directory, [.readOnly, .directory])
    try setOwner(place, userID: userID, groupID: UInt32.max)
    for name in files {
      do throws(SystemError) {
        try setOwner(try openFile(name, in: place, .writeOnly), userID: userID, groupID: UInt32.max)
      } catch { guard error.code == ErrorCode.noEntry else { throw error } }
    }
  } catch { throw .failed(path: "", error) }
}
