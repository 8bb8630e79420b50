internal import LinuxSystem
internal import OCIRuntimeSpec

/// Which namespaces are new, which are joined, and by whom (runtime-spec config-linux.md, Namespaces).
struct NamespacePlan: Equatable {
  /// New ones that clone3 makes.
  private(set) var new: CloneFlags = []
  /// A new cgroup namespace, made by init after it has been put into its cgroups.
  private(set) var newCgroup = false
  /// A new network namespace, made beside the planning (`beginNetworkNamespace`) and entered by init.
  private(set) var newNetwork = false
  /// Joined by init itself.
  private(set) var joined: [Joined] = []
  /// A pid namespace is entered by being born in it: the supervisor joins, then clones (pid_namespaces(7)).
  private(set) var pidPath: String?

  /// The kinds that this runtime makes and joins.
  static let supported: [NamespaceKind] = [.pid, .network, .mount, .ipc, .uts, .cgroup]

  struct Joined: Equatable {
    let kind: NamespaceKind
    let path: String
  }

  /// - Throws: `LifecycleError.refused` for duplicates, relative paths, kinds that this runtime does not support, and
  ///   a container without a mount namespace.
  init(_ namespaces: [RuntimeSpec.Linux.Namespace]) throws(LifecycleError) {
    var seen: [String] = []
    for (index, namespace) in namespaces.enumerated() {
      let path = "linux.namespaces[\(index)]"
      guard !seen.contains(namespace.type.rawValue) else {
        throw .refused([Violation("\(path).type", "duplicate namespace \"\(namespace.type.rawValue)\"")])
      }
      seen.append(namespace.type.rawValue)
      guard let kind = NamespaceKind(rawValue: namespace.type.rawValue),
        NamespacePlan.supported.contains(kind)
      else {
        throw .refused([Violation("\(path).type", "\(namespace.type.rawValue) namespaces are not supported")])
      }
      try add(kind, namespace.path ?? "", "\(path).path")
    }
    guard seen.contains("mount") else {
      throw .refused([Violation("linux.namespaces", "a container without a mount namespace is not supported")]
      )
    }
  }

  private mutating func add(_ kind: NamespaceKind, _ path: String, _ place: String) throws(LifecycleError) {
    if path.isEmpty {
      switch kind {
      case .cgroup: newCgroup = true
      case .network: newNetwork = true
      default: new.insert(kind.flag)
      }
      return
    }
    guard path.hasPrefix("/") else {
      throw .refused([Violation(place, "namespace path \"\(path)\" is not absolute")])
    }
    if kind == .pid { pidPath = path } else { joined.append(Joined(kind: kind, path: path)) }
  }

  /// Whether the container has a cgroup namespace other than the runtime's.
  var hasCgroupNamespace: Bool { newCgroup || joined.contains { $0.kind == .cgroup } }

  /// Whether the container's init is pid 1 of a namespace, so that everything ends with it.
  var hasPIDNamespace: Bool { new.contains(.newPID) }
}

/// Begins to make the container's network namespace, if it wants one of its own: the slowest of them for the kernel,
/// and needing nothing that is still to be planned. Should the plan be refused, it is forgotten again.
func beginNetworkNamespace(_ spec: RuntimeSpec) throws(LifecycleError) -> NetworkNamespaceInMaking? {
  guard (spec.linux?.namespaces ?? []).contains(where: { $0.type == .network && ($0.path ?? "").isEmpty })
  else {
    return nil
  }
  return try during("") { () throws(SystemError) in try NetworkNamespaceInMaking() }
}

/// The configuration with only those namespaces that are not the host's own: one that is joined by path may be, and
/// then nothing that belongs to it may be changed.
/// - Throws: `LifecycleError.refused` for the host's mount namespace, whose root would be exchanged.
func withoutHostNamespaces(_ spec: RuntimeSpec) throws(LifecycleError) -> RuntimeSpec {
  var kept: [RuntimeSpec.Linux.Namespace] = []
  for (index, namespace) in (spec.linux?.namespaces ?? []).enumerated() {
    guard let path = namespace.path, !path.isEmpty,
      let kind = NamespaceKind(rawValue: namespace.type.rawValue)
    else {
      kept.append(namespace)
      continue
    }
    let place = "linux.namespaces[\(index)].path"
    let theirs = try during(place) { () throws(SystemError) in try fileStatus(path) }
    let ours = try during(place) { () throws(SystemError) in try fileStatus("/proc/self/ns/\(kind.procName)")
    }
    if theirs.device != ours.device || theirs.inode != ours.inode {
      kept.append(namespace)
    } else if kind == .mount {
      throw .refused([Violation(place, "\"\(path)\" is the host's own mount namespace")])
    }
  }
  var own = spec
  own.linux?.namespaces = kept
  return own
}
