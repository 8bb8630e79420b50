internal import LinuxSystem
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
  /// process's by now (it is their subreaper), then what the runtime knows. For a process that launches one container at
  /// a time: all its children are taken to be that one's.
  func endRemains(_ id: String, _ settings: ContainerSettings) throws(EngineError) {
    try attempt("start container") { () throws(SystemError) in
      guard try !isLocked(paths.shimLock(id)) else { return }
      let deadline = monotonicSeconds() + 10
      while case let children = try childPIDs(), !children.isEmpty, monotonicSeconds() < deadline {
        for pid in children { try sendSignal(Signal.kill, toPID: pid) }
        while try reapAnyChild() != nil {}
        sleep(milliseconds: 1)
      }
    }
    try deleteOrphan(id, runtime: settings.runtime)
  }
}
