internal import LinuxSystem
internal import ShimProtocol
internal import Supervision

/// `apus-shim` in conmon's place: spec/conmon.md.
extension Shim {
  /// What callers look for before they use a conmon (podman: at least 2.0.24), and what is spoken here.
  private static let versionText = "conmon version 2.2.1\ncommit: apus-shim\n"

  /// What the process in the background gets.
  private struct ConmonInheritance: ~Copyable {
    let options: ConmonOptions
    let pipes: ConmonPipes
    let others: [Int32]
    var log: ConmonLog?
  }

  /// Runs one container or exec session as conmon does, and ends as it does.
  static func runAsConmon() -> Never {
    do throws(ShimUsageError) {
      switch try conmonRequest() {
      case .version: StandardDescriptor.output.print(versionText)
      case .help: StandardDescriptor.output.print(conmonHelp)
      case .run(let options): exitImmediately(try startConmon(options))
      }
      exitImmediately(0)
    } catch {
      // By the name that it was called by, as conmon does.
      let name = splitPath(Environment.arguments.first ?? "").name
      StandardDescriptor.error.print("\(name == "conmon" ? name : "apus-shim"): \(error)\n")
      exitImmediately(1)
    }
  }

  private static var conmonHelp: String {
    "Usage: conmon OPTIONS\n\nSupervise one container as conmon(8) does. Options:\n"
      + ConmonOption.allCases.map { "  --\($0.rawValue)\n" }.joined()
  }

  private static func conmonRequest() throws(ShimUsageError) -> ConmonRequest {
    let directory: String
    do throws(SystemError) { directory = try workingDirectory() } catch { throw ShimUsageError("\(error)") }
    return try ConmonRequest(Array(Environment.arguments.dropFirst()), in: directory)
  }

  private static func startConmon(_ options: ConmonOptions) throws(ShimUsageError) -> Int32 {
    try checkConmonStart(options)
    var inheritance = try inheritance(options)
    inheritance.log = try openLogs(options, telling: !inheritance.pipes.hasSync)
    do throws(SystemError) {
      if options.staysChild {
        superviseAsConmon(inheritance)
        exitImmediately(1)
      }
      let pid = try clone([], inheritance, child: superviseAsConmon).pid
      // Here, so that it is there when the caller has waited for this process, as with conmon.
      if let path = options.conmonPIDFile {
        try writeAtomically(path, Array("\(pid)".utf8), durable: false)
      }
      return 0
    } catch { throw ShimUsageError("\(error)") }
  }

  /// Takes what the caller left open, and waits for its word.
  private static func inheritance(_ options: ConmonOptions) throws(ShimUsageError) -> ConmonInheritance {
    do throws(SystemError) {
      let others = try callersDescriptors()
      let inheritance = ConmonInheritance(options: options, pipes: try ConmonPipes(), others: others)
      ignoreSignal(Signal.pipe)
      // Before any child is there: the caller may want to put this process into a cgroup first.
      try inheritance.pipes.waitForStart()
      return inheritance
    } catch { throw ShimUsageError("\(error)") }
  }

  /// The logs are there when the caller has waited for this process. Of one that cannot be had the sync pipe tells, when
  /// there is one: podman shows those words, and none of stderr.
  private static func openLogs(
    _ options: ConmonOptions, telling: Bool
  ) throws(ShimUsageError) -> ConmonLog? {
    do throws(SystemError) { return try ConmonLog(options) } catch {
      if telling { throw ShimUsageError("Failed to open log file: \(error)") }
      return nil
    }
  }

  private static func checkConmonStart(_ options: ConmonOptions) throws(ShimUsageError) {
    // What else keeps it from being executed is in the sync pipe.
    guard Environment.isExecutable(options.runtime) else {
      throw ShimUsageError("Runtime path \(options.runtime) is not valid")
    }
    if options.logs.isEmpty { throw ShimUsageError("Log driver not provided. Use --log-path") }
    guard options.passesStdio else { return }
    // A process in a container could push input into a terminal that is the caller's (TIOCSTI, ioctl_tty(2)).
    if let number = [StandardDescriptor.input, .output, .error].first(where: { $0.isTerminal })?.rawValue {
      throw ShimUsageError(
        "--log-path passthrough: descriptor \(number) is a terminal, which is not passed on")
    }
  }

  /// What the caller left open beside its pipes, to be passed on. Nothing of ours is open yet.
  private static func callersDescriptors() throws(SystemError) -> [Int32] {
    let pipes = ["_OCI_STARTPIPE", "_OCI_SYNCPIPE", "_OCI_ATTACHPIPE"].compactMap {
      Environment.value($0).flatMap { Int32($0) }
    }
    let open = try listDirectory("/proc/self/fd").compactMap { Int32($0) }
    // The one that the list was read by is closed by now.
    return open.filter { $0 > 2 && !pipes.contains($0) && isOpenDescriptor($0) }
  }

  /// The process in the background; with --sync the one that the caller started.
  private static func superviseAsConmon(_ inheritance: consuming ConmonInheritance) {
    do throws(SystemError) {
      let options = inheritance.options
      // Whoever leads a process group cannot start a session, and stays in its caller's.
      do throws(SystemError) { try startSession() } catch { guard options.staysChild else { throw error } }
      if !options.passesStdio {
        let null = try openFile("/dev/null", .readWrite)
        for number: Int32 in 0...2 { try duplicate(null, onto: number) }
      }
      try becomeSubreaper()
      // Of the others the container gets TERM, INT and QUIT.
      for number in [Signal.hangUp, Signal.user1, Signal.user2] { ignoreSignal(number) }
      restoreSignal(Signal.child)
      let supervisor = try ConmonSupervisor(
        options, pipes: inheritance.pipes, log: inheritance.log, inherited: inheritance.others)
      exitImmediately(try supervisor.run())
    } catch {
      // Nobody is left to read a word: the caller sees its pipe end, and no exit file is there.
      exitImmediately(1)
    }
  }
}
