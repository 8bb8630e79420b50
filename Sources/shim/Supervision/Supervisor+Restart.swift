internal import LinuxSystem
internal import ShimProtocol

/// What a supervisor knows of its container's restarts; of one without a policy it stays as it is made.
struct Restarts {
  var policy: RestartPolicy
  /// How many there have been.
  var count = 0
  /// Whether somebody wants it to end, so that no restart follows.
  var isStopped = false
  var pause = RestartPause()
  /// When the run began, in monotonic seconds; 0 when it has not.
  var beganSeconds = 0.0
  /// What was told of the end that the pause follows.
  var lastEnd: ExitRecord?
  var timer: RetryTimer?

  init(policy: RestartPolicy) { self.policy = policy }
}

extension Supervisor {
  /// Decides whether the end that `record` tells is followed by a restart, and has the record say so.
  ///
  /// A first start that failed is nobody's restart: whoever wanted it has been told. What is adopted has run before.
  func planRestart(after record: inout ExitRecord) {
    record.restartCount = restarts.count
    guard !restarts.isStopped else { return }
    record.restarting =
      record.status == .failed
      ? (restarts.count > 0 || isAdopted) && restarts.policy.retriesFailedStarts
      : restarts.policy.restarts(afterExitCode: record.exitCode, count: restarts.count)
  }

  /// The record of a run is written and the runtime has forgotten the container: ends, or waits for the restart.
  func concludeRun(_ record: ExitRecord) throws(SystemError) {
    guard record.restarting else { return try finish(with: .exited(record)) }
    restarts.lastEnd = record
    // Stopped while the runtime was at work.
    guard !restarts.isStopped else { return try endWithoutRestart() }
    try tellOfEnd(record)
    phase = .pausing
    (process, memory, startedAt) = (nil, nil, nil)
    try removeFileIfThere(context.paths.initPID)
    let seconds = restarts.beganSeconds == 0 ? 0 : monotonicSeconds() - restarts.beganSeconds
    let pause = restarts.pause.next(afterRunOf: seconds)
    let timer = restarts.timer ?? RetryTimer(context.reactor)
    restarts.timer = timer
    try timer.arm(after: pause) { [unowned self] () throws(SystemError) in try restart() }
  }

  /// The shim before this one was killed in the pause, or while the runtime deleted the container: goes on with that. The
  /// pause begins anew, since nobody knows how much of it is over.
  func resumePause(after record: ExitRecord) throws(SystemError) {
    restarts.count = record.restartCount
    phase = .draining
    try launcher?.send(.exited(record))
    try delete(["delete", "--force"], record)
  }

  /// Tells everybody who is attached (the launcher has been told), and lets them go: what comes is another run.
  private func tellOfEnd(_ record: ExitRecord) throws(SystemError) {
    for (client, _) in earlySignals { try client.send(.delivered(errno: ErrorCode.noProcess)) }
    earlySignals = []
    for client in clients where client.isAttached {
      if client !== launcher { try client.send(.exited(record)) }
      // It may take its time to read this; the next run's output is not for it, and does not wait for it.
      try letGo(of: client)
      client.attach([])
      try client.closeWhenSent()
    }
    launcher = nil
  }

  private func restart() throws(SystemError) {
    restarts.count += 1
    restarts.beganSeconds = 0
    restarts.lastEnd = nil
    isAdopted = false
    phase = .creating
    do throws(SystemError) {
      // Its absence says that the container runs; the lock has said so all the time.
      try removeFileIfThere(context.command.exitRecord)
    } catch { return try fail("\(error)") }
    try createContainer()
  }

  /// The run is about to begin: notes when, for the pause that may follow and for whoever looks at a restarted one.
  func noteRestart() throws(SystemError) {
    restarts.beganSeconds = monotonicSeconds()
    guard restarts.count > 0, let startedAt else { return }
    try RestartsFile(count: restarts.count, startedAt: startedAt).write(context.paths.restarts)
  }

  /// Somebody wants it to end.
  func stop(_ number: Int32, from client: Client) throws(SystemError) {
    guard try !endsPause(client) else { return }
    try signal(number, from: client)
  }

  /// Notes that somebody wants it to end; in the pause this is the end.
  /// - Returns: whether it was.
  func endsPause(_ client: Client) throws(SystemError) -> Bool {
    restarts.isStopped = true
    guard phase == .pausing else { return false }
    try client.send(.delivered(errno: 0))
    try endWithoutRestart()
    return true
  }

  private func endWithoutRestart() throws(SystemError) {
    // Once: the log may still be waited for when the next one asks.
    guard var record = restarts.lastEnd else { return }
    restarts.lastEnd = nil
    try restarts.timer?.cancel()
    record.restarting = false
    if let problem = write(record) {
      record.error = record.error.isEmpty ? problem : "\(record.error); \(problem)"
    }
    try finish(with: .exited(record))
  }

  /// Another policy counts from the next end on.
  func change(_ policy: RestartPolicy, from client: Client) throws(SystemError) {
    restarts.policy = policy
    try client.send(.delivered(errno: 0))
  }

  /// Why there is nothing to run a process in.
  var notRunning: String {
    switch phase {
    case .pausing, .creating, .starting:
      "the container is restarting, wait until the container is running"
    case .running, .draining, .failing, .finishing, .over: "the container is not running"
    }
  }
}
