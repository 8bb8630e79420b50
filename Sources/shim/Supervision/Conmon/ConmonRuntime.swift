internal import LinuxSystem

/// The one command of the runtime that a conmon runs: `create`, `restore` or `exec --detach` (conmon,
/// `runtime_args.c`). Its log is its caller's, if the caller gave it one.
final class ConmonRuntime {
  private let options: ConmonOptions
  private let reaper: Reaper
  /// Descriptors of our caller that the runtime is born with under the same numbers: those of --preserve-fds and of
  /// socket activation.
  private let inherited: [Int32]
  /// The command's pid while it is under way.
  private(set) var pid: Int32?

  init(_ options: ConmonOptions, inherited: [Int32], _ reaper: Reaper) {
    self.options = options
    self.inherited = inherited
    self.reaper = reaper
  }

  /// The command's arguments.
  static func arguments(_ options: ConmonOptions, streams: [String]) -> [String] {
    var words = options.execProcess == nil && options.systemdCgroup ? ["--systemd-cgroup"] : []
    words += options.runtimeArguments
    if let process = options.execProcess {
      words += ["exec", "--pid-file", options.processIDFile, "--process", process, "--detach"]
    } else {
      let bundle = options.bundle ?? "."
      words += [options.restorePath == nil ? "create" : "restore"]
      words += ["--bundle", bundle, "--pid-file", options.processIDFile]
      if options.noPivot { words.append("--no-pivot") }
      if options.noNewKeyring { words.append("--no-new-keyring") }
      if let path = options.restorePath {
        words += ["--detach", "--image-path", path, "--work-path", bundle]
      }
    }
    return words + options.runtimeOptions + streams + [options.id]
  }

  /// Starts the command and has `ended` told its status.
  /// - Parameter descriptors: its stdio; what is not listed is /dev/null.
  func run(
    streams: [String], descriptors: [(Int32, Int32)],
    ended: @escaping (ExitStatus) throws(SystemError) -> Void
  ) throws(SystemError) {
    var plan = SpawnPlan(options.runtime, Self.arguments(options, streams: streams))
    plan.descriptors = descriptors + inherited.map { ($0, $0) }
    let child = try start(plan)
    pid = child
    let early = reaper.claim(child) { [weak self] (status) throws(SystemError) in
      self?.pid = nil
      try ended(status)
    }
    // Reaping happens between events only, so the child just started cannot have been reaped.
    assert(early == nil, "a new child had been reaped before it was claimed")
  }

  private func start(_ plan: SpawnPlan) throws(SystemError) -> Int32 {
    guard let listener = Environment.value("LISTEN_PID") else { return try spawn(plan).pid }
    guard options.replacesListenPID || Int32(listener) == ownPID() else { return try spawn(plan).pid }
    // Sockets are passed to the process with this pid and no other (sd_listen_fds(3)): only the child knows its own.
    var named = plan
    named.environment.removeAll { $0.hasPrefix("LISTEN_PID=") }
    let null = try openFile("/dev/null", .readWrite)
    for number: Int32 in 0...2 where !plan.descriptors.contains(where: { $0.0 == number }) {
      named.descriptors.append((number, null.raw))
    }
    return try clone([], named, child: Self.execute).pid
  }

  private static func execute(_ plan: consuming SpawnPlan) {
    do throws(SystemError) {
      try resetSignals()
      for (target, source) in plan.descriptors where target != source {
        let held = OwnedDescriptor(owning: source)
        try duplicate(held, onto: target)
        _ = held.release()
      }
      try LinuxSystem.execute(
        plan.program, arguments: plan.arguments, environment: plan.environment + ["LISTEN_PID=\(ownPID())"])
    } catch { StandardDescriptor.error.print("apus-shim: \(error)\n") }
    exitImmediately(127)
  }
}
