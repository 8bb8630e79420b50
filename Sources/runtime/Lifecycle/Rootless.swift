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
  func isInEffect() throws(LifecycleError) -> Bool {
    switch self {
    case .true: return true
    case .false: return false
    case .auto:
      if effectiveUserID() != 0 { return true }
      return try during("user namespace") { () throws(SystemError) in try isInUserNamespace() }
    }
  }
}

extension ContainerStore {
  /// Where containers are kept when nobody says so: root's below /run, everybody else's below their XDG_RUNTIME_DIR
  /// (XDG Base Directory Specification), as runc.
  package static func defaultRoot() throws(LifecycleError) -> String {
    let own = effectiveUserID()
    guard own != 0 else { return "/run/apus/runtime" }
    guard let directory = Environment.value("XDG_RUNTIME_DIR"), directory.hasPrefix("/") else {
      throw .usage("user \(own) needs XDG_RUNTIME_DIR or --root for the state of containers")
    }
    return "\(directory)/apus/runtime"
  }

  /// The machine's cgroups, as far as a container of this store can have them.
  func layout(for path: CgroupPath) throws(LifecycleError) -> CgroupLayout {
    let isRootless = try rootless.isInEffect()
    return try duringCgroups { () throws(CgroupError) in
      let all = try CgroupLayout.gather()
      return isRootless ? try all.delegated(path) : all
    }
  }
}

extension Creation {
  /// Whoever is not root has no privilege but in a user namespace.
  static func userNamespaceIsThere(_ namespaces: NamespacePlan) -> [Violation] {
    effectiveUserID() == 0 || namespaces.hasUserNamespace
      ? [] : [Violation("linux.namespaces", "rootless container requires user namespaces")]
  }
}
