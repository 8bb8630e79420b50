internal import Arguments
internal import Lifecycle
internal import LinuxSystem

/// A command: its grammar, and what it does.
struct RuntimeCommand: Sendable {
  let grammar: Command
  /// The exit code when it throws: 1, and 255 for `exec`, whose other codes are the process's (as runc).
  var failureCode: Int32 = 1
  let perform: @Sendable (CommandContext) throws(LifecycleError) -> Int32

  /// Every command by its name; each is made when it is asked for.
  static let table: [(name: String, make: @Sendable () -> RuntimeCommand)] = [
    ("create", { .create }), ("start", { .start }), ("run", { .run }), ("exec", { .exec }),
    ("state", { .state }),
    ("kill", { .kill }), ("delete", { .delete }), ("list", { .list }), ("ps", { .processes }),
    ("pause", { .pause }), ("resume", { .resume }), ("update", { .update }),
    ("events", { .events }), ("spec", { .spec }),
    ("checkpoint", { .checkpoint }), ("restore", { .restore }),
    ("features", { .features }),
  ]
}

/// What a command works with.
struct CommandContext: Sendable {
  let invocation: Invocation
  let store: ContainerStore
  let log: Log

  /// The positionals; `usage` names them for the error.
  func positionals(_ range: ClosedRange<Int>, _ usage: String) throws(LifecycleError) -> [String] {
    let given = invocation.positionals
    guard range.contains(given.count) else {
      throw .usage(
        "\"\(invocation.command)\" needs \(usage), got \(given.count) argument\(given.count == 1 ? "" : "s")")
    }
    return given
  }

  /// The one positional that most commands take.
  func containerID() throws(LifecycleError) -> String {
    try positionals(1...1, "exactly one container ID")[0]
  }

  /// The value of an option as a number that is not negative; 0 when it is not given.
  func number(_ option: String) throws(LifecycleError) -> Int {
    guard let text = invocation.value(option) else { return 0 }
    guard let number = Int(text), (0...65536).contains(number) else {
      throw .usage("invalid value \"\(text)\" for --\(option), expected a number")
    }
    return number
  }

  func warn(_ warnings: [String]) { for warning in warnings { log.write(.warning, warning) } }

  /// The options that `create` and `run` share.
  func creationOptions() throws(LifecycleError) -> CreationOptions {
    var options = CreationOptions()
    options.consoleSocket = invocation.value("console-socket")
    options.pidFile = invocation.value("pid-file")
    options.noPivot = invocation.flag("no-pivot")
    options.noNewKeyring = invocation.flag("no-new-keyring")
    options.preservedDescriptors = try number("preserve-fds")
    options.processSocket = invocation.value("pidfd-socket")
    options.cgroupManager = try Runtime.cgroupManager(invocation.globals)
    options.notifySocket = notifySocket
    passActivation(&options)
    return options
  }

  /// Where the caller's service manager listens (sd_notify(3)).
  var notifySocket: String? {
    Environment.value("NOTIFY_SOCKET").flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
  }

  /// Sockets that a service manager opened for us are the container's (sd_listen_fds(3)). Its pid is 1 in a pid
  /// namespace of its own; runc writes the same where there is none, and then nobody takes them.
  private func passActivation(_ options: inout CreationOptions) {
    guard let pid = Environment.value("LISTEN_PID"), pid == String(ownPID()),
      let count = Environment.value("LISTEN_FDS").flatMap({ Int($0) }), (1...1024).contains(count)
    else { return }
    options.preservedDescriptors += count
    options.environment = ["LISTEN_FDS=\(count)", "LISTEN_PID=1"]
    if let names = Environment.value("LISTEN_FDNAMES") {
      options.environment.append("LISTEN_FDNAMES=\(names)")
    }
  }

  /// The bundle that `create` and `run` are told of, by default the working directory.
  func bundle() throws(LifecycleError) -> Bundle {
    try Bundle(invocation.value("bundle") ?? ".", configuration: invocation.value("config"))
  }

  static let creationGrammar: [CommandOption] = [
    .value("bundle", short: "b", value: "DIR", help: "The bundle's directory (default \".\")"),
    .value("config", value: "FILE", help: "Another file in place of the bundle's config.json"),
    .value(
      "console-socket", value: "SOCKET", help: "Unix socket that receives the main side of the terminal"),
    .value("pid-file", value: "FILE", help: "Write the pid of the container's init there"),
    .value(
      "pidfd-socket", value: "SOCKET", help: "Unix socket that receives the pidfd of the container's init"),
    .flag("no-pivot", help: "chroot in place of pivot_root, for a root on a ramdisk"),
    .flag("no-new-keyring", help: "Keep the caller's session keyring"),
    .value("preserve-fds", value: "N", help: "Pass N descriptors from 3 on to the container"),
  ]
}
