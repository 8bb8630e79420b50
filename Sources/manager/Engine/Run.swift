package import LinuxSystem
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Makes a container and starts it.
  ///
  /// - Throws: `EngineError`; then nothing is left behind, no row and no directory either: unlike docker's, a run that
  ///   could not begin leaves no container that nobody asked for and whose name is then taken.
  package func run(
    _ request: CreateRequest, runtime: String? = nil, windowSize: WindowSize? = nil
  ) throws(EngineError) -> AttachedProcess {
    let new = try makeContainer(request, runtime: runtime) { (id, settings) throws(EngineError) in
      try mountBundle(id, settings)
    }
    let (record, settings) = (new.record, new.settings)
    let lock = new.lock
    // Undone in the opposite order: the mount, the row, the volumes, the directory.
    let directory = DirectoryGuard(path: paths.containerDirectory(record.id))
    let volumes = NewVolumesGuard(engine: self, names: new.newVolumes)
    let row = RecordGuard(self, record)
    self.record(settings.attached ? ["create", "attach"] : ["create"], record, settings)
    let process = try launch(record, settings, mounted: new.readiness, windowSize: windowSize)
    row.keep()
    volumes.keep()
    directory.keep()
    _ = consume lock
    return process
  }

  /// Starts a container that does not run.
  ///
  /// - Returns: nil when it runs already, which is no failure (docker's start).
  package func start(
    _ reference: String, windowSize: WindowSize? = nil
  ) throws(EngineError) -> AttachedProcess? {
    let found = try find(reference)
    let lock = try lockContainer(found.id)
    // Whoever held the lock before may have started or removed it.
    let record = try find(found.id)
    let status = try status(of: record)
    if case .paused = status {
      throw EngineError(.conflict, "cannot start a paused container, try unpause instead")
    }
    guard !status.isRunning else { return nil }
    let process = try launchAgain(record, try settings(of: record), windowSize: windowSize)
    _ = consume lock
    return process
  }

  /// Starts a container that has run before; the caller holds its lock, and it does not run.
  func launchAgain(
    _ record: ContainerRecord, _ settings: ContainerSettings, windowSize: WindowSize?
  ) throws(EngineError) -> AttachedProcess {
    try forgetLastRun(record.id, settings)
    do throws(EngineError) {
      let mounted = try mountBundle(record.id, settings)
      return try launch(record, settings, mounted: mounted, windowSize: windowSize)
    } catch {
      recordFailedStart(record.id, error)
      throw error
    }
  }

  /// The run before is forgotten by now: without a word about this one, its end would be a secret. docker's exit code of a
  /// start that ended before there was a process (moby, daemon/start.go, exitUnknown).
  private func recordFailedStart(_ id: String, _ error: EngineError) {
    let path = paths.exitRecord(id)
    // The shim has said it better, where there was one.
    guard !fileExists(path) else { return }
    var code: Int32 = 128
    if case .notStarted(let given) = error.kind { code = given }
    let record = ExitRecord(
      id: id, status: .failed, exitCode: code, finishedAt: Timestamp.now(), error: error.message)
    do throws(ExitRecordError) { try record.write(path) } catch { warn("\(error)") }
  }

  /// Takes the lock of a container.
  /// - Throws: `.notFound` when it has been removed.
  func lockContainer(_ id: String) throws(EngineError) -> DirectoryLock {
    let path = paths.containerDirectory(id)
    do throws(SystemError) { return try DirectoryLock(path) } catch {
      if error.code == ErrorCode.noEntry { throw EngineError(.notFound, "No such container: \(id)") }
      throw EngineError("lock container", error)
    }
  }
}
