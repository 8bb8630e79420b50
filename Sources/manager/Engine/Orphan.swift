internal import LinuxSystem
internal import Store

// A container whose shim was killed lives on, known only to its runtime. Nobody can say how it will end; it can be
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
    try runRuntime(settings.runtime, ["kill", record.id, "\(signal)"])
  }

  /// Ends it and makes the runtime forget it, if there is one.
  func deleteOrphan(_ id: String, runtime: String) throws(EngineError) {
    guard hasOrphan(id) else { return }
    try runRuntime(runtime, ["delete", "--force", id])
  }

  private func runRuntime(_ runtime: String, _ arguments: [String]) throws(EngineError) {
    let status = try attempt("run runtime") { () throws(SystemError) in
      try spawn(SpawnPlan(runtime, ["--root", paths.runtimeRoot] + arguments)).wait()
    }
    guard status == .exited(0) else {
      throw EngineError(
        .failed, "\(splitPath(runtime).name) \(arguments[0]): ended with status \(status.shellCode)")
    }
  }
}
