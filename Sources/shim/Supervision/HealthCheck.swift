internal import JSONDocument
internal import LinuxSystem
internal import ShimProtocol

/// Checks the health of one run of the container, again and again, and writes down what it finds.
final class HealthCheck {
  private let context: ShimContext
  private let settings: HealthSettings
  /// The container's own.
  private let cgroup: CgroupFiles?
  private let timer: RetryTimer
  private var state = HealthState()
  private var probe: HealthProbe?
  private var probeCount = 0
  private let beganSeconds = monotonicSeconds()
  private let quiet: () throws(SystemError) -> Void

  /// Prepares the checks of a run that begins now.
  /// - Parameters:
  ///   - pid: of the container's init.
  ///   - quiet: called when the last check is over after `stop`.
  init(
    _ context: ShimContext, _ settings: HealthSettings, pid: Int32,
    quiet: @escaping () throws(SystemError) -> Void
  ) {
    self.context = context
    do throws(SystemError) { cgroup = CgroupFiles(membership: try readText("/proc/\(pid)/cgroup")) } catch {
      // It has ended already.
      cgroup = nil
    }
    self.settings = settings
    self.quiet = quiet
    timer = RetryTimer(context.reactor)
  }

  /// Whether a check is under way.
  var isBusy: Bool { probe != nil }

  private var isInStartPeriod: Bool {
    (monotonicSeconds() - beganSeconds) * 1000 < Double(settings.startPeriodMilliseconds)
  }

  /// Begins; the first check comes after one interval.
  func begin() throws(SystemError) {
    write()
    try wait()
  }

  /// The container has ended; so has this, when the check under way has.
  func stop() throws(SystemError) {
    isStopped = true
    try timer.cancel()
    probe?.kill()
  }

  private var isStopped = false

  private func wait() throws(SystemError) {
    let isStarting = isInStartPeriod && state.status == .starting
    let pause = isStarting ? settings.startIntervalMilliseconds : settings.intervalMilliseconds
    try timer.arm(after: .milliseconds(pause)) { [unowned self] () throws(SystemError) in try check() }
  }

  private func check() throws(SystemError) {
    // A process could be put into a frozen container, and would not run.
    guard !(cgroup?.isFrozen() ?? false) else { return try wait() }
    probeCount += 1
    let counts = !isInStartPeriod
    let probe = HealthProbe(context, number: probeCount) { [unowned self] (result) throws(SystemError) in
      try take(result, counts: counts)
    }
    self.probe = probe
    // Before it begins: what cannot even be started is over on return.
    try timer.arm(after: .milliseconds(settings.timeoutMilliseconds)) { [weak self] () throws(SystemError) in
      guard let self else { return }
      self.probe?.timeOut(afterMilliseconds: self.settings.timeoutMilliseconds)
    }
    try probe.begin(processFile: settings.processFile)
  }

  private func take(_ result: HealthState.Result, counts: Bool) throws(SystemError) {
    probe = nil
    try timer.cancel()
    // What was killed with the container says nothing of its health.
    guard !isStopped else { return try quiet() }
    let before = state.status
    state.take(result, retries: settings.retries, inStartPeriod: !counts)
    write()
    if state.status != before { context.tell("health_status: \(state.status.rawValue)") }
    try wait()
  }

  /// Where there is no room for it the last word stands; the container goes on, and so do the checks.
  private func write() {
    do throws(SystemError) {
      try writeAtomically(context.paths.health, JSON.write(state.document), durable: false)
    } catch { return }
  }
}

extension Supervisor {
  /// The container runs: so do its checks, from the beginning.
  func beginHealthChecks() throws(SystemError) {
    guard let settings = context.command.health, let process else { return }
    let check = HealthCheck(context, settings, pid: process.pid) { [unowned self] () throws(SystemError) in
      try recordEndWhenQuiet()
    }
    health = check
    try check.begin()
  }
}
