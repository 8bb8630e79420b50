package import LinuxSystem
package import ShimProtocol

/// What a container is doing, derived at every question and stored nowhere (spec/state-layout.md, Status is derived).
package enum ContainerStatus: Sendable, Equatable {
  /// It has never run.
  case created
  /// It runs, since when; `pid` is of its init in the host's namespace, nil in the instant before it is known.
  case running(since: Timestamp?, pid: Int32?)
  /// It runs, and its processes are frozen.
  case paused(since: Timestamp?, pid: Int32?)
  /// It has ended, and its shim will start it again; `code` is nil when nobody can know it.
  case restarting(code: Int32?, at: Timestamp)
  /// It has ended; `code` is nil when nobody can know it.
  case exited(code: Int32?, at: Timestamp?)

  /// The facts it is derived from.
  package struct Facts: Sendable, Equatable {
    /// Whether somebody holds the lock of the shim.
    package var shimIsAlive: Bool
    /// What `init.pid` says.
    package var initPID: Int32?
    /// The record of the last run, absent while it runs.
    package var exit: ExitRecord?
    /// What the launcher wrote into the database.
    package var startedAt: Timestamp?
    /// Whether its cgroup is frozen.
    package var isFrozen: Bool

    /// Whether a run is under way, as far as can be told: only then are there a pid, a freezer, and restarts to ask for.
    package var isUnderWay: Bool { shimIsAlive && exit == nil }

    /// Makes the facts.
    package init(
      shimIsAlive: Bool, initPID: Int32? = nil, exit: ExitRecord? = nil, startedAt: Timestamp? = nil,
      isFrozen: Bool = false
    ) {
      self.shimIsAlive = shimIsAlive
      self.initPID = initPID
      self.exit = exit
      self.startedAt = startedAt
      self.isFrozen = isFrozen
    }
  }

  /// Derives the status.
  ///
  /// An exit record counts first: the shim writes it and lives on for the moment that clean-up takes.
  package init(_ facts: Facts) {
    if let exit = facts.exit, exit.restarting, facts.shimIsAlive {
      self = .restarting(code: exit.exitCode, at: exit.finishedAt)
    } else if let exit = facts.exit {
      switch exit.status {
      case .exited, .unknown: self = .exited(code: exit.exitCode, at: exit.finishedAt)
      case .failed:
        self = facts.startedAt == nil ? .created : .exited(code: exit.exitCode, at: exit.finishedAt)
      }
    } else if facts.shimIsAlive {
      if facts.startedAt == nil && facts.initPID == nil {
        self = .created
      } else if facts.isFrozen {
        self = .paused(since: facts.startedAt, pid: facts.initPID)
      } else {
        self = .running(since: facts.startedAt, pid: facts.initPID)
      }
    } else if facts.startedAt != nil {
      self = .exited(code: nil, at: nil)
    } else {
      self = .created
    }
  }

  /// docker's State.Status.
  package var word: String {
    switch self {
    case .created: "created"
    case .running: "running"
    case .paused: "paused"
    case .restarting: "restarting"
    case .exited: "exited"
    }
  }

  /// Whether it runs, or will without anybody's doing: docker's State.Running.
  package var isRunning: Bool {
    switch self {
    case .running, .paused, .restarting: true
    case .created, .exited: false
    }
  }

  /// The pid of its init while it has one.
  package var pid: Int32? {
    switch self {
    case .running(_, let pid), .paused(_, let pid): pid
    case .created, .restarting, .exited: nil
    }
  }

  /// docker's STATUS column without the health: `Up 5 minutes`, `Restarting (1) 5 seconds ago`, `Exited (0) About a minute ago`, `Created`.
  package func summary(now: Timestamp) -> String {
    switch self {
    case .created: return "Created"
    case .running(let since, _):
      return since.map { "Up \(HumanDuration(from: $0, to: now))" } ?? "Up"
    case .paused(let since, _):
      return (since.map { "Up \(HumanDuration(from: $0, to: now))" } ?? "Up") + " (Paused)"
    case .restarting(let code, let moment):
      let code = code.map { "\($0)" } ?? "unknown"
      return "Restarting (\(code)) \(HumanDuration(from: moment, to: now)) ago"
    case .exited(let code, let moment):
      let code = code.map { "\($0)" } ?? "unknown"
      return "Exited (\(code))" + (moment.map { " \(HumanDuration(from: $0, to: now)) ago" } ?? "")
    }
  }
}
