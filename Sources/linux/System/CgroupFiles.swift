/// The files of one cgroup, in whichever layout the host has: v1, hybrid (v1 with the unified hierarchy beside it) or
/// v2 (cgroups(7)).
package struct CgroupFiles: Sendable, Equatable {
  /// From the root of each hierarchy: begins with a slash.
  package let path: String
  private let mount: String

  /// Names a cgroup; nothing is touched.
  package init(path: String, mount: String = "/sys/fs/cgroup") {
    self.path = path
    self.mount = mount
  }

  /// The cgroup of a process.
  /// - Parameter membership: the content of `/proc/PID/cgroup`: lines of `hierarchy:controllers:path`.
  package init?(membership: String, mount: String = "/sys/fs/cgroup") {
    var unified: Substring?
    for line in membership.split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[1].split(separator: ",").contains("freezer") {
        self.init(path: String(fields[2]), mount: mount)
        return
      }
      if fields[0] == "0" { unified = fields[2] }
    }
    guard let unified else { return nil }
    self.init(path: String(unified), mount: mount)
  }

  /// The directory of a v1 controller.
  package func directory(v1 controller: String) -> String { "\(mount)/\(controller)\(path)" }

  /// The directory in the unified hierarchy: first where v2 alone has it, then where the hybrid layout does.
  package var unifiedDirectories: [String] { ["\(mount)\(path)", "\(mount)/unified\(path)"] }

  /// The content of a file without its final newline, from the first hierarchy that has it.
  /// - Returns: nil when none has it, or the cgroup has gone.
  package func read(v1: (controller: String, name: String)?, v2 name: String) -> String? {
    if let v1, let text = textIfThere("\(directory(v1: v1.controller))/\(v1.name)") { return text }
    for directory in unifiedDirectories {
      if let text = textIfThere("\(directory)/\(name)") { return text }
    }
    return nil
  }

  /// Whether the cgroup itself is frozen, or about to be; one that has gone is not (cgroup-v1/freezer-subsystem.rst,
  /// cgroup-v2.rst).
  package func isFrozen() -> Bool {
    read(v1: ("freezer", FreezerDirectories.v1File), v2: FreezerDirectories.unifiedFile) == "1"
  }

  /// The processes in it and in all cgroups below it, by their pids in the reader's namespace, sorted.
  package func processes() -> [Int32] {
    for directory in [directory(v1: "freezer"), directory(v1: "pids")] + unifiedDirectories {
      var found: Set<Int32> = []
      if collect(directory, &found) { return found.sorted() }
    }
    return []
  }

  private func collect(_ directory: String, _ found: inout Set<Int32>) -> Bool {
    guard let text = textIfThere("\(directory)/cgroup.procs") else { return false }
    for line in text.split(separator: "\n") { if let pid = Int32(line) { found.insert(pid) } }
    do throws(SystemError) {
      // A directory's links are itself, its name, and one of each directory in it; cgroupfs keeps that count.
      guard try fileStatus(directory).linkCount > 2 else { return true }
      for name in try listDirectory(directory) where !name.contains(".") {
        _ = collect("\(directory)/\(name)", &found)
      }
    } catch { return true }
    return true
  }

  private func textIfThere(_ path: String) -> String? {
    do throws(SystemError) { return try readText(path) } catch { return nil }
  }
}
