package import OCIRuntimeSpec
internal import Options

extension ContainerMount {
  /// The mount as config.json has it.
  /// - Parameters:
  ///   - source: what is bound: the host's path, or the volume's directory.
  ///   - readsOnlyBelow: whether mounts below the source can be made read-only too (mount_setattr(2), Linux 5.12).
  ///   - owner: the source's user and group; asked for when somebody else is to be its owner inside.
  package func compile(
    source: String, readsOnlyBelow: Bool, owner: (user: UInt32, group: UInt32) = (0, 0)
  ) -> RuntimeSpec.Mount {
    guard kind != .tmpfs else {
      return RuntimeSpec.Mount(
        destination: destination, type: "tmpfs", source: "tmpfs", options: tmpfsOptions)
    }
    var words = [recursion == .disabled ? "bind" : "rbind", (propagation ?? .rprivate).rawValue]
    words.append(readOnly ? "ro" : "rw")
    if readOnly, readsOnlyBelow, recursion == .standard || recursion == .readonly { words.append("rro") }
    guard mapsOwner else {
      return RuntimeSpec.Mount(destination: destination, type: "bind", source: source, options: words)
    }
    words.append(recursion == .disabled ? "idmap" : "ridmap")
    return RuntimeSpec.Mount(
      destination: destination, type: "bind", source: source, options: words,
      uidMappings: Self.exchange(owner.user, ownerUser ?? owner.user),
      gidMappings: Self.exchange(owner.group, ownerGroup ?? owner.group))
  }

  /// Whether somebody else is the source's owner inside.
  package var mapsOwner: Bool { ownerUser != nil || ownerGroup != nil }

  /// Each of two ids takes the other's place, and all others stay: every file has an owner on both sides, which it has
  /// not where a single id is mapped (mount_setattr(2), MOUNT_ATTR_IDMAP).
  private static func exchange(_ outside: UInt32, _ inside: UInt32) -> [RuntimeSpec.IDMapping] {
    let (low, high) = (min(outside, inside), max(outside, inside))
    func same(_ first: UInt32, below end: UInt32) -> RuntimeSpec.IDMapping {
      .init(containerID: first, hostID: first, size: end > first ? end - first : 0)
    }
    // `containerID` is the one in the file system, `hostID` the one that is seen.
    let moved: [RuntimeSpec.IDMapping] =
      low == high
      ? [.init(containerID: low, hostID: low, size: 1)]
      : [.init(containerID: low, hostID: high, size: 1), .init(containerID: high, hostID: low, size: 1)]
    let others = [same(0, below: low), same(low + 1, below: high), same(high + 1, below: .max)]
    return others.filter { $0.size > 0 } + moved
  }

  /// docker's defaults, unless the options say otherwise: a later word takes an earlier one's place (moby, pkg/mount,
  /// MergeTmpfsOptions).
  private var tmpfsOptions: [String] {
    let opposites = ["noexec": "exec", "nosuid": "suid", "nodev": "dev"]
    let given = options.filter { $0 != "defaults" && !(readOnly && $0 == "rw") }
    let defaults = ["noexec", "nosuid", "nodev"].filter { word in
      !given.contains(word) && !given.contains { $0 == opposites[word] }
    }
    return defaults + ["rprivate"] + given + (readOnly && !given.contains("ro") ? ["ro"] : [])
  }
}

extension RuntimeSpec.Linux.Propagation {
  /// What the container's root must pass on for its mounts to do so (moby, oci_linux.go, withMounts).
  static func needed(for mounts: [RuntimeSpec.Mount]) -> RuntimeSpec.Linux.Propagation? {
    let words = mounts.flatMap { $0.options ?? [] }
    if words.contains("shared") || words.contains("rshared") { return .shared }
    return words.contains("slave") || words.contains("rslave") ? .slave : nil
  }
}
