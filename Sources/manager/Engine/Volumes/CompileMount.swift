package import OCIRuntimeSpec
internal import Options

extension ContainerMount {
  /// The mount as config.json has it.
  /// - Parameters:
  ///   - source: what is bound: the host's path, or the volume's directory.
  ///   - readsOnlyBelow: whether mounts below the source can be made read-only too (mount_setattr(2), Linux 5.12).
  package func compile(source: String, readsOnlyBelow: Bool) -> RuntimeSpec.Mount {
    guard kind != .tmpfs else {
      return RuntimeSpec.Mount(
        destination: destination, type: "tmpfs", source: "tmpfs", options: tmpfsOptions)
    }
    var words = [recursion == .disabled ? "bind" : "rbind", (propagation ?? .rprivate).rawValue]
    words.append(readOnly ? "ro" : "rw")
    if readOnly, readsOnlyBelow, recursion == .standard || recursion == .readonly { words.append("rro") }
    return RuntimeSpec.Mount(destination: destination, type: "bind", source: source, options: words)
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
