internal import Images
internal import LinuxSystem
internal import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Puts a container on its networks, compiles its bundle, starts its shim and waits for the word that the process runs.
  ///
  /// The caller holds the container's lock and has made sure that it does not run. When this throws, nothing of the
  /// start is left, except the exit record, which says why.
  /// - Parameters:
  ///   - mounted: the mounted root file system; unmounted again unless the start succeeds.
  ///   - windowSize: the terminal's first size.
  func launch(
    _ record: ContainerRecord, _ settings: ContainerSettings, mounted: consuming MountGuard,
    windowSize: WindowSize?
  ) throws(EngineError) -> AttachedProcess {
    recordMounts("mount", record, settings)
    do throws(EngineError) {
      return try launchMounted(record, settings, mounted: mounted, windowSize: windowSize)
    } catch {
      recordMounts("unmount", record, settings)
      throw error
    }
  }

  private func launchMounted(
    _ record: ContainerRecord, _ settings: ContainerSettings, mounted: consuming MountGuard,
    windowSize: WindowSize?
  ) throws(EngineError) -> AttachedProcess {
    let id = record.id
    // They take as long as the rest of the bundle, so the two are made side by side.
    var networks = try joinNetworks(record, settings)
    try compileBundle(id, settings)
    try tellLinks(record, settings)
    let runDirectory = try makeRunDirectory(id)
    // Should the shim be killed before it says a word, what it started becomes this process's to end.
    try attempt("start shim") { () throws(SystemError) in try becomeSubreaper() }
    var line = try shimCommandLine(record, settings)
    line.windowSize = settings.terminal ? windowSize : nil
    line.portsDescriptor = networks.portsNumber == nil ? nil : 4
    let passed = try passedStdio(settings)
    // Ports may still change, and a shim has them from its first moment.
    if line.portsDescriptor != nil { try finishJoining(record, settings, &networks) }
    line.awaitsLauncher = networks.isJoining
    let connection = try spawnShim(line, passing: passed, ports: networks.portsNumber)
    if line.awaitsLauncher {
      try finishJoining(record, settings, &networks)
      send(.proceed, connection)
    }
    let start = try awaitStart(of: id, settings, connection)
    try recordStart(of: id, connection)
    mounted.keep()
    runDirectory.keep()
    networks.keep()
    return AttachedProcess(
      container: record, pid: start.pid, terminal: settings.terminal, keepsInput: settings.keepsInput,
      earlyOutput: start.output, connection: connection)
  }

  /// Takes away what the run before left: first a container that outlived its shim, then its record, whose absence
  /// says that it runs.
  func forgetLastRun(_ id: String, _ settings: ContainerSettings) throws(EngineError) {
    // Its shim may still be at work on the end.
    try awaitDeletion(id)
    try deleteOrphan(id, runtime: settings.runtime)
    try leaveNetworks(id)
    let path = paths.exitRecord(id)
    try attempt("start container") { () throws(SystemError) in
      try removeFileIfThere(path)
    }
  }

  private func makeRunDirectory(_ id: String) throws(EngineError) -> DirectoryGuard {
    let path = paths.shimDirectory(id)
    try attempt("start container") { () throws(SystemError) in
      try removeTree(path)
      try makeDirectory(path, mode: 0o700)
    }
    return DirectoryGuard(path: path)
  }

  /// The shim gets one end of a socket pair and of this process nothing else: neither its terminal nor its pipes,
  /// which would stay open for as long as the container runs.
  func spawnShim(
    _ line: ShimCommandLine, passing passed: [(Int32, Int32)] = [], ports: Int32? = nil
  ) throws(EngineError) -> ShimConnection {
    let shim = try programs.shim()
    let arguments = line.arguments
    return try attempt("start shim") { () throws(SystemError) in
      let pair = try makeSocketPair()
      let path = Environment.value("PATH") ?? ProcessEnvironment.defaultPath
      var plan = SpawnPlan(shim, arguments, environment: ["PATH=\(path)"])
      plan.descriptors = passed + [(3, pair.second.raw)]
      if let ports { plan.descriptors.append((4, ports)) }
      let process = try spawn(plan)
      // It only forks and ends; what matters is told on the socket.
      guard case .exited(0) = try process.wait() else {
        throw SystemError("start", code: ErrorCode.invalid, subject: shim)
      }
      return ShimConnection(owning: pair.first)
    }
  }

  /// How the shim of a container is started, the first or a later one.
  func shimCommandLine(
    _ record: ContainerRecord, _ settings: ContainerSettings
  ) throws(EngineError) -> ShimCommandLine {
    let id = record.id
    var line = ShimCommandLine(
      id: id, bundle: paths.bundle(id), runtime: settings.runtime, runtimeRoot: paths.runtimeRoot,
      runDirectory: paths.shimDirectory(id), exitRecord: paths.exitRecord(id))
    (line.logDriver, line.logOptions) = try settings.shimLog(of: record)
    line.log = line.logDriver.isFile ? logPath(id, settings) : nil
    line.terminal = settings.terminal
    line.keepsInput = settings.keepsInput
    line.isEphemeral = settings.autoRemove
    line.restart = settings.restart
    line.health = try prepareHealthcheck(id, settings)
    line.events = journal.path
    line.eventAttributes = Event.attributes(of: record, settings)
    line.launcherDescriptor = 3
    line.exitCommand = [
      programs.own, "--root", paths.root, "--run-root", paths.runRoot, "cleanup", id,
    ]
    return line
  }

  /// What the shim passes on to the process with the driver `passthrough`. No terminal: whoever has one can push input
  /// into it (TIOCSTI, ioctl_tty(2)).
  private func passedStdio(_ settings: ContainerSettings) throws(EngineError) -> [(Int32, Int32)] {
    guard settings.logDriver == .passthrough else { return [] }
    let streams: [StandardDescriptor] = settings.keepsInput ? [.input, .output, .error] : [.output, .error]
    guard !streams.contains(where: { $0.isTerminal }) else {
      throw EngineError(
        .invalid,
        "--log-driver passthrough: a terminal is not passed on to a container; redirect input and output")
    }
    return streams.map { ($0.rawValue, $0.rawValue) }
  }

  /// A container that runs and is not recorded as started must not be: it is ended again.
  private func recordStart(of id: String, _ connection: borrowing ShimConnection) throws(EngineError) {
    do throws(StoreError) { try store.setStarted(id, at: Timestamp.now()) } catch {
      let cause = EngineError(error)
      send(.stop(Signal.kill), connection)
      while let message = try receive(connection) {
        if case .exited = message { break }
      }
      send(.cleaned, connection)
      throw cause
    }
  }

  /// Sends what a shim that has gone need not hear.
  func send(_ message: ShimMessage, _ connection: borrowing ShimConnection) {
    do throws(ShimProtocolError) { try connection.send(message) } catch { return }
  }

  private func awaitStart(
    of id: String, _ settings: ContainerSettings, _ connection: borrowing ShimConnection
  ) throws(EngineError) -> StartedProcess {
    do throws(EngineError) {
      return try awaitStarted(connection, ofShimOf: id)
    } catch {
      // One that has told why waits for our answer, and the root is still mounted.
      let failure = explained(error, startOf: id)
      try endRemains(id, settings)
      // What the start made is undone here, so no exit command is needed.
      send(.cleaned, connection)
      throw failure.explained(settings.resources)
    }
  }

  /// Waits for the word that a process runs. One that writes at once may be heard before.
  func awaitStarted(
    _ connection: borrowing ShimConnection, ofShimOf id: String
  ) throws(EngineError) -> StartedProcess {
    var output: [ShimMessage] = []
    while let message = try receive(connection) {
      switch message {
      case .started(let pid): return StartedProcess(pid: pid, output: output)
      case .failed(let code, let words): throw EngineError(.notStarted(code), words)
      case .output: output.append(message)
      default: throw EngineError(.failed, "the shim of container \(id.prefix(12)) answers out of order")
      }
    }
    throw EngineError(.failed, "the shim of container \(id.prefix(12)) ended before the process began")
  }

  /// The next message; nil when the shim has closed the connection.
  func receive(_ connection: borrowing ShimConnection) throws(EngineError) -> ShimMessage? {
    do throws(ShimProtocolError) { return try connection.receive() } catch {
      throw EngineError(.failed, error.description)
    }
  }
}

/// A process that runs, and what it wrote until that was told.
struct StartedProcess {
  let pid: Int32
  let output: [ShimMessage]
}
