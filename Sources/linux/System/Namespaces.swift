/// The kinds of namespaces (namespaces(7)), by the names of the runtime specification.
package enum NamespaceKind: String, Sendable, CaseIterable {
  case pid, network, mount, ipc, uts, user, cgroup, time

  /// The flag that makes or joins one.
  package var flag: CloneFlags {
    switch self {
    case .pid: .newPID
    case .network: .newNetwork
    case .mount: .newMount
    case .ipc: .newIPC
    case .uts: .newUTS
    case .user: .newUser
    case .cgroup: .newCgroup
    case .time: .newTime
    }
  }

  /// Its file's name in `/proc/PID/ns`.
  package var procName: String {
    switch self {
    case .network: "net"
    case .mount: "mnt"
    default: rawValue
    }
  }
}
