internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

/// Who may do without cgroups: `--rootless`.
package enum Rootless: String, Sendable {
  /// Whoever is not root, or is it in a user namespace only.
  case auto
  case `true`
  case `false`

  /// Whether cgroups are made only where they were delegated.
  /// - Parameter inside: whether the runtime is in a user namespace other than the first.
  func isInEffect(inside: Bool) -> Bool {
    switch self {
    case .true: true
    case .false: false
    case .auto: inside || effectiveUserID() != 0
    }
  }
}

extension ContainerStore {
  /// Where containers are kept when nobody says so: root's below /run, everybody else's below their XDG_RUNTIME_DIR
  /// (XDG Base Directory Specification). Root of a user namespace is a user who calls themselves so, as in podman's; unless
  /// it says that it is root, as in a container, where that variable may be the host's (runc decides the same).
  package static func defaultRoot() throws(LifecycleError) -> String {
    let own = effectiveUserID()
    let directory = Environment.value("XDG_RUNTIME_DIR") ?? ""
    if own == 0 {
      guard directory.hasPrefix("/"), Environment.value("USER") != "root", try isInside() else {
        return "/run/apus/runtime"
      }
    }
    guard directory.hasPrefix("/") else {
      throw .usage("user \(own) needs XDG_RUNTIME_DIR or --root for the state of containers")
    }
    return "\(directory)/apus/runtime"
  }

  /// The machine's cgroups, as far as a container of this store can have them.
  func layout(for path: CgroupPath, inside: Bool) throws(LifecycleError) -> CgroupLayout {
    let isRootless = rootless.isInEffect(inside: inside)
    return try duringCgroups { () throws(CgroupError) in
      let all = try CgroupLayout.gather()
      return isRootless ? try all.delegated(path) : all
    }
  }
}

/// Whether the runtime is in a user namespace other than the first, where root may not do all that root does.
func isInside() throws(LifecycleError) -> Bool {
  try during("user namespace") { () throws(SystemError) in try isInUserNamespace() }
}

extension Creation {
  /// Whoever is not root has no privilege but in a user namespace.
  static func userNamespaceIsThere(_ namespaces: NamespacePlan) -> [Violation] {
    effectiveUserID() == 0 || namespaces.hasUserNamespace
      ? [] : [Violation("linux.namespaces", "rootless container requires user namespaces")]
  }
}
