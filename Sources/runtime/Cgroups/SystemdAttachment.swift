internal import LinuxSystem

/// A process that systemd moves into a user's scope, for a caller who is not in the part of the tree that was delegated to
/// the user: in a login session, say, which is beside `user@UID.service` and not in it. To move a process by oneself, or to
/// have it born elsewhere, takes the right to write to `cgroup.procs` of the nearest cgroup that both places are in (kernel
/// cgroup-v2.rst, Delegation Containment); systemd moves what belongs to the user.
package struct SystemdAttachment: Sendable, Equatable {
  private let unit: SystemdUnit
  /// The cgroup below the unit's, `/` for its own.
  private let path: String

  /// - Parameters:
  ///   - container: the unit's cgroup.
  ///   - target: where the process is to be, the unit's cgroup or one below.
  ///   - resident: see `CgroupDirectory.unifiedPlace(beside:)`.
  /// - Returns: nil when the caller needs nobody.
  package init?(
    to unit: SystemdUnit, _ container: CgroupDirectory, target: CgroupDirectory, beside resident: Int32?
  ) throws(CgroupError) {
    guard unit.isUser, let root = container.unifiedPath,
      let place = try target.unifiedPlace(beside: resident),
      try !SystemdAttachment.isWithinReach(place)
    else { return nil }
    self.unit = unit
    path = place == root ? "/" : String(place.dropFirst(root.utf8.count))
  }

  private static func isWithinReach(_ place: String) throws(CgroupError) -> Bool {
    guard let tree = try CgroupLayout.gather().hierarchies.first(where: \.isUnified) else { return true }
    guard let common = CgroupDirectory.commonAncestor(of: place, in: tree) else { return false }
    return Environment.isWritable("\(common)/cgroup.procs")
  }

  /// Moves it, and waits until it is there.
  package func perform(pid: Int32) throws(CgroupError) {
    var manager = try SystemdManager.connect(isUser: unit.isUser)
    try manager.attach(pid, to: unit.name, path)
  }
}
