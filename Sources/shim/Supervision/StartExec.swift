internal import LinuxSystem
internal import ShimProtocol

/// What came of having the runtime start one more process in the container.
enum ExecAnswer {
  case started(ContainedProcess)
  /// Why there is none.
  case failed(String)
}

extension ShimContext {
  /// Has the runtime's `exec` start one more process in the container.
  /// - Parameters:
  ///   - processFile: describes it, as the runtime specification does.
  ///   - pidFile: where the runtime names it; what is in it is read and removed.
  ///   - ended: called when it ends, but not when its `end` is set at the answer already.
  ///   - answered: called once, when the runtime has answered.
  func exec(
    processFile: String, pidFile: String, _ streams: ProcessStreams,
    ended: @escaping () throws(SystemError) -> Void,
    answered: @escaping (ExecAnswer) throws(SystemError) -> Void
  ) throws(SystemError) {
    let command =
      ["exec", "--detach", "--process", processFile, "--pid-file", pidFile] + streams.runtimeOptions
      + [self.command.id]
    try runtime.run(command, descriptors: streams.descriptors) {
      [self] (outcome) throws(SystemError) in
      defer { reaper.birthEnded() }
      try answered(try answer(outcome, pidFile, streams, ended))
    }
    reaper.birthBegan()
    try streams.runtimeStarted()
  }

  private func answer(
    _ outcome: RuntimeProgram.Outcome, _ pidFile: String, _ streams: ProcessStreams,
    _ ended: @escaping () throws(SystemError) -> Void
  ) throws(SystemError) -> ExecAnswer {
    let words = outcome == .succeeded ? "" : try streams.takeRuntimeWords()
    if let message = outcome.failure("exec", words: words) { return .failed(message) }
    let process: ContainedProcess
    do throws(SystemError) { process = try self.process(inFile: pidFile, ended: ended) } catch {
      return .failed("\(error)")
    }
    do throws(SystemError) { try streams.runtimeSucceeded() } catch {
      _ = process.signal(Signal.kill)
      return .failed("\(error)")
    }
    try removeFileIfThere(pidFile)
    return .started(process)
  }
}
