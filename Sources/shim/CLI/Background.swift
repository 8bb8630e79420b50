internal import LinuxSystem
internal import ShimProtocol
internal import Supervision

extension Shim {
  /// What the shim inherits and keeps.
  private struct Inheritance: ~Copyable {
    let command: ShimCommandLine
    let lock: DirectoryLock
    let launcher: OwnedDescriptor?
    let ports: OwnedDescriptor?
  }

  /// Takes the container's lock, then leaves the caller: two forks, a session of its own, nobody's child.
  ///
  /// The lock comes first, in the process that the caller waits for: it is held without a gap from before the caller
  /// goes on, and a second shim for the same container is refused to the caller's face. (flock(2) belongs to the open
  /// file, which the forks share.)
  /// - Returns: the exit code for the caller, when the shim is on its way.
  static func startInBackground(_ command: ShimCommandLine) throws(ShimUsageError) -> Int32 {
    try checkPassedStdio(command)
    do throws(SystemError) {
      try closeDescriptors(
        from: 3, keeping: [command.launcherDescriptor, command.portsDescriptor].compactMap { $0 })
      let launcher = try takeSocket(command.launcherDescriptor, .launcherDescriptor)
      let ports = try takeSocket(command.portsDescriptor, .portsDescriptor)
      let inheritance = Inheritance(
        command: command, lock: try takeLock(command), launcher: launcher, ports: ports)
      return try clone([], inheritance, child: leave).wait().shellCode
    } catch { throw ShimUsageError("\(error)") }
  }

  /// A process in a container could push input into a terminal that is the caller's (TIOCSTI, ioctl_tty(2)).
  private static func checkPassedStdio(_ command: ShimCommandLine) throws(ShimUsageError) {
    guard command.logDriver == .passthrough else { return }
    let passed: [StandardDescriptor] = command.keepsInput ? [.input, .output, .error] : [.output, .error]
    if let number = passed.first(where: { $0.isTerminal })?.rawValue {
      throw ShimUsageError(
        "--log-driver passthrough: descriptor \(number) is a terminal, which is not passed on")
    }
  }

  private static func takeSocket(
    _ number: Int32?, _ option: ShimCommandLine.Option
  ) throws(SystemError) -> OwnedDescriptor? {
    guard let number else { return nil }
    let inherited = OwnedDescriptor(owning: number)
    do throws(SystemError) {
      guard try fileStatus(of: inherited).kind == .socket else {
        throw SystemError("fstat", code: ErrorCode.notSupported)
      }
      try inherited.setCloseOnExec(true)
    } catch {
      throw SystemError(
        "use", code: error.code, subject: "--\(option.rawValue) \(number), which must be a socket")
    }
    return inherited
  }

  private static func takeLock(_ command: ShimCommandLine) throws(SystemError) -> DirectoryLock {
    let path = ShimPaths(directory: command.runDirectory).lock
    _ = try openFile(path, [.writeOnly, .create])
    // Whoever asks whether the shim lives holds the lock for a moment; a living shim holds it for good.
    let deadline = monotonicSeconds() + 2
    while monotonicSeconds() < deadline {
      if let lock = try DirectoryLock.attempt(path) { return lock }
      sleep(milliseconds: 2)
    }
    throw SystemError(
      "lock", code: ErrorCode.busy, subject: "\(path): another shim has the container \(command.id)")
  }

  /// The first child: starts a session without a terminal, then the shim, which thereby does not lead it and can never
  /// get a terminal by opening one.
  private static func leave(_ inheritance: consuming Inheritance) {
    do throws(SystemError) {
      try startSession()
      _ = try clone([], inheritance, child: serve).pid
      exitImmediately(0)
    } catch {
      StandardDescriptor.error.print("apus-shim: \(error)\n")
      exitImmediately(125)
    }
  }

  /// The shim.
  private static func serve(_ inheritance: consuming Inheritance) {
    do throws(SystemError) {
      let command = inheritance.command
      try leaveSurroundings(keepingStdio: command.logDriver == .passthrough)
      guard try mayProceed(command, inheritance.launcher) else { exitImmediately(0) }
      let exitCommand = try Supervisor(
        command, lock: inheritance.lock, launcher: inheritance.launcher, ports: inheritance.ports
      ).run()
      try replace(by: exitCommand)
      exitImmediately(0)
    } catch {
      // Nobody is left to read a word: the launcher sees its connection end, everybody else that the lock is free and
      // no record is there, which says that the container's status is unknown.
      exitImmediately(1)
    }
  }

  /// Waits for the launcher's word where it is asked for. Without it nothing has been begun, and nothing is left.
  private static func mayProceed(
    _ command: ShimCommandLine, _ launcher: borrowing OwnedDescriptor?
  ) throws(SystemError) -> Bool {
    guard command.awaitsLauncher else { return true }
    switch launcher {
    case .some(let socket):
      let record = try receiveRecord(socket, limit: MessageFormat.maximumRecord)
      do throws(ShimProtocolError) {
        return record.isEmpty ? false : try ShimMessage(decoding: record) == .proceed
      } catch { return false }
    case .none: return false
    }
  }

  private static func leaveSurroundings(keepingStdio: Bool) throws(SystemError) {
    try changeDirectory("/")
    if !keepingStdio {
      let null = try openFile("/dev/null", .readWrite)
      for number: Int32 in 0...2 { try duplicate(null, onto: number) }
    }
    // Runtimes hand theirs on to the container, and the caller's own is no part of it: docker's containers have 022.
    _ = setFileModeMask(0o022)
    try becomeSubreaper()
    // The shim lives as long as its container, so what asks a service to go means nothing to it: when the machine goes
    // down the container gets the same signal, and its end is the shim's.
    for number in [
      Signal.terminate, Signal.hangUp, Signal.interrupt, Signal.quit, Signal.pipe, Signal.user1, Signal.user2,
    ] {
      ignoreSignal(number)
    }
  }

  /// Runs the exit command in the shim's place, which frees the lock and the shim's memory at that moment.
  private static func replace(by command: [String]) throws(SystemError) {
    guard let program = command.first else { return }
    try resetSignals()
    try execute(program, arguments: command, environment: Environment.all())
  }
}
