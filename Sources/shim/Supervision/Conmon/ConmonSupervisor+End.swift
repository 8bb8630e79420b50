internal import LinuxSystem
internal import ShimProtocol

extension ConmonSupervisor {
  /// What callers take for the end by `--timeout` (conmon's `TIMED_OUT_MESSAGE`).
  private static let timedOutMessage = "command timed out"
  /// What stands for a status that is not known, and for an end by `--timeout`. Never 0: conmon's own callers take a
  /// negative number for no status (podman shows 255).
  private static let noStatus: Int32 = -1

  /// The process has ended: tells it everywhere, in the order in which callers look.
  func processEnded() throws(SystemError) {
    try deadline.cancel()
    // Whoever has connected by now did so before the process began, perhaps, and is to get all of its output.
    try listener?.acceptWaiting()
    try streams?.finish()
    streams = nil
    log?.end(syncing: options.syncsLogs)
    let status = endStatus()
    // Its ports and its names in the bundle are free before anybody can know of its end and use them anew.
    releaseInherited()
    try closeDoors()
    let problem = writeEnd(status.number)
    if options.execProcess != nil { tellSync(status.number, status.message ?? problem) }
    pipes.sync = nil
    exitCode = status.number == Self.noStatus ? 255 : status.number
    try leave()
  }

  private func endStatus() -> (number: Int32, message: String?) {
    if isTimedOut { return (Self.noStatus, Self.timedOutMessage) }
    switch process?.end {
    case .status(let status): return (status.shellCode, nil)
    case .unknown, nil: return (Self.noStatus, ExitRecord.notAChild)
    }
  }

  private func releaseInherited() {
    for number in inherited { _ = OwnedDescriptor(owning: number) }
    inherited = []
    pipes.start = nil
    pipes.attach = nil
  }

  /// Writes the files that tell the end.
  /// - Returns: what went wrong; the rest is written all the same.
  private func writeEnd(_ number: Int32) -> String? {
    var files: [(path: String, text: String)] = []
    if memory?.hasKilled() == true {
      for directory in [options.bundle, options.persistDirectory] {
        if let directory { files.append(("\(directory)/oom", "")) }
      }
    }
    if let directory = options.persistDirectory { files.append(("\(directory)/exit", "\(number)")) }
    if let directory = options.exitDirectory { files.append(("\(directory)/\(options.id)", "\(number)")) }
    var problem: String?
    for file in files {
      do throws(SystemError) { try writeAtomically(file.path, Array(file.text.utf8)) } catch {
        problem = problem ?? "\(error)"
      }
    }
    return problem
  }

  /// It could not be made: ends what there is of it and says why.
  func fail(_ message: String) throws(SystemError) {
    guard phase != .leaving, phase != .over else { return }
    let hasTried = phase != .waiting
    _ = process?.signal(Signal.kill)
    try deadline.cancel()
    try streams?.finish(discarding: true)
    streams = nil
    tellSync(-1, message)
    pipes.sync = nil
    releaseInherited()
    try closeDoors()
    try leave(afterStart: hasTried)
  }

  /// Lets clients take what is theirs, and runs the exit command.
  private func leave(afterStart: Bool = true) throws(SystemError) {
    phase = .leaving
    for client in clients { try client.closeWhenSent() }
    guard afterStart, !options.exitCommand.isEmpty else {
      isExitCommandOver = true
      return try leaveIfDone()
    }
    guard options.exitDelaySeconds > 0 else { return try runExitCommand() }
    try deadline.arm(after: .seconds(options.exitDelaySeconds)) { [unowned self] () throws(SystemError) in
      try runExitCommand()
    }
  }

  /// Removes what `openDoors` made. Before the end is told: whoever knows of it may start the container again, in the
  /// same bundle.
  private func closeDoors() throws(SystemError) {
    try notify?.close()
    for control in controls { try control.close() }
    controls = []
    guard let bundle = options.bundle, listener != nil else { return }
    for name in [Self.attachName] + Self.controlNames {
      // A name that stays, whatever the reason, must not keep the end from being told.
      do throws(SystemError) { try removeFile("\(bundle)/\(name)") } catch { continue }
    }
    do throws(SystemError) { try options.attachLink?.remove() } catch { return }
  }

  private func runExitCommand() throws(SystemError) {
    // What the command leaves behind is init's, not ours: it may live longer than any of this.
    try becomeSubreaper(false)
    if let score = outOfMemoryScore { OutOfMemoryScore.set(score) }
    do throws(SystemError) {
      let plan = SpawnPlan(options.exitCommand[0], Array(options.exitCommand.dropFirst()))
      let early = reaper.claim(try spawn(plan).pid) { [unowned self] (status) throws(SystemError) in
        // conmon's own end is that of an exit command that failed.
        if status != .exited(0) { exitCode = status.shellCode }
        try exitCommandEnded()
      }
      assert(early == nil, "a new child had been reaped before it was claimed")
    } catch {
      exitCode = 1
      try exitCommandEnded()
    }
  }

  private func exitCommandEnded() throws(SystemError) {
    isExitCommandOver = true
    try leaveIfDone()
  }

  /// Ends when nothing is left to do: the exit command is over, and clients have taken what was theirs.
  func leaveIfDone() throws(SystemError) {
    if phase == .leaving, isExitCommandOver, clients.isEmpty { phase = .over }
  }
}
