internal import LinuxSystem
internal import ShimProtocol

extension ConmonSupervisor {
  /// The name of the attach socket in the bundle, which callers know.
  static let attachName = "attach"
  /// The names of the FIFOs in the bundle, which callers know.
  static let controlNames = ["ctl", "winsz"]

  /// Makes what must be there before the process, and has the runtime make that.
  func begin() throws(SystemError) {
    // Otherwise whoever started this process has written it.
    if options.staysChild, let path = options.conmonPIDFile {
      try writeAtomically(path, Array("\(ownPID())".utf8), durable: false)
    }
    signals = try SignalRelay(reactor) { [unowned self] (number) in pass(signal: number) }
    if log == nil { log = try ConmonLog(options) }
    let streams = try makeStreams()
    self.streams = streams
    if let bundle = options.bundle, !options.passesStdio { try openDoors(bundle) }
    if let socket = options.notifySocket, let bundle = options.bundle {
      notify = try NotifyRelay(bundle, to: socket, reactor)
    }
    guard options.waitsForAttach else { return try create() }
    switch pipes.attach {
    case .some(let pipe): tell(pipe, report.line(0))
    case .none: throw SystemError("use", code: ErrorCode.badDescriptor, subject: "_OCI_ATTACHPIPE: not set")
    }
    guard let start = pipes.start.take() else { return try create() }
    startWord = try StartWord(start, reactor) { [unowned self] () throws(SystemError) in
      startWord = nil
      do throws(SystemError) { try create() } catch { try fail("\(error)") }
    }
  }

  private func makeStreams() throws(SystemError) -> ProcessStreams {
    let kind: ProcessStreams.Kind =
      if options.passesStdio { .inherited(input: true) } else if options.terminal { .terminal } else {
        .pipes(input: options.keepsInput)
      }
    return try ProcessStreams(
      kind, consoleName: "console-\(ownPID())",
      in: options.bundle ?? splitPath(options.processIDFile).directory,
      windowSize: nil, reactor,
      deliver: { [unowned self] (stream, record) throws(SystemError) in try deliver(stream, record) },
      hasRoom: { [unowned self] () throws(SystemError) in
        for client in clients { try client.setReading(true) }
      })
  }

  /// The attach socket and the FIFOs in the bundle.
  private func openDoors(_ bundle: String) throws(SystemError) {
    let directory = try openFile(bundle, [.path, .directory])
    if let link = options.attachLink { try link.make(to: bundle) }
    let listener = try Listener(Self.attachName, in: directory, reactor) {
      [unowned self] (connection) throws(SystemError) in
      try accept(connection)
    }
    try setPermissions("\(bundle)/\(Self.attachName)", 0o700)
    try listener.open()
    self.listener = listener
    for name in Self.controlNames {
      controls.append(
        try ControlFIFO("\(bundle)/\(name)", reactor) { [unowned self] (numbers) throws(SystemError) in
          try control(name == "ctl" ? numbers : [1] + numbers)
        })
    }
  }

  /// Has the runtime make the process.
  private func create() throws(SystemError) {
    guard phase == .waiting, let streams else { return }
    phase = .creating
    var descriptors = streams.descriptors
    if options.terminal {
      let file = OpenDescriptor(try makeMemoryFile("runtime"))
      descriptors.append((StandardDescriptor.error.rawValue, file.descriptor.raw))
      words = file
    }
    try runtime.run(streams: streams.runtimeOptions, descriptors: descriptors) {
      [unowned self] (status) throws(SystemError) in try created(status)
    }
    reaper.birthBegan()
    try streams.runtimeStarted()
    // Not before: what is in the container shall be killed first.
    OutOfMemoryScore.set(-1000)
  }

  private func created(_ status: ExitStatus) throws(SystemError) {
    defer { reaper.birthEnded() }
    guard status == .exited(0) else {
      let said = try runtimeWords()
      let command = options.execProcess != nil ? "exec" : options.restorePath != nil ? "restore" : "create"
      let reason = RuntimeProgram.Outcome.failed("", status).failure(command)
      return try fail(said.isEmpty ? reason ?? "" : said)
    }
    words = nil
    do throws(SystemError) {
      let process = try takeProcess()
      try streams?.runtimeSucceeded()
      // What is killed in an exec session's cgroup is its container's.
      if process.end == nil, options.execProcess == nil { memory = try MemoryEvents(pid: process.pid) }
      phase = .running
      if options.hasNewAPI || options.execProcess == nil { tellSync(process.pid) }
      // A container's caller hears no more; an exec session's waits for its status.
      if options.execProcess == nil { pipes.sync = nil }
      try streams?.release()
      try startDeadline()
      if process.end != nil { try processEnded() }
    } catch { try fail("\(error)") }
  }

  /// The words on stderr of a runtime that failed.
  private func runtimeWords() throws(SystemError) -> String {
    guard let words else { return try streams?.takeRuntimeWords() ?? "" }
    try rewind(words.descriptor)
    return String(decoding: try words.descriptor.readChunk(limit: 4096), as: UTF8.self)
  }

  private func takeProcess() throws(SystemError) -> ContainedProcess {
    let process = try ContainedProcess(inFile: options.processIDFile, reactor, reaper) {
      [unowned self] () throws(SystemError) in
      if phase == .running { try processEnded() }
    }
    self.process = process
    return process
  }

  private func startDeadline() throws(SystemError) {
    guard let seconds = options.timeoutSeconds else { return }
    try deadline.arm(after: .seconds(seconds)) { [unowned self] () throws(SystemError) in
      guard let process, process.end == nil else { return }
      isTimedOut = true
      // All that shares its group, as its shell's children do; then itself, should it lead none.
      do throws(SystemError) { try signalProcessGroup(Signal.kill, ledBy: process.pid) } catch
      { /* see below */  }
      _ = process.signal(Signal.kill)
    }
  }

  private func pass(signal number: Int32) {
    if let process {
      _ = process.signal(number)
    } else if let pid = runtime.pid {
      // It may have ended just now, unreaped: then the signal goes nowhere, as to any process that ends.
      do throws(SystemError) { try sendSignal(number, toPID: pid) } catch { return }
    }
  }
}
