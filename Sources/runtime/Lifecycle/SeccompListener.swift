internal import JSONDocument
internal import LinuxSecurity
internal import LinuxSystem
internal import OCIRuntimeSpec

// Seccomp notify: calls with SCMP_ACT_NOTIFY wait for the answer of an agent, which gets the filter's listener over a
// socket (config-linux.md, Seccomp). Who delivers it is whoever waits for the program: `start`, `run` or `exec`.

/// Where a filter's listener goes.
struct SeccompListener {
  /// The agent's socket on the host.
  let path: String
  let metadata: String?

  /// - Throws: `LifecycleError.refused` without a path; a filter with a listener was never compiled then.
  init(_ seccomp: RuntimeSpec.Linux.Seccomp?) throws(LifecycleError) {
    guard let seccomp, let path = seccomp.listenerPath else {
      throw .refused([Violation("linux.seccomp.listenerPath", "missing")])
    }
    self.path = path
    metadata = seccomp.listenerMetadata
  }

  private static let place = "linux.seccomp.listenerPath"

  /// Copies the listener out of the process and sends it with the container process state: one state for each
  /// connection, which ends here.
  func deliver(
    _ number: Int32, of process: borrowing ProcessHandle, _ state: RuntimeState
  ) throws(LifecycleError) {
    let bytes = JSON.write(document(pid: process.pid, state))
    // runc's words.
    let agent = try during("\(SeccompListener.place): failed to connect with seccomp agent") {
      () throws(SystemError) in
      try connectToSocket(path, kind: .stream)
    }
    try during(SeccompListener.place) { () throws(SystemError) in
      let listener = try process.copyDescriptor(number)
      var done = try sendDescriptor(listener, with: bytes, over: agent)
      while done < bytes.count { done += try sendRecord(agent, Array(bytes[done...])) }
    }
  }

  /// config-linux.md, The Container Process State. Written by hand, see decisions/0001.
  func document(pid: Int32, _ state: RuntimeState) -> JSONValue {
    var own: [(String, JSONValue)] = [
      ("ociVersion", .string(state.ociVersion)), ("id", .string(state.id)),
      ("status", .string(state.status.rawValue)), ("pid", .integer(Int64(state.pid ?? 0))),
      ("bundle", .string(state.bundle)),
    ]
    if let annotations = state.annotations {
      own.append(("annotations", object(annotations.sorted { $0.key < $1.key }.map { ($0, .string($1)) })))
    }
    var members: [(String, JSONValue)] = [
      ("ociVersion", .string(state.ociVersion)), ("fds", .array([.string("seccompFd")])),
      ("pid", .integer(Int64(pid))),
    ]
    if let metadata { members.append(("metadata", .string(metadata))) }
    return object(members + [("state", object(own))])
  }

  private func object(_ members: [(String, JSONValue)]) -> JSONValue {
    .object(JSONObject(members.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}

extension Creation {
  /// `run`: the container's state is that which `start` would find.
  func handOverListener(_ number: Int32, of process: borrowing ProcessHandle) throws(LifecycleError) {
    let listener = try SeccompListener(bundle.spec.linux?.seccomp)
    let state = RuntimeState(
      ociVersion: specificationVersion, id: id, pid: Int(process.pid), status: .created, bundle: bundle.path,
      annotations: bundle.spec.annotations)
    try listener.deliver(number, of: process, state)
  }
}

/// What must fit together: a listener for the action that needs one; without the action the path is ignored.
func listenerViolations(_ seccomp: RuntimeSpec.Linux.Seccomp) -> [Violation] {
  let root = "linux.seccomp"
  let path = seccomp.listenerPath ?? ""
  let notifies = (seccomp.syscalls ?? []).contains { $0.action == .notify }
  if notifies, path.isEmpty {
    return [Violation("\(root).listenerPath", "missing, needed the agent's socket for SCMP_ACT_NOTIFY")]
  }
  if notifies, !path.hasPrefix("/") {
    return [Violation("\(root).listenerPath", "\"\(path)\" is not an absolute path")]
  }
  if path.isEmpty, seccomp.listenerMetadata != nil {
    return [Violation("\(root).listenerMetadata", "needs a listenerPath")]
  }
  return []
}

/// A flag that the kernel does not know would fail only when the filter is installed, after `create`.
func flagViolations(_ seccomp: RuntimeSpec.Linux.Seccomp) -> [Violation] {
  (seccomp.flags ?? []).enumerated().filter { !supportsSeccompFlag($0.element.rawValue) }.map {
    Violation("linux.seccomp.flags[\($0.offset)]", "\"\($0.element.rawValue)\" is not known to this kernel")
  }
}
