internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Reads a container's entries from systemd's journal, by `journalctl`: its files have no other stable door.
  func journalLogs(
    _ record: ContainerRecord, _ query: LogQuery, deliver: @escaping (LogNews) -> Bool
  ) throws(EngineError) {
    let path = Environment.value("PATH") ?? ProcessEnvironment.defaultPath
    guard let program = Environment.findProgram("journalctl", path: path) else {
      throw EngineError(.failed, "\"journalctl\" is not on PATH; the journald driver's logs are read by it")
    }
    try attempt("read journal") { () throws(SystemError) in
      let reader = JournalReader(program, id: record.id, query, deliver)
      guard query.follow else { return try reader.readPresent() }
      try reader.follow(watching: paths.containerDirectory(record.id)) { isOver(record) }
    }
  }
}
