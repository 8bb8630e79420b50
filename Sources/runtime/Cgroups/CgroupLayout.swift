internal import LinuxSystem

/// Which cgroup hierarchies there are, with which controllers, and where they are mounted: gathered once.
///
/// The table of mounts is trusted, never a well-known path: hybrid machines, private mount namespaces and renamed
/// hierarchies then all look alike (cgroups(7), "Cgroups version 1 and 2").
package struct CgroupLayout: Sendable, Equatable {
  /// Every mounted hierarchy: v1 in the order of `/proc/self/cgroup`, the unified one last.
  package let hierarchies: [Hierarchy]
  /// The controllers that the unified hierarchy offers.
  package let unifiedControllers: [String]

  /// One hierarchy.
  package struct Hierarchy: Sendable, Equatable {
    /// What `/proc/PID/cgroup` calls it: `cpu,cpuacct`, `name=systemd`, and the empty text for the unified one.
    package let key: String
    /// Where its mount is.
    package let mountPoint: String
    /// Which cgroup the mount shows as its root.
    package let mountRoot: String
    /// The cgroup this process is in.
    package let ownPath: String
    /// The controllers of a v1 hierarchy; a named one has none.
    package let controllers: [String]

    package init(key: String, mountPoint: String, mountRoot: String, ownPath: String) {
      self.key = key
      self.mountPoint = mountPoint
      self.mountRoot = mountRoot
      self.ownPath = ownPath
      controllers =
        key.hasPrefix("name=")
        ? [] : key.utf8.split(separator: UInt8(ascii: ",")).map { String(Substring($0)) }
    }

    /// Whether this is the unified (v2) hierarchy.
    package var isUnified: Bool { key.isEmpty }
  }

  /// Which versions of cgroups a machine has mounted.
  package enum Mode: String, Sendable { case v1, hybrid, v2 }

  package init(hierarchies: [Hierarchy], unifiedControllers: [String] = []) {
    self.hierarchies = hierarchies
    self.unifiedControllers = unifiedControllers
  }

  /// Which versions are mounted.
  package var mode: Mode {
    guard hierarchies.contains(where: \.isUnified) else { return .v1 }
    return hierarchies.count == 1 ? .v2 : .hybrid
  }

  /// Reads the layout from /proc, and the unified controllers from its root.
  /// - Throws: `CgroupError`; `refused` when no hierarchy is mounted.
  package static func gather() throws(CgroupError) -> CgroupLayout {
    do throws(SystemError) {
      let found = try readHierarchies()
      guard let last = found.last else {
        throw SystemError("find cgroup mounts", code: ErrorCode.noEntry, subject: "/proc/self/mountinfo")
      }
      guard last.isUnified else { return CgroupLayout(hierarchies: found) }
      let controllers = try readText("\(last.mountPoint)/cgroup.controllers")
      return CgroupLayout(
        hierarchies: found, unifiedControllers: controllers.split(separator: " ").map(String.init))
    } catch { throw CgroupError.failed(path: "", error) }
  }

  /// The hierarchies that this process has, without what they offer. Reads its tables in /proc.
  static func readHierarchies() throws(SystemError) -> [Hierarchy] {
    parse(
      mounts: try readText("/proc/self/mountinfo"), membership: try readText("/proc/self/cgroup"),
      isReached: \.isReached)
  }

  /// The hierarchies that are both mounted and listed for this process.
  /// - Parameters:
  ///   - mounts: the content of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
  ///   - membership: the content of `/proc/self/cgroup` (cgroups(7)).
  ///   - isReached: whether a mount is what lies at its place. In a container that mounts its cgroups itself those of
  ///     before are in the table still, covered.
  static func parse(
    mounts: String, membership: String, isReached: (MountEntry) -> Bool = { _ in true }
  ) -> [Hierarchy] {
    let mounted = mountEntries(in: mounts, where: mayBeOfCgroups)
    var unified: [Hierarchy] = []
    var named: [Hierarchy] = []
    var found: [Hierarchy] = []
    for line in membership.utf8.split(separator: UInt8(ascii: "\n")) {
      let fields = line.split(separator: UInt8(ascii: ":"), maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let key = String(Substring(fields[1]))
      let candidates = mounted.filter {
        key.isEmpty ? $0.type == "cgroup2" : $0.type == "cgroup" && $0.hasSuperOptions(fields[1])
      }
      // The same hierarchy may be mounted in several places, some of them showing only a part of it.
      guard
        let mount = candidates.first(where: { $0.root == "/" && isReached($0) })
          ?? candidates.first(where: isReached)
      else { continue }
      let hierarchy = Hierarchy(
        key: key, mountPoint: mount.point, mountRoot: mount.root, ownPath: String(Substring(fields[2])))
      if key.isEmpty {
        unified.append(hierarchy)
      } else if key.hasPrefix("name=") {
        named.append(hierarchy)
      } else {
        found.append(hierarchy)
      }
    }
    return found + named + unified
  }

  /// Whether it is worth taking apart: a machine has many mounts, and this runs at every start.
  private static func mayBeOfCgroups(_ line: Substring.UTF8View) -> Bool {
    var rest = line
    while let hyphen = rest.firstIndex(of: UInt8(ascii: "-")) {
      rest = rest[hyphen...].dropFirst()
      if rest.starts(with: " cgroup".utf8) { return true }
    }
    return false
  }
}
