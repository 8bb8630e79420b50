internal import ShimProtocol

extension ShimCommandLine.Option {
  /// What help calls the value.
  var valueName: String {
    switch self {
    case .id: "ID"
    case .bundle, .runtimeRoot, .runDirectory: "DIR"
    case .exitRecord, .log, .healthProcess, .events: "FILE"
    case .restart: "POLICY"
    case .healthInterval, .healthTimeout, .healthStartPeriod, .healthStartInterval: "MS"
    case .runtime: "PROGRAM"
    case .logDriver: "NAME"
    case .logOption, .eventAttribute: "NAME=VALUE"
    case .columns, .rows, .launcherDescriptor, .portsDescriptor, .healthRetries: "N"
    case .adopt: "TIME"
    case .exitCommand: "ARG"
    case .terminal, .stdin, .ephemeral, .awaitsLauncher: ""
    }
  }

  /// What help says.
  var help: String {
    switch self {
    case .id: "The container's id"
    case .bundle: "The OCI bundle"
    case .runtime: "The OCI runtime"
    case .runtimeRoot: "The runtime's --root"
    case .runDirectory: "Directory for lock, socket and pids; must exist"
    case .exitRecord: "Where the exit record goes"
    case .logDriver: "json-file (default), k8s-file, journald, none or passthrough"
    case .logOption: "max-size=BYTES, max-file=N, compress=true, field.NAME=VALUE"
    case .log: "The log's file; no log without it"
    case .terminal: "Give the container a terminal"
    case .stdin: "Keep the container's stdin open"
    case .columns: "The terminal's first width"
    case .rows: "The terminal's first height"
    case .ephemeral: "The container is removed at its end: its record need not survive a power cut"
    case .adopt: "Take over a container that runs since then and lost its shim"
    case .restart: "When to start it again: no, always, unless-stopped, on-failure[:N]"
    case .healthProcess: "process.json of the health check"
    case .healthInterval: "Time between checks"
    case .healthTimeout: "How long a check may take"
    case .healthStartPeriod: "How long failures do not count"
    case .healthStartInterval: "Time between checks until then"
    case .healthRetries: "Failures in a row that make it unhealthy"
    case .events: "The journal of events"
    case .eventAttribute: "What each event says of the container"
    case .launcherDescriptor: "Inherited SEQPACKET socket to the launcher"
    case .awaitsLauncher: "Begin when the launcher says so"
    case .portsDescriptor: "Inherited socket, in whose queue lie those that hold the container's ports"
    case .exitCommand: "Program to run when nobody cleans up, then each argument"
    }
  }
}
