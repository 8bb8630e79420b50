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
    if !detach { options.window = StandardDescriptor.input.windowSize() }
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
    switch consume attendance {
    case .none:
      var born = try creation.perform(in: self, console: try creation.connectConsole())
      try finish(&born, creation)
      born.keep()
      return (nil, creation.warnings)
    case .some(var attendance):
      var born = try creation.perform(in: self, console: attendance.takeConsole())
      try finish(&born, creation)
      let status = try attendance.attend(born.process.handle)
      // Dropped, the guards remove everything; kept, `delete` does it later.
      if keep {
        born.keep()
      } else if !creation.namespaces.hasPIDNamespace {
        // Nothing ended with init: what is still in the cgroups would keep them, and run on unseen.
        try duringCgroups { () throws(CgroupError) in try creation.cgroup.directory.killAll() }
      }
      return (status, creation.warnings)
    }
  }

  private func finish(_ born: inout BornContainer, _ creation: Creation) throws(LifecycleError) {
    try born.supervisor.awaitReady()
    try born.supervisor.awaitExecution()
    let pending = "\(born.directory.path)/\(Container.pendingGateName)"
    try during("") { () throws(SystemError) in try removeFile(pending) }
    try creation.writePIDFile(born.pid)
  }
}
