internal import Cgroups
internal import ContainerInit
internal import LinuxSystem

/// The supervisor's side of the conversation with init (spec/init-protocol.md). Both hold the same plan, so a failure
/// is a step's index and an errno, and becomes a sentence here.
struct Supervisor: ~Copyable {
  private let channel: OwnedDescriptor
  private let plan: InitPlan

  init(channel: consuming OwnedDescriptor, plan: InitPlan) {
    self.channel = channel
    self.plan = plan
  }

  /// Waits until init stands at `awaitSupervisor`. The caller then has done what init waits for.
  borrowing func awaitWaiting() throws(LifecycleError) { try expect(.waiting) }

  /// Lets init go on.
  /// - Parameter network: the namespace that init enters now.
  borrowing func proceed(network: borrowing OwnedDescriptor? = nil) throws(LifecycleError) {
    do throws(SystemError) {
      switch network {
      case .some(let namespace): try InitRecord.proceed.send(over: channel, with: namespace)
      case .none: try InitRecord.proceed.send(over: channel)
      }
    } catch { try excuse(error) }
  }

  /// Waits until init asks for the ids of a mount to be mapped.
  /// - Returns: the mount, detached.
  borrowing func awaitMount() throws(LifecycleError) -> OwnedDescriptor {
    var message = try during("init") { () throws(SystemError) in
      try receiveDescriptor(over: channel, limit: 64)
    }
    let bytes = message.bytes
    let record = try during("init") { () throws(SystemError) in try InitRecord.record(bytes) }
    guard let record else { throw ended }
    guard record == .waiting, let mount = message.descriptor.take() else { throw failure(record, nil) }
    return mount
  }

  /// Tells init that `lo` is up in its network namespace.
  borrowing func announceNetwork() throws(LifecycleError) {
    do throws(SystemError) { try InitRecord.networkIsUp.send(over: channel) } catch { try excuse(error) }
  }

  /// A word may come when init has failed already. Then why it did lies there to be read, which is what follows each word.
  private borrowing func excuse(_ error: SystemError) throws(LifecycleError) {
    guard error.code == ErrorCode.brokenPipe || error.code == ErrorCode.connectionReset else {
      throw .system(what: "init", error)
    }
  }

  /// Waits until all steps before the program are done.
  borrowing func awaitReady() throws(LifecycleError) { try expect(.ready) }

  /// Waits until the program has been executed, which closes the channel.
  /// - Parameter hand: hands the listener of a filter, init's descriptor of this number, to its agent.
  borrowing func awaitExecution(
    listener hand: (Int32) throws(LifecycleError) -> Void
  ) throws(LifecycleError) {
    var output: String?
    while let record = try receive(&output) {
      guard case .listener(let number) = record else { throw failure(record, output) }
      try hand(number)
      try proceed()
    }
  }

  /// Has systemd move the first process, which waits for it; init is born beside it.
  borrowing func attach(_ pid: Int32, _ attachment: SystemdAttachment?) throws(LifecycleError) {
    guard let attachment else { return }
    try awaitWaiting()
    try duringCgroups { () throws(CgroupError) in try attachment.perform(pid: pid) }
    try proceed()
  }

  /// What a forerunner that gave birth to nobody died of: its own word, else the errno that it ended with.
  borrowing func stillbirth(_ status: ExitStatus) -> LifecycleError {
    do throws(LifecycleError) {
      var output: String?
      if let record = try receive(&output) { return failure(record, output) }
    } catch { return error }
    guard case .exited(let code) = status else { return .initFailed("init was never born: \(status)") }
    return .system(what: "start init", SystemError("clone3", code: code))
  }

  private borrowing func expect(_ expected: InitRecord) throws(LifecycleError) {
    var output: String?
    guard let record = try receive(&output) else { throw ended }
    guard record == expected else { throw failure(record, output) }
  }

  private var ended: LifecycleError {
    .initFailed("init ended without a word (killed while it was set up)")
  }

  private borrowing func receive(_ output: inout String?) throws(LifecycleError) -> InitRecord? {
    do throws(SystemError) {
      do throws(SystemError) { return try InitRecord.receive(over: channel, output: &output) } catch {
        // That it has left a word of ours unread comes before what it said itself, and once (unix_release_sock in the
        // kernel's net/unix/af_unix.c).
        guard error.code == ErrorCode.connectionReset else { throw error }
        return try InitRecord.receive(over: channel, output: &output)
      }
    } catch { throw .system(what: "init", error) }
  }

  private borrowing func failure(_ record: InitRecord, _ output: String?) -> LifecycleError {
    let steps = plan.allSteps
    guard case .failure(let step, let code) = record, steps.indices.contains(step) else {
      return .initFailed("init answered out of turn")
    }
    return .initFailed(steps[step].failure(code, output: output))
  }
}

