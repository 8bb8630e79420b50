internal import LinuxSystem
internal import ShimProtocol
internal import Store

// A container whose shim was killed lives on, or waits to be restarted. The next command that looks at it gives it a new
// one (spec/shim-protocol.md, Adoption).

extension ContainerEngine {
  /// Gives a container that lost its shim another one, or records that it ended unseen. Whoever holds its lock is at
  /// work on it and knows better.
  /// - Returns: whether there was something to do; its record may be gone then (`--rm`).
  func adoptIfLost(_ record: ContainerRecord) throws(EngineError) -> Bool {
    guard let startedAt = record.startedAt, try isLost(record) else { return false }
    let lock: DirectoryLock
    do throws(SystemError) {
      guard let free = try DirectoryLock.attempt(paths.containerDirectory(record.id)) else { return false }
      lock = free
    } catch {
      // It has just been removed, or its files were.
      guard error.code == ErrorCode.noEntry else { throw EngineError("lock container", error) }
      return true
    }
    // Somebody may have been here in between.
    if try isLost(record) { try adopt(record, since: startedAt) }
    _ = consume lock
    return true
  }

  /// Whether the runtime knows the container, while no shim does and none has recorded its end; or whether a shim has
  /// recorded one, was to restart it, and is no more.
  private func isLost(_ record: ContainerRecord) throws(EngineError) -> Bool {
    if hasOrphan(record.id), try recordedEnd(of: record.id) == nil { return true }
    return try isInterrupted(record)
  }

  /// Whether its shim was killed in the pause before a restart. Not if the machine went down in it: the run directory
  /// is gone then, and `boot` says what starts. Nor if the shim was killed before it could do as the user wished.
  func isInterrupted(_ record: ContainerRecord) throws(EngineError) -> Bool {
    let lock = paths.shimLock(record.id)
    guard !record.stoppedByUser, fileExists(lock) else { return false }
    // The lock first, as `observe` does.
    let isAlive = try attempt("look at container") { () throws(SystemError) in try isLocked(lock) }
    guard !isAlive, let end = try recordedEnd(of: record.id) else { return false }
    return end.restarting
  }

  private func recordedEnd(of id: String) throws(EngineError) -> ExitRecord? {
    do throws(SystemError) { return try exitRecord(of: id) } catch {
      throw EngineError("look at container \(id.prefix(12))", error)
    }
  }

  private func adopt(_ record: ContainerRecord, since startedAt: Timestamp) throws(EngineError) {
    var line = try shimCommandLine(record, try settings(of: record))
    line.adoptedSince = startedAt
    let ports = try holdPortsAgain(ofContainer: record.id)
    line.portsDescriptor = ports.number == nil ? nil : 4
    let connection = try spawnShim(line, ports: ports.number)
    while let message = try receive(connection) {
      switch message {
      case .started: return
      case .exited(let end) where end.restarting: return
      case .exited, .failed:
        return try finish(record, connection)
      // What it wrote while no shim was there: the log has it.
      default: continue
      }
    }
    throw EngineError(
      .failed, "the shim that should take over container \(record.shortID) ended without a word")
  }
}
