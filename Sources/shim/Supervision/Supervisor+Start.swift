internal import LinuxSystem
internal import ShimProtocol

extension Supervisor {
  /// Makes what must be there before the container, and has the runtime create it.
  func begin() throws(SystemError) {
    do throws(SystemError) {
      let end = isAdopted ? interruptedEnd() : nil
      try prepareFiles(end)
      if let end {
        try resumePause(after: end)
      } else if isAdopted {
        try adopt()
      } else {
        try createContainer()
      }
    } catch { try fail("\(error)") }
  }

  /// Has the runtime create the container, at first or again.
  func createContainer() throws(SystemError) {
    do throws(SystemError) {
      let streams = try makeStreams()
      self.streams = streams
      let (command, paths) = (context.command, context.paths)
      let words =
        ["create", "--bundle", command.bundle, "--pid-file", paths.initPID] + streams.runtimeOptions
        + [command.id]
      try context.runtime.run(words, descriptors: streams.descriptors) {
        [unowned self] (outcome) throws(SystemError) in try created(outcome)
      }
      context.reaper.birthBegan()
      try streams.runtimeStarted()
    } catch { try fail("\(error)") }
  }

  private func prepareFiles(_ end: ExitRecord?) throws(SystemError) {
    let (command, paths) = (context.command, context.paths)
    // A record of an earlier run would speak for this one.
    if end == nil { try removeFileIfThere(command.exitRecord) }
    if !isAdopted { try removeFileIfThere(paths.initPID) }
    // Of sessions that a killed shim has left nobody sees the end.
    if isAdopted {
      for name in try listDirectory(paths.directory) where ShimPaths.sessionID(ofMark: name) != nil {
        try removeFileIfThere("\(paths.directory)/\(name)")
      }
    }
    try writeAtomically(paths.shimPID, Array("\(ownPID())\n".utf8), durable: false)
    if let session = try ProcessFacts(pid: ownPID())?.session {
      try writeAtomically(paths.session, Array("\(session)\n".utf8), durable: false)
    }
    log = try context.openLog()
    listener = try Listener(ShimPaths.socketName, in: context.runDirectory, context.reactor) {
      [unowned self] (connection) throws(SystemError) in
      try accept(connection)
    }
  }

  private func accept(_ connection: consuming OwnedDescriptor) throws(SystemError) {
    // Where there is no room to watch it the connection closes, which is its answer; the container goes on.
    do throws(SystemError) { clients.append(try Client(connection, context.reactor, owner: self)) } catch {
      return
    }
  }

  func makeStreams() throws(SystemError) -> ProcessStreams {
    let command = context.command
    return try ProcessStreams(
      streamKind(), consoleName: "console",
      in: command.runDirectory, windowSize: windowSize, context.reactor,
      deliver: { [unowned self] (stream, record) throws(SystemError) in try deliver(stream, record) },
      hasRoom: { [unowned self] () throws(SystemError) in
        for client in clients { try client.setReading(true) }
      })
  }

  private func streamKind() -> ProcessStreams.Kind {
    let command = context.command
    if isAdopted { return .adopted }
    if command.terminal { return .terminal }
    return command.logDriver == .passthrough
      ? .inherited(input: command.keepsInput) : .container(input: command.keepsInput)
  }

  /// The runtime's `create` has ended.
  private func created(_ outcome: RuntimeProgram.Outcome) throws(SystemError) {
    defer { context.reaper.birthEnded() }
    let words = outcome == .succeeded ? "" : try streams?.takeRuntimeWords() ?? ""
    if let message = outcome.failure("create", words: words) { return try fail(message) }
    do throws(SystemError) {
      let process = try context.process(inFile: context.paths.initPID) {
        [unowned self] () throws(SystemError) in try processEnded()
      }
      self.process = process
      try streams?.runtimeSucceeded()
      if process.end == nil { memory = try MemoryEvents(pid: process.pid) }
      phase = .starting
      // Before, not after: a short process may have ended when the runtime answers.
      startedAt = .now()
      try noteRestart()
      try context.runtime.run(["start", context.command.id]) {
        [unowned self] (outcome) throws(SystemError) in try started(outcome)
      }
    } catch { try fail("\(error)") }
  }

  /// The runtime's `start` has ended.
  private func started(_ outcome: RuntimeProgram.Outcome) throws(SystemError) {
    if let message = outcome.failure("start") { return try fail(message) }
    guard let process else { return }
    try begin(process)
  }

  /// The process runs: tells the launcher, and does what had to wait for it.
  func begin(_ process: ContainedProcess) throws(SystemError) {
    phase = .running
    // First: whoever hears that it runs finds that its health is watched.
    try beginHealthChecks()
    if !isAdopted { context.tell("start") }
    try launcher?.send(.started(pid: process.pid))
    try streams?.release()
    try listener?.open()
    for (client, number) in earlySignals { try client.send(.delivered(errno: process.signal(number))) }
    earlySignals = []
    if process.end != nil { return try processEnded() }
    watchMemory()
  }

  /// Last: nobody waits for it, and what happens before is told at the end.
  private func watchMemory() {
    guard let memory, context.command.events != nil else { return }
    do throws(SystemError) {
      memoryWatch = try MemoryWatch(memory, context.reactor) { [unowned self] in context.tell("oom") }
    } catch { memoryWatch = nil }
  }

  /// The container cannot be: removes what there is of it, then tells why.
  func fail(_ message: String) throws(SystemError) {
    phase = .failing
    let line = RuntimeLog.oneLine(message)
    try streams?.finish(discarding: true)
    streams = nil
    do throws(SystemError) {
      try context.runtime.run(["delete", "--force", context.command.id]) {
        // Its outcome is not asked: there may be nothing to delete, and the first failure is the one to tell.
        [unowned self] (_) throws(SystemError) in try sweepChildren(line)
      }
    } catch { try sweepChildren(line) }
  }

  /// Ends what a runtime that failed, or was killed, has left of the container: as its subreaper, this process is the
  /// parent of all of it. Waits until it is gone, since the launcher will unmount what it stands on.
  private func sweepChildren(_ line: String) throws(SystemError) {
    let children = try childPIDs()
    guard !children.isEmpty else {
      context.reaper.reaped = nil
      return try recordFailure(line)
    }
    for pid in children { try sendSignal(Signal.kill, toPID: pid) }
    context.reaper.reaped = { [unowned self] () throws(SystemError) in try sweepChildren(line) }
  }

  private func recordFailure(_ line: String) throws(SystemError) {
    let code = RuntimeFailure.exitCode(forMessage: line)
    var record = ExitRecord(
      id: context.command.id, status: .failed, exitCode: code, finishedAt: .now(), error: line)
    planRestart(after: &record)
    let problem = write(record)
    if !record.restarting { ports = nil }
    // Who came while it was to be restarted was told of no start, and waits for the end.
    if restarts.count > 0 || record.restarting {
      try launcher?.send(.exited(record))
      return try concludeRun(record)
    }
    let message = problem.map { "\(line) (and the \($0))" } ?? line
    try finish(with: .failed(exitCode: code, message: message))
  }
}