/// A new process that is killed and reaped unless it is kept.
struct ProcessGuard: ~Copyable {
  let handle: ProcessHandle
  private var kept = false

  init(_ handle: consuming ProcessHandle) { self.handle = handle }

  /// Lets it live on.
  consuming func keep() { kept = true }

  /// It has ended and was reaped: nothing is left to undo.
  mutating func reaped() { kept = true }

  deinit {
    if kept { return }
    do throws(SystemError) {
      try handle.signal(Signal.kill)
    } catch {
      // It has ended by itself; it still has to be reaped.
      guard error.code == ErrorCode.noProcess else { return }
    }
    do throws(SystemError) { _ = try handle.wait() } catch { return }
  }
}

/// Starts the process that performs `plan`; this process's copies of its descriptors close here.
///
/// It is born in the container's unified cgroup, if there is one, or in that of `resident`, when the container has divided
/// its own; of this process, or of a forerunner.
func startInit(
  _ plan: InitPlan, _ descriptors: consuming InitDescriptors, in cgroup: CgroupDirectory,
  beside resident: Int32? = nil, _ attachment: SystemdAttachment? = nil, _ supervisor: borrowing Supervisor
) throws(LifecycleError) -> ProcessGuard {
  let place = try duringCgroups { () throws(CgroupError) in try cgroup.openUnified(beside: resident) }
  do throws(LifecycleError) {
    return try plan.forerunner.isEmpty
      ? startDirectly(plan, descriptors, place, attachment, supervisor)
      : startForerunner(plan, descriptors, place, attachment, supervisor)
  } catch { throw try explained(error, in: cgroup) }
}

private func startDirectly(
  _ plan: InitPlan, _ descriptors: consuming InitDescriptors, _ place: consuming OwnedDescriptor?,
  _ attachment: SystemdAttachment?, _ supervisor: borrowing Supervisor
) throws(LifecycleError) -> ProcessGuard {
  let process: ProcessGuard
  do throws(SystemError) {
    process = ProcessGuard(
      try clone(
        plan.cloneFlags, into: place, InitCargo(plan: plan, descriptors: descriptors), child: performInit))
  } catch { throw .system(what: "start init", error) }
  try supervisor.attach(process.handle.pid, attachment)
  return process
}

/// The kernel does not say which cgroup it refuses.
private func explained(
  _ error: LifecycleError, in cgroup: CgroupDirectory
) throws(LifecycleError) -> LifecycleError {
  guard case .system(let what, let refusal) = error, refusal.call == "clone3",
    refusal.code == ErrorCode.access
  else { return error }
  let missing = try during(what) { () throws(SystemError) in try cgroup.missingDelegation() }
  guard let missing else { return error }
  return .system(what: what, SystemError(refusal.call, code: refusal.code, subject: missing))
}

/// Starts a forerunner and takes over the init that it gives birth to; the forerunner is reaped here.
private func startForerunner(
  _ plan: InitPlan, _ descriptors: consuming InitDescriptors, _ cgroup: consuming OwnedDescriptor?,
  _ attachment: SystemdAttachment?, _ supervisor: borrowing Supervisor
) throws(LifecycleError) -> ProcessGuard {
  let pair = try during("start init") { () throws(SystemError) in try makeSocketPair() }
  let birth = pair.first
  let forerunner: ProcessHandle
  do throws(SystemError) {
    // Who has no privilege but in the container's user namespace cannot put anybody into a cgroup that was given to its
    // user (config-linux.md, Cgroup ownership): the forerunner is there from birth then, and init with it. Any other it
    // enters with init alone, so that a limit of one process is enough.
    var place = cgroup
    let early = try isGivenAway(place) ? place.take() : nil
    let cargo = ForerunnerCargo(plan: plan, descriptors: descriptors, birth: pair.second, cgroup: place)
    forerunner = try clone([], into: early, cargo, child: performForerunner)
  } catch { throw .system(what: "start init", error) }
  try supervisor.attach(forerunner.pid, attachment)
  let status: ExitStatus
  do throws(SystemError) {
    var message = try receiveDescriptor(over: birth, limit: 64)
    status = try forerunner.wait()
    if let pid = BirthMessage.pid(message.bytes), let descriptor = message.descriptor.take() {
      return ProcessGuard(ProcessHandle(pid: pid, descriptor: descriptor))
    }
  } catch { throw .system(what: "start init", error) }
  throw supervisor.stillbirth(status)
}

/// Whether the cgroup belongs to somebody else than who runs this.
private func isGivenAway(_ cgroup: borrowing OwnedDescriptor?) throws(SystemError) -> Bool {
  switch cgroup {
  case .none: false
  case .some(let directory): try fileStatus(of: directory).userID != effectiveUserID()
  }
}
