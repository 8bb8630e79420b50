internal import LinuxSystem
internal import ShimProtocol

/// One more process in the running container, and the connection that asked for it.
///
/// It belongs to the container, not to its client: when the connection ends the process goes on, its output goes
/// nowhere and its stdin ends, since nobody else can ever attach to it.
final class ExecSession {
  private let context: ShimContext
  private let options: ExecOptions
  private let pidFile: String
  private let consoleName: String
  private let id: String
  private var client: Client?
  private var streams: ProcessStreams?
  private var process: ContainedProcess?
  private var startedAt: Timestamp?
  private var earlySignals: [Int32] = []
  private var isKilled = false
  private let over: (ExecSession) throws(SystemError) -> Void

  /// Prepares a session.
  /// - Parameters:
  ///   - number: which one it is, for names in the run directory.
  ///   - id: what events call it; empty for a client that wants none.
  ///   - over: called when the process has ended or could not be started.
  init(
    _ context: ShimContext, _ client: Client, _ options: ExecOptions, number: Int, id: String,
    over: @escaping (ExecSession) throws(SystemError) -> Void
  ) {
    self.context = context
    self.client = client
    self.options = options
    self.id = id
    self.over = over
    pidFile = "\(context.paths.directory)/exec-\(number).pid"
    consoleName = "exec-\(number).console"
  }

  /// Whether a message from `client` is for this session.
  func belongs(to client: Client) -> Bool { self.client === client }

  /// Has the runtime start the process.
  func begin(processFile: String) throws(SystemError) {
    do throws(SystemError) {
      let streams = try makeStreams()
      self.streams = streams
      startedAt = .now()
      try context.exec(processFile: processFile, pidFile: pidFile, streams) {
        [weak self] () throws(SystemError) in
        try self?.processEnded()
      } answered: {
        [self] (answer) throws(SystemError) in
        try answered(answer)
      }
    } catch { try fail("\(error)") }
  }

  private func makeStreams() throws(SystemError) -> ProcessStreams {
    let kind: ProcessStreams.Kind =
      if options.contains(.terminal) { .terminal } else if options.contains(.detach) { .none } else {
        .pipes(input: options.contains(.input))
      }
    return try ProcessStreams(
      kind, consoleName: consoleName, in: context.paths.directory, windowSize: nil, context.reactor,
      deliver: { [weak self] (_, record) throws(SystemError) in try self?.deliver(record) },
      hasRoom: { [weak self] () throws(SystemError) in try self?.client?.setReading(true) })
  }

  private func answered(_ answer: ExecAnswer) throws(SystemError) {
    switch answer {
    case .failed(let message): try fail(message)
    case .started(let process):
      self.process = process
      try begun(process)
    }
  }

  private func begun(_ process: ContainedProcess) throws(SystemError) {
    // Before anybody hears of it, and away before anybody hears of its end.
    mark()
    try client?.send(.started(pid: process.pid))
    if options.contains(.detach) { try client?.closeWhenSent() }
    try streams?.release()
    for number in earlySignals { try client?.send(.delivered(errno: process.signal(number))) }
    earlySignals = []
    if isKilled { _ = process.signal(Signal.kill) }
    if process.end != nil { try processEnded() }
  }

  private func deliver(_ record: [UInt8]) throws(SystemError) {
    // Exactly as large as it is: a queue of small pieces in buffers for large ones would be far over its limit.
    guard let client, !options.contains(.detach) else { return }
    try client.send(record: Array(record[...]))
    if client.isBehind { try streams?.setPaused(true) }
  }

  private func processEnded() throws(SystemError) {
    guard let process, let end = process.end, let streams else { return }
    // Not before `started` has been sent: the runtime has not answered yet.
    try streams.finish()
    self.streams = nil
    let record = record(end, at: process.endedAt ?? .now())
    unmark()
    if !id.isEmpty {
      context.tell(
        "exec_die", [Event.Attribute("execID", id), Event.Attribute("exitCode", "\(record.exitCode ?? -1)")])
    }
    try client?.send(.exited(record))
    try finish()
  }

  /// Says in the run directory that it runs: `inspect` lists it, and nothing else asks, so what cannot be written is not
  /// missed.
  private func mark() {
    guard let name = ShimPaths.sessionMark(id) else { return }
    do throws(SystemError) {
      _ = try openFile(name, in: context.runDirectory, [.writeOnly, .create])
    } catch { return }
  }

  private func unmark() {
    guard let name = ShimPaths.sessionMark(id) else { return }
    // Nor removed, where it could not be written.
    do throws(SystemError) { try removeFile(name, in: context.runDirectory) } catch { return }
  }

  private func record(_ end: ProcessEnd, at finishedAt: Timestamp) -> ExitRecord {
    switch end {
    case .status(let status):
      return ExitRecord(
        id: context.command.id, ended: status, startedAt: startedAt, finishedAt: finishedAt)
    case .unknown:
      return ExitRecord(
        id: context.command.id, status: .unknown, exitCode: nil, startedAt: startedAt,
        finishedAt: finishedAt, error: ExitRecord.notAChild)
    }
  }

  private func fail(_ message: String) throws(SystemError) {
    try streams?.finish(discarding: true)
    streams = nil
    try removeFileIfThere(pidFile)
    let line = RuntimeLog.oneLine(message)
    try client?.send(.failed(exitCode: RuntimeFailure.exitCode(forMessage: line), message: line))
    try finish()
  }

  private func finish() throws(SystemError) {
    try client?.closeWhenSent()
    client = nil
    try over(self)
  }
}

extension ExecSession {
  /// A message from the session's client.
  func received(_ message: ShimMessage) throws(SystemError) {
    switch message {
    case .input(let bytes):
      guard options.contains(.input) else { return }
      try streams?.write(bytes)
      if streams?.isInputFull == true { try client?.setReading(false) }
    case .inputEnd: try streams?.endInput()
    case .resize(let size): try streams?.resize(size)
    case .signal(let number):
      if let process {
        try client?.send(.delivered(errno: process.signal(number)))
      } else {
        earlySignals.append(number)
      }
    case .attach, .exec, .stop, .policy, .ports, .cleaned, .proceed, .started, .failed, .output, .exited,
      .attached, .delivered, .dropped:
      break
    }
  }

  /// The client has caught up.
  func caughtUp() throws(SystemError) { try streams?.setPaused(false) }

  /// The client has gone.
  func disconnected() throws(SystemError) {
    client = nil
    try streams?.endInput()
    try streams?.setPaused(false)
  }

  /// The container is over; so is this.
  func kill() {
    isKilled = true
    _ = process?.signal(Signal.kill)
  }
}

extension ExitRecord {
  /// Why a status cannot be known although the process was watched.
  static let notAChild = "the runtime did not leave the process to the shim, so its status cannot be known"
  /// Why a status cannot be known of a container whose shim was killed.
  static let lostShim = "the shim was killed, and nobody saw how the container ended"
}
