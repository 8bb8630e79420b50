internal import LinuxSystem
internal import ShimProtocol

/// One check of the container's health: a process that the runtime's `exec` starts in it, as an exec session's, with
/// nobody to talk to; what it writes is kept.
final class HealthProbe {
  private let context: ShimContext
  private let pidFile: String
  private let number: Int
  private var streams: ProcessStreams?
  private var process: ContainedProcess?
  private var output = HealthOutput()
  private var startedAt = Timestamp.now()
  private var isKilled = false
  private var timeoutMilliseconds: Int64?
  private let over: (HealthState.Result) throws(SystemError) -> Void

  /// Prepares a check.
  /// - Parameters:
  ///   - number: which one it is, for names in the run directory.
  ///   - over: called once, with what it has shown.
  init(
    _ context: ShimContext, number: Int, over: @escaping (HealthState.Result) throws(SystemError) -> Void
  ) {
    self.context = context
    self.number = number
    self.over = over
    pidFile = "\(context.paths.directory)/health-\(number).pid"
  }

  /// Has the runtime start the process.
  func begin(processFile: String) throws(SystemError) {
    do throws(SystemError) {
      let streams = try ProcessStreams(
        .pipes(input: false), consoleName: "", in: context.paths.directory, windowSize: nil, context.reactor,
        deliver: { [weak self] (_, record) throws(SystemError) in
          self?.output.take(record.dropFirst(MessageFormat.headerSize))
        }, hasRoom: {})
      self.streams = streams
      try context.exec(processFile: processFile, pidFile: pidFile, streams) {
        [weak self] () throws(SystemError) in
        try self?.processEnded()
      } answered: {
        [self] (answer) throws(SystemError) in
        try answered(answer)
      }
    } catch { try fail("\(error)") }
  }

  /// It took too long.
  func timeOut(afterMilliseconds timeout: Int64) {
    timeoutMilliseconds = timeout
    kill()
  }

  /// Ends the process, now or when the runtime has named it.
  func kill() {
    isKilled = true
    _ = process?.signal(Signal.kill)
  }

  private func answered(_ answer: ExecAnswer) throws(SystemError) {
    switch answer {
    case .failed(let message): try fail(message)
    case .started(let process):
      self.process = process
      try streams?.release()
      if isKilled { kill() }
      if process.end != nil { try processEnded() }
    }
  }

  private func processEnded() throws(SystemError) {
    try streams?.finish()
    let code: Int32 = if case .status(let status) = process?.end { status.shellCode } else { -1 }
    if let timeoutMilliseconds {
      try finish(-1, output.timedOut(afterMilliseconds: timeoutMilliseconds))
    } else {
      try finish(code, output.text)
    }
  }

  private func fail(_ message: String) throws(SystemError) {
    try streams?.finish(discarding: true)
    try removeFileIfThere(pidFile)
    try finish(-1, RuntimeLog.oneLine(message))
  }

  private func finish(_ exitCode: Int32, _ output: String) throws(SystemError) {
    streams = nil
    try over(
      HealthState.Result(start: startedAt, end: .now(), exitCode: exitCode, output: output))
  }
}
