internal import LinuxSystem
internal import OCIRuntimeSpec

/// Which namespaces are new, which are joined, and by whom (runtime-spec config-linux.md, Namespaces).
struct NamespacePlan: Equatable {
  /// New ones that clone3 makes.
  private(set) var new: CloneFlags = []
  /// A new cgroup namespace, made by init after it has been put into its cgroups.
  private(set) var newCgroup = false
  /// A new network namespace, made beside the planning (`beginNetworkNamespace`) and entered by init. With a user
  /// namespace clone3 makes it, in that one.
  private(set) var newNetwork = false
  /// A new ipc namespace, made by init when it is root of the user namespace: what clone3 makes belongs to who calls it,
  /// and of the root of /dev/mqueue that would be nobody.
  private(set) var newIPC = false
  /// A new time namespace, made and entered by init: clone3 would put the child in before the offsets can be set
  /// (time_namespaces(7)).
  private(set) var newTime = false
  /// Joined by init itself.
  private(set) var joined: [Joined] = []
  /// A pid namespace is entered by being born in it: the supervisor joins, then clones (pid_namespaces(7)).
  private(set) var pidPath: String?
  /// The user namespace that is joined.
  private(set) var userPath: String?
  /// Joined by a forerunner, in this order, because a user namespace is involved: init could not do it from inside a new
  /// one, and what it makes has to belong to the one that is joined.
  private(set) var forerunner: [Joined] = []

  /// The kinds that this runtime makes and joins.
  static let supported: [NamespaceKind] = [.pid, .network, .mount, .ipc, .uts, .user, .cgroup, .time]

  struct Joined: Equatable {
    let kind: NamespaceKind
    let path: String
  }

  /// - Parameter foreign: the paths of namespaces that the user namespace to be joined does not own; they are joined
  ///   before it, while this process still may.
  /// - Throws: `LifecycleError.refused` for duplicates, relative paths, kinds that this runtime does not support, and
  ///   a container without a mount namespace.
  init(
    _ namespaces: [RuntimeSpec.Linux.Namespace], foreign: [String] = []
  ) throws(LifecycleError) {
    var seen: [String] = []
    for (index, namespace) in namespaces.enumerated() {
      var path: String { "linux.namespaces[\(index)]" }
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
    if hasUserNamespace {
      planForerunner(foreign)
      newIPC = new.contains(.newIPC)
      new.remove(.newIPC)
    } else if new.contains(.newNetwork) {
      new.remove(.newNetwork)
      newNetwork = true
    }
  }

  /// Mount and cgroup namespaces stay with init: the forerunner must see the host's tree, and a process enters its
  /// cgroups before the namespace that hides them.
  private mutating func planForerunner(_ foreign: [String]) {
    let able = joined.filter { $0.kind != .mount && $0.kind != .cgroup }
    forerunner = able.filter { foreign.contains($0.path) }
    if let userPath { forerunner.append(Joined(kind: .user, path: userPath)) }
    forerunner += able.filter { !foreign.contains($0.path) }
    if let pidPath { forerunner.append(Joined(kind: .pid, path: pidPath)) }
    joined.removeAll { able.contains($0) }
    pidPath = nil
  }

  private mutating func add(
    _ kind: NamespaceKind, _ path: String, _ place: @autoclosure () -> String
  ) throws(LifecycleError) {
    if path.isEmpty {
      switch kind {
      case .cgroup: newCgroup = true
      case .time: newTime = true
      default: new.insert(kind.flag)
      }
      return
    }
    guard path.hasPrefix("/") else {
      throw .refused([Violation(place(), "namespace path \"\(path)\" is not absolute")])
    }
    switch kind {
    case .pid: pidPath = path
    case .user: userPath = path
    default: joined.append(Joined(kind: kind, path: path))
    }
  }

  /// Whether the container is in a user namespace of its own, new or joined.
  var hasUserNamespace: Bool { new.contains(.newUser) || userPath != nil }

  /// Whether the network namespace belongs to the container's user namespace: new, or joined after it.
  var ownsNetwork: Bool {
    if new.contains(.newNetwork) { return true }
    return forerunner.drop { $0.kind != .user }.contains { $0.kind == .network }
  }

  /// Whether the container has a cgroup namespace other than the runtime's.
  var hasCgroupNamespace: Bool { newCgroup || joined.contains { $0.kind == .cgroup } }

  /// Whether the container's init is pid 1 of a namespace, so that everything ends with it.
  var hasPIDNamespace: Bool { new.contains(.newPID) }
}

/// Begins to make the container's network namespace, if it wants one of its own: the slowest of them for the kernel,
/// and needing nothing that is still to be planned. Should the plan be refused, it is forgotten again.
func beginNetworkNamespace(_ spec: RuntimeSpec) throws(LifecycleError) -> NetworkNamespaceInMaking? {
  let namespaces = spec.linux?.namespaces ?? []
  // A user namespace of the container's own has to own it, and does not exist yet.
  if namespaces.contains(where: { $0.type == .user }) { return nil }
  guard namespaces.contains(where: { $0.type == .network && ($0.path ?? "").isEmpty }) else { return nil }
  return try during("") { () throws(SystemError) in try NetworkNamespaceInMaking() }
}

/// The paths of those namespaces that the user namespace at `userPath` does not own (ioctl_ns(2), NS_GET_USERNS).
func foreignPaths(
  of namespaces: [RuntimeSpec.Linux.Namespace], to userPath: String
) throws(LifecycleError) -> [String] {
  try during("join user namespace \"\(userPath)\"") { () throws(SystemError) in
    let joined = try NamespaceIdentity(try openFile(userPath, .readOnly))
    var foreign: [String] = []
    for namespace in namespaces where namespace.type != .user {
      guard let path = namespace.path, !path.isEmpty else { continue }
      let file = try openFile(path, .readOnly)
      do throws(SystemError) {
        if try NamespaceIdentity(try owner(ofNamespace: file)) != joined { foreign.append(path) }
      } catch {
        // An owner that this process may not see is not the one that it joins; a file that is no namespace is for the
        // one who joins to complain about.
        guard error.code == ErrorCode.notPermitted else { continue }
        foreign.append(path)
      }
    }
    return foreign
  }
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
