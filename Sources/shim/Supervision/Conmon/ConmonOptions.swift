package import ShimProtocol

/// What conmon's command line asks for (conmon(8)); spec/conmon.md has the table.
package struct ConmonOptions: Sendable, Equatable {
  /// One `--log-path`.
  package struct Log: Sendable, Equatable {
    /// How it is kept.
    package let driver: LogDriver
    /// The file of a driver that has one.
    package let path: String?
  }

  /// The container's id, for the runtime and for the exit file's name.
  package var id: String
  /// What the attach socket's link and the journal name the container, or the exec session.
  package var uuid: String
  /// The container's name, for the journal.
  package var name: String?
  /// The OCI runtime's program.
  package var runtime: String
  /// What stands before the runtime's command.
  package var runtimeArguments: [String]
  /// What stands behind the runtime's command.
  package var runtimeOptions: [String]
  /// The bundle, or an exec session's own directory; there the attach socket and the FIFOs are. nil: an exec session
  /// that nobody attaches to.
  package var bundle: String?
  /// Where the runtime writes the process's pid.
  package var processIDFile: String
  /// Where the shim writes its own pid.
  package var conmonPIDFile: String?
  /// process.json of an exec session; nil: it is a container.
  package var execProcess: String?
  /// Whether the exec session begins only when its caller has attached.
  package var waitsForAttach: Bool
  /// The checkpoint to restore the container from.
  package var restorePath: String?
  /// Whether the sync pipe speaks the newer of its two forms.
  package var hasNewAPI: Bool
  package var terminal: Bool
  /// Whether the process has a stdin that clients write to.
  package var keepsInput: Bool
  /// Whether that stays open when a client ends its input.
  package var leavesInputOpen: Bool
  package var noPivot: Bool
  package var noNewKeyring: Bool
  package var systemdCgroup: Bool
  /// Whether the runtime's LISTEN_PID becomes its own pid in any case (sd_listen_fds(3)).
  package var replacesListenPID: Bool
  /// Whether the shim stays its caller's child.
  package var staysChild: Bool
  package var logs: [Log]
  /// A file that would become larger is rotated first.
  package var logMaximumBytes: Int64?
  /// How many files there are of each log at most.
  package var logMaximumFiles: Int
  /// After so much output nothing is logged any more.
  package var logTotalBytes: Int64?
  package var logTag: String?
  package var logLabels: [LogOptions.Field]
  /// Whether the logs are on the disk before the end is told.
  package var syncsLogs: Bool
  /// Where the exit file, named by the id, goes.
  package var exitDirectory: String?
  /// Where `exit` and `oom` go.
  package var persistDirectory: String?
  /// Program and arguments to run after the end; empty for none.
  package var exitCommand: [String]
  package var exitDelaySeconds: Int64
  /// The process is killed after so long.
  package var timeoutSeconds: Int64?
  /// Where the link to the bundle goes through which the attach socket has a short path; nil for none.
  package var socketDirectory: String?
  /// The host's socket for what the container notifies (sd_notify(3)).
  package var notifySocket: String?

  /// Whether the process gets the shim's own stdio.
  package var passesStdio: Bool { logs.contains { $0.driver == .passthrough } }
}

/// What a command line of conmon's form asks for.
package enum ConmonRequest: Sendable, Equatable {
  case version
  case help
  case run(ConmonOptions)

  /// Reads the arguments, without the program's name.
  /// - Parameter directory: the working directory, where what is not named lies.
  package init(_ arguments: [String], in directory: String) throws(ShimUsageError) {
    let found = try ConmonArguments(arguments)
    if found.has(.help) {
      self = .help
    } else if found.has(.version) {
      self = .version
    } else {
      self = .run(try ConmonOptions(found, in: directory))
    }
  }
}
