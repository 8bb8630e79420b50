internal import LinuxSystem
internal import ShimProtocol

extension Supervisor {
  /// The container's init has ended. While the runtime is still at work its answer comes first.
  func processEnded() throws(SystemError) {
    guard phase == .running else { return }
    phase = .draining
    try streams?.finish()
    streams = nil
    for session in sessions { session.kill() }
    try health?.stop()
    try recordEndWhenQuiet()
  }

  /// An exec session has ended.
  func sessionEnded(_ session: ExecSession) throws(SystemError) {
    sessions.removeAll { $0 === session }
    try recordEndWhenQuiet()
  }

  /// Goes on with the end when nothing of ours is at work in the container any more.
  func recordEndWhenQuiet() throws(SystemError) {
    guard phase == .draining, sessions.isEmpty, !(health?.isBusy ?? false) else { return }
    health = nil
    try recordEnd()
  }

  /// Writes the exit record, then has the runtime delete the container. In this order: with the cgroup goes the proof
  /// of an out-of-memory kill, and a shim killed in between must not leave a container without a status.
  ///
  /// The launcher is told before the runtime is done, since what it has to clean up is not the runtime's.
  private func recordEnd() throws(SystemError) {
    log?.end()
    var record = endRecord()
    planRestart(after: &record)
    if let problem = write(record) { record.error = joined(record.error, problem) }
    // Before anybody is told: who hears of the end may start it again, and then wants them.
    if !record.restarting { ports = nil }
    // After the record: a shim that adopts the container finds it and does not tell again.
    try memoryWatch?.stop()
    context.tell(endOf: record, hasToldOfMemory: memoryWatch?.hasTold ?? false)
    memoryWatch = nil
    try launcher?.send(.exited(record))
    try delete(["delete"], record)
  }

  private func endRecord() -> ExitRecord {
    let id = context.command.id
    let finishedAt = process?.endedAt ?? .now()
    let error = log?.failure ?? ""
    switch process?.end {
    case .status(let status):
      return ExitRecord(
        id: id, ended: status, oomKilled: memory?.hasKilled() ?? false, startedAt: startedAt,
        finishedAt: finishedAt, error: error)
    case .unknown, nil:
      return ExitRecord(
        id: id, status: .unknown, exitCode: nil, oomKilled: memory?.hasKilled() ?? false,
        startedAt: startedAt, finishedAt: finishedAt, error: joined(unknownBecause, error))
    }
  }

  private var unknownBecause: String {
    isAdopted ? ExitRecord.lostShim : ExitRecord.notAChild
  }

  /// Runs the runtime's delete, a second time by force when something of the container still lives.
  func delete(_ words: [String], _ record: ExitRecord) throws(SystemError) {
    do throws(SystemError) {
      try context.runtime.run(words + [context.command.id]) {
        [unowned self] (outcome) throws(SystemError) in
        guard let problem = outcome.failure("delete") else { return try concludeRun(record) }
        if words == ["delete"] {
          try delete(["delete", "--force"], record)
        } else {
          try finishUndeleted(record, problem)
        }
      }
    } catch { try finishUndeleted(record, "\(error)") }
  }

  private func finishUndeleted(_ record: ExitRecord, _ problem: String) throws(SystemError) {
    var record = record
    record.error = joined(record.error, "delete: \(problem)")
    _ = write(record)
    try concludeRun(record)
  }

  /// Writes the record durably.
  /// - Returns: what went wrong; the launcher then hears it at least.
  func write(_ record: ExitRecord) -> String? {
    do throws(ExitRecordError) {
      try record.write(context.command.exitRecord, durable: !context.command.isEphemeral)
      return nil
    } catch { return "\(error)" }
  }

  private func joined(_ first: String, _ second: String) -> String {
    first.isEmpty || second.isEmpty ? first + second : "\(first); \(second)"
  }

  /// Ends with the log as it should be, then tells everybody: who hears of the end may start the container again, and
  /// another shim will then be at work on the same files.
  func finish(with message: ShimMessage) throws(SystemError) {
    guard let log else { return try tellEverybody(message) }
    try log.close(isKept: !context.command.isEphemeral) { [unowned self] () throws(SystemError) in
      try tellEverybody(message)
    }
  }

  /// Tells everybody and waits for the launcher to clean up, if there is one.
  private func tellEverybody(_ message: ShimMessage) throws(SystemError) {
    phase = .finishing
    ports = nil
    finalMessage = message
    // Of one that never began nobody else could ask before.
    try listener?.open()
    for (client, _) in earlySignals { try client.send(.delivered(errno: ErrorCode.noProcess)) }
    earlySignals = []
    for client in clients where client.isAttached && client !== launcher {
      try client.send(message)
      try client.closeWhenSent()
    }
    if case .failed = message { try launcher?.send(message) }
    if launcher == nil || isCleaned { try takeLeave() }
  }

  /// The launcher has cleaned up or has gone: ends when the other clients have their messages. One that does not read
  /// must not keep the container's name busy, so they have two seconds; as has one that has connected and said nothing
  /// yet, whose first word will be answered with the end.
  func takeLeave() throws(SystemError) {
    for client in clients where client !== launcher && client.isAttached { try client.closeWhenSent() }
    guard clients.contains(where: { $0 !== launcher }) else { return phase = .over }
    try farewell.arm(after: .seconds(2)) { [unowned self] () throws(SystemError) in phase = .over }
  }
}
