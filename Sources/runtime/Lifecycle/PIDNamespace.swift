internal import LinuxSystem

// The namespace that a container joins by path is entered by being born in it (pid_namespaces(7)).

/// Children are born in the namespace that the supervisor has joined; it stays outside itself.
/// - Returns: the one for children until now; nil when there is none to join.
func enterPIDNamespace(_ path: String?) throws(LifecycleError) -> OwnedDescriptor? {
  guard let path else { return nil }
  return try during("join pid namespace") { () throws(SystemError) in
    let own = try openFile("/proc/self/ns/pid_for_children", .readOnly)
    try joinNamespace(try openFile(path, .readOnly), kind: .newPID)
    return own
  }
}

/// Hooks are children too, and those of the supervisor belong in its own namespace.
func leavePIDNamespace(_ own: borrowing OwnedDescriptor?) throws(LifecycleError) {
  switch own {
  case .some(let namespace):
    try during("leave pid namespace") { () throws(SystemError) in
      try joinNamespace(namespace, kind: .newPID)
    }
  case .none: return
  }
}
