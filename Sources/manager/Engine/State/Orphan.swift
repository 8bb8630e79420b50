internal import LinuxSystem
internal import ShimProtocol
internal import Store

// What a killed shim leaves is known only to the runtime, until another shim adopts it. Where that cannot be, it can be
// signalled and removed through the runtime's own command line.

extension ContainerEngine {
  /// Whether the runtime knows the container while no shim does.
  func hasOrphan(_ id: String) -> Bool {
    guard fileExists("\(paths.runtimeRoot)/\(id)") else { return false }
    do throws(SystemError) { return try !isLocked(paths.shimLock(id)) } catch { return false }
  }

  /// Sends a signal to it.
  func signalOrphan(
    _ record: ContainerRecord, _ settings: ContainerSettings, signal: Int32
  ) throws(EngineError) {
    try callRuntime(settings.runtime, ["kill", record.id, "\(signal)"])
  }

  /// Ends it and makes the runtime forget it, if there is one.
  func deleteOrphan(_ id: String, runtime: String) throws(EngineError) {
    guard hasOrphan(id) else { return }
    try callRuntime(runtime, ["delete", "--force", id])
  }

  /// Ends what a shim has left that was killed while it started a container: first what works for it, which is this
  /// process's by now (it is their subreaper), then what the runtime knows.
  func endRemains(_ id: String, _ settings: ContainerSettings) throws(EngineError) {
    try attempt("start container") { () throws(SystemError) in
      guard try !isLocked(paths.shimLock(id)) else { return }
      // Again and again: what a process has started is ours only when it has ended itself.
      while case let remains = try remains(of: id), !remains.isEmpty {
        for pid in remains {
          let process = try ProcessHandle(pid: pid)
          try process.signal(Signal.kill)
          _ = try process.wait()
        }
      }
    }
    try deleteOrphan(id, runtime: settings.runtime)
  }

  /// Those of this process's children that a container's shim has left: they are in its session, or in the container's
  /// cgroup. Others may be here, too: who starts several containers is given what each of their shims leaves.
  private func remains(of id: String) throws(SystemError) -> [Int32] {
    let session = readNumber(ShimPaths(directory: paths.shimDirectory(id)).session)
    let inside = cgroup(of: id).processes()
    var remains: [Int32] = []
    for pid in try childPIDs() {
      var isOfShim = inside.contains(pid)
      if let session, try ProcessFacts(pid: pid)?.session == session { isOfShim = true }
      if isOfShim { remains.append(pid) }
    }
    return remains
  }
}
