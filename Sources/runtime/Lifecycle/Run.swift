internal import Cgroups
internal import ContainerInit
package import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Makes a container and starts it at once, without a gate.
  /// - Parameters:
  ///   - detach: return when the program runs; otherwise wait for its end, forward signals, and remove the container.
  ///   - keep: leave the stopped container.
  /// - Returns: the program's exit status, or nil when detached, and warnings.
  package func run(
    _ id: String, bundle: Bundle, _ options: CreationOptions, detach: Bool, keep: Bool
  ) throws(LifecycleError) -> (status: ExitStatus?, warnings: [String]) {
    try ContainerStore.validate(id)
    var options = options
    if !detach, bundle.spec.process?.terminal == true {
      options.window = StandardDescriptor.input.windowSize()
      options.endsLinesPlainly = !StandardDescriptor.output.isTerminal
    }
    let network = try beginNetworkNamespace(bundle.spec)
    let creation = try Creation(id: id, bundle: bundle, options: options, waitsForStart: false, in: self)
    let wantsTerminal = bundle.spec.process?.terminal == true
    if detach, wantsTerminal, options.consoleSocket == nil {
      throw .usage("cannot allocate tty if apus-runtime will detach without setting console socket")
    }
    if !detach, options.consoleSocket != nil {
      throw .usage("cannot use console socket if apus-runtime will not detach or allocate tty")
    }
    // Signals are ours from before the container exists: one that comes early is forwarded, not lost.
    let attendance = detach ? nil : try Lifecycle.attendance(terminal: wantsTerminal)
    let processSocket = try creation.connectProcessSocket()
    var status: ExitStatus?
    var isKept = true
    switch consume attendance {
    case .none:
      let console = try creation.connectConsole()
      let directory = try create(id)
      do throws(LifecycleError) {
        try creation.makeNotifyDirectory(directory.path)
        let notify = try NotifySocket.open(options.notifySocket, in: directory.path)
        let born = try creation.perform(in: directory, console: console, network)
        try finish(born, creation, processSocket)
        try awaitReadiness(notify, of: born.process.handle)
        born.keep()
      } catch { throw afterUndoing(creation, error) }
    case .some(var attendance):
      let console = attendance.takeConsole()
      let directory = try create(id)
      do throws(LifecycleError) {
        try creation.makeNotifyDirectory(directory.path)
        attendance.notify = try NotifySocket.open(options.notifySocket, in: directory.path)
        var born = try creation.perform(in: directory, console: console, network)
        try finish(born, creation, processSocket)
        status = try attendance.attend(born.process.handle)
        born.process.reaped()
        // Deleted meanwhile, with its hooks, it is no business of ours any more.
        isKept = try !born.directory.retake() || keep
        // Dropped, the guards remove everything; kept, `delete` does it later.
        if isKept { born.keep() } else { try creation.endWhatOutlivesInit() }
      } catch { throw afterUndoing(creation, error) }
    }
    if !isKept { creation.hooks?.runPoststop(warn: warn) }
    return (status, creation.warnings)
  }

  private func finish(
    _ born: borrowing BornContainer, _ creation: Creation, _ processSocket: borrowing OwnedDescriptor?
  ) throws(LifecycleError) {
    try born.supervisor.awaitReady()
    try born.supervisor.awaitExecution { number throws(LifecycleError) in
      try creation.handOverListener(number, of: born.process.handle)
    }
    try sendProcess(born.process.handle, over: processSocket)
    let pending = "\(born.directory.path)/\(Container.pendingGateName)"
    try during("") { () throws(SystemError) in try removeFile(pending) }
    try creation.writePIDFile(born.pid)
    // Complete: while this process only waits, hooks and everybody else may pause it, change its limits and delete it.
    try born.directory.release()
    // Here and in `start` a failure stops the container (runtime.md 1.3, Lifecycle, 9).
    do throws(LifecycleError) { try creation.hooks?.run(.poststart, pid: born.pid) } catch {
      if try born.directory.retake() { try creation.endWhatOutlivesInit() }
      throw error
    }
  }

  /// The guards have removed everything; the lifecycle goes on with its last step.
  func afterUndoing(_ creation: Creation, _ error: LifecycleError) -> LifecycleError {
    creation.hooks?.runPoststop(warn: warn)
    return error
  }
}

extension Creation {
  /// Without a pid namespace nothing ends with init: what is still in the cgroups would keep them, and run on unseen.
  fileprivate func endWhatOutlivesInit() throws(LifecycleError) {
    if namespaces.hasPIDNamespace { return }
    try duringCgroups { () throws(CgroupError) in try cgroup.directory.killAll() }
  }
}
