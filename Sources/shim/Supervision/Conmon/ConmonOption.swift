/// Every option of conmon's command line (conmon(8), and `conmon --help` of 2.1.6; from 2.2 on also the log labels,
/// the log directories that are allowed, and rotation). The raw value is the long name without its dashes.
package enum ConmonOption: String, CaseIterable, Sendable {
  case apiVersion = "api-version"
  case bundle
  case cid
  case conmonPIDFile = "conmon-pidfile"
  case containerPIDFile = "container-pidfile"
  case cuuid
  case exec
  case execAttach = "exec-attach"
  case execProcessSpec = "exec-process-spec"
  case exitCommand = "exit-command"
  case exitCommandArgument = "exit-command-arg"
  case exitDelay = "exit-delay"
  case exitDirectory = "exit-dir"
  case fullAttach = "full-attach"
  case help
  case leaveStdinOpen = "leave-stdin-open"
  case logAllowlistDirectory = "log-allowlist-dir"
  case logGlobalSizeMax = "log-global-size-max"
  case logLabel = "log-label"
  case logLevel = "log-level"
  case logMaxFiles = "log-max-files"
  case logPath = "log-path"
  case logRotate = "log-rotate"
  case logSizeMax = "log-size-max"
  case logTag = "log-tag"
  case name
  case noNewKeyring = "no-new-keyring"
  case noPivot = "no-pivot"
  case noSyncLog = "no-sync-log"
  case persistDirectory = "persist-dir"
  /// The old name of `container-pidfile`.
  case pidFile = "pidfile"
  case replaceListenPID = "replace-listen-pid"
  case restore
  /// The old name of `runtime-opt`.
  case restoreArgument = "restore-arg"
  case runtime
  case runtimeArgument = "runtime-arg"
  case runtimeOption = "runtime-opt"
  case notifySocket = "sdnotify-socket"
  case seccompNotifyPlugins = "seccomp-notify-plugins"
  case seccompNotifySocket = "seccomp-notify-socket"
  case socketDirectory = "socket-dir-path"
  case stdin
  case sync
  case syslog
  case systemdCgroup = "systemd-cgroup"
  case terminal
  case timeout
  case version

  /// Whether a value follows.
  var takesValue: Bool {
    switch self {
    case .apiVersion, .exec, .execAttach, .fullAttach, .help, .leaveStdinOpen, .logRotate, .noNewKeyring,
      .noPivot,
      .noSyncLog, .replaceListenPID, .stdin, .sync, .syslog, .systemdCgroup, .terminal, .version:
      false
    case .bundle, .cid, .conmonPIDFile, .containerPIDFile, .cuuid, .execProcessSpec, .exitCommand,
      .exitCommandArgument, .exitDelay, .exitDirectory, .logAllowlistDirectory, .logGlobalSizeMax, .logLabel,
      .logLevel, .logMaxFiles, .logPath, .logSizeMax, .logTag, .name, .persistDirectory, .pidFile, .restore,
      .restoreArgument, .runtime, .runtimeArgument, .runtimeOption, .notifySocket, .seccompNotifyPlugins,
      .seccompNotifySocket, .socketDirectory, .timeout:
      true
    }
  }

  /// The option of a short name, such as `c` of `-c`.
  init?(short: Character) {
    switch short {
    case "b": self = .bundle
    case "c": self = .cid
    case "P": self = .conmonPIDFile
    case "p": self = .containerPIDFile
    case "u": self = .cuuid
    case "e": self = .exec
    case "h": self = .help
    case "l": self = .logPath
    case "n": self = .name
    case "0": self = .persistDirectory
    case "r": self = .runtime
    case "i": self = .stdin
    case "s": self = .systemdCgroup
    case "t": self = .terminal
    case "T": self = .timeout
    default: return nil
    }
  }

  /// Whether these arguments, without the program's name, are conmon's and not the shim's own (spec/conmon.md).
  ///
  /// Both must name the container, conmon's by `--cid` or `-c`, the shim's by `--id`: whichever comes first decides.
  package static func isConmon(program: String, _ arguments: [String]) -> Bool {
    if program.split(separator: "/").last == "conmon" { return true }
    for argument in arguments {
      if argument == "-c" || argument == "--cid" || argument.hasPrefix("--cid=") { return true }
      if argument == "--id" || argument.hasPrefix("--id=") { return false }
    }
    return arguments.first == "--version"
  }
}
