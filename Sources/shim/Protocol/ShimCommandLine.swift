package import LinuxSystem

/// Every option of the shim's command line, one definition for who starts it and for the shim itself
/// (spec/shim-protocol.md, Command line).
package struct ShimCommandLine: Sendable, Equatable {
  /// The container's id, as the runtime is told it.
  package var id: String
  /// The OCI bundle's directory.
  package var bundle: String
  /// The OCI runtime's program.
  package var runtime: String
  /// The runtime's `--root`.
  package var runtimeRoot: String
  /// `RUNROOT/shims/<id>`; must exist.
  package var runDirectory: String
  /// Where the exit record goes.
  package var exitRecord: String
  /// Where output is kept.
  package var logDriver = LogDriver.jsonFile
  /// The file of a driver that has one; nil keeps none.
  package var log: String?
  /// How output is kept.
  package var logOptions = LogOptions()
  /// Whether the container gets a pseudo-terminal.
  package var terminal = false
  /// Whether the container's stdin is kept open for clients.
  package var keepsInput = false
  /// The terminal's first size.
  package var windowSize: WindowSize?
  /// Whether nothing of the container need survive a power cut: it is removed when it has ended.
  package var isEphemeral = false
  /// The container runs already, since then, and lost its shim.
  package var adoptedSince: Timestamp?
  /// When the container is started again after its end.
  package var restart = RestartPolicy.no
  /// How its health is checked; nil checks nothing.
  package var health: HealthSettings?
  /// The journal that events are written to; nil writes none.
  package var events: String?
  /// What each of the container's events says of it: its image, its name, its labels.
  package var eventAttributes: [Event.Attribute] = []
  /// The number of an inherited SEQPACKET socket to the launcher.
  package var launcherDescriptor: Int32?
  /// Whether nothing is begun before the launcher says `proceed`: it is still making what the container needs.
  package var awaitsLauncher = false
  /// The number of an inherited chest of bound sockets (`PortChest`); nil for a container that publishes nothing.
  package var portsDescriptor: Int32?
  /// Program and arguments to run when nobody cleans up; empty for none.
  package var exitCommand: [String] = []

  package init(
    id: String, bundle: String, runtime: String, runtimeRoot: String, runDirectory: String, exitRecord: String
  ) {
    self.id = id
    self.bundle = bundle
    self.runtime = runtime
    self.runtimeRoot = runtimeRoot
    self.runDirectory = runDirectory
    self.exitRecord = exitRecord
  }

  /// The options; the raw value is the long name without its dashes.
  package enum Option: String, CaseIterable, Sendable {
    case id, bundle, runtime
    case runtimeRoot = "runtime-root"
    case runDirectory = "run-dir"
    case exitRecord = "exit-record"
    case logDriver = "log-driver"
    case logOption = "log-opt"
    case log, terminal, stdin, columns, rows, ephemeral, adopt, restart
    case healthProcess = "health-process"
    case healthInterval = "health-interval"
    case healthTimeout = "health-timeout"
    case healthStartPeriod = "health-start-period"
    case healthStartInterval = "health-start-interval"
    case healthRetries = "health-retries"
    case events
    case eventAttribute = "event-attribute"
    case launcherDescriptor = "launcher-fd"
    case awaitsLauncher = "await"
    case portsDescriptor = "ports-fd"
    case exitCommand = "exit-command"

    /// Whether a value follows.
    package var takesValue: Bool {
      switch self {
      case .terminal, .stdin, .ephemeral, .awaitsLauncher: false
      case .id, .bundle, .runtime, .runtimeRoot, .runDirectory, .exitRecord, .log, .logDriver,
        .logOption, .columns, .rows, .adopt, .restart, .healthProcess, .healthInterval, .healthTimeout,
        .healthStartPeriod, .healthStartInterval, .healthRetries, .events, .eventAttribute,
        .launcherDescriptor, .portsDescriptor, .exitCommand:
        true
      }
    }
  }
}

/// A command line that the shim does not accept; one line.
package struct ShimUsageError: Error, Equatable, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}
