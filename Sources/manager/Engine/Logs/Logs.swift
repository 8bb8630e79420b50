internal import LinuxSystem
internal import Options
internal import Store

extension ContainerEngine {
  /// Reads a container's log, from its beginning or from where the query says.
  ///
  /// - Parameter deliver: gets everything in order; false ends the reading.
  /// - Throws: `EngineError`; `.invalid` when the log driver keeps nothing that could be read.
  package func logs(
    _ reference: String, _ query: LogQuery, deliver: @escaping (LogNews) -> Bool
  ) throws(EngineError) {
    let record = try find(reference)
    let settings = try settings(of: record)
    switch settings.logDriver {
    case .jsonFile, .k8sFile:
      let pieces = LogPieces(path: logPath(record.id, settings))
      let parse: (([UInt8]) -> LogEntry?) =
        settings.logDriver == .jsonFile ? { LogEntry(jsonLine: $0) } : { LogEntry(k8sLine: $0) }
      try attempt("read log") { () throws(SystemError) in
        let reader = LogReader(pieces, query, parse, deliver)
        if query.follow {
          try reader.follow(
            watching: splitPath(pieces.path).directory, exitRecord: paths.exitRecord(record.id)
          ) { isOver(record) }
        } else {
          try reader.readPresent()
        }
      }
    case .journald: try journalLogs(record, query, deliver: deliver)
    case .none, .passthrough:
      throw EngineError(.invalid, "configured logging driver does not support reading")
    }
  }

  /// The log's file; empty for a driver that has none (docker's LogPath).
  func logPath(_ id: String, _ settings: ContainerSettings) -> String {
    switch settings.logDriver {
    case .jsonFile: paths.log(id)
    case .k8sFile: paths.k8sLog(id)
    case .journald, .none, .passthrough: ""
    }
  }

  /// Whether a container has ended for good, or is no more: its log is complete then, since the shim writes it to the
  /// end before it writes the exit record.
  func isOver(_ record: ContainerRecord) -> Bool {
    do throws(EngineError) { return try !status(of: find(record.id)).isRunning } catch { return true }
  }
}
