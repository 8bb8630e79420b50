internal import JSONDocument
internal import LinuxSystem
internal import ShimProtocol

// A container whose shim was killed runs on. This shim takes it over: spec/shim-protocol.md, Adoption.

extension Supervisor {
  /// Takes hold of init, then has the runtime say whether that is the container's.
  ///
  /// In this order: what the pid names after the question may be another process, what the handle names may not.
  func adopt() throws(SystemError) {
    startedAt = context.command.adoptedSince
    if let file = try RestartsFile.read(context.paths.restarts) {
      (restarts.count, startedAt) = (file.count, file.startedAt)
    }
    streams = try makeStreams()
    process = try heldInit()
    let answer = "\(context.paths.directory)/state"
    let file = try openFile(answer, [.readWrite, .create, .truncate])
    let words = ["state", context.command.id]
    try context.runtime.run(words, descriptors: [(StandardDescriptor.output.rawValue, file.raw)]) {
      [unowned self] (outcome) throws(SystemError) in
      let state = outcome == .succeeded ? KnownState(try readFile(answer, limit: 1 << 20)) : nil
      try removeFileIfThere(answer)
      try adopt(state)
    }
  }

  /// The end after which the killed shim was to restart the container; nil when there is none.
  func interruptedEnd() -> ExitRecord? {
    do throws(ExitRecordError) {
      guard let record = try ExitRecord.read(context.command.exitRecord), record.restarting else {
        return nil
      }
      return record
    } catch { return nil }
  }

  /// nil when the runtime never wrote its pid.
  private func heldInit() throws(SystemError) -> ContainedProcess? {
    do throws(SystemError) {
      return try context.process(inFile: context.paths.initPID) { [unowned self] () throws(SystemError) in
        try processEnded()
      }
    } catch {
      guard error.code == ErrorCode.noEntry || error.code == ErrorCode.invalid else { throw error }
      return nil
    }
  }

  private func adopt(_ state: KnownState?) throws(SystemError) {
    switch state?.status {
    case "running", "paused":
      if let process, process.pid == state?.pid { return try takeOver(process) }
    case "creating", "created":
      // Nobody will ever start it: whoever wanted it saw the shim end.
      return try fail("the shim was killed before the process began")
    default: break
    }
    // It ended while no shim was there, and whatever has its pid now is not the container's.
    process = nil
    phase = .running
    try processEnded()
  }

  private func takeOver(_ process: ContainedProcess) throws(SystemError) {
    if process.end == nil { memory = try MemoryEvents(pid: process.pid) }
    try begin(process)
  }
}

/// What a runtime's `state` says (runtime-spec runtime.md, State).
private struct KnownState {
  let status: String
  let pid: Int32?

  init?(_ bytes: [UInt8]) {
    do throws(DocumentError) {
      let document = try JSON.parse(bytes, file: "state")
      guard let status = document["status"]?.string else { return nil }
      self.status = status
      pid = document["pid"]?.integer()
    } catch { return nil }
  }
}
