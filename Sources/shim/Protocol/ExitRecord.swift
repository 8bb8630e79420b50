internal import JSONDocument
package import LinuxSystem

/// How a container's (or an exec session's) process ended: spec/shim-protocol.md, Exit record.
///
/// The container's is a file; who finds it knows that the container has ended and how.
package struct ExitRecord: Sendable, Equatable {
  /// What is known of the end.
  package enum Status: String, ClosedStringSet {
    /// It ran and ended; `exitCode` says how.
    case exited
    /// It never started; `error` says why and `exitCode` is 125, 126 or 127.
    case failed
    /// It ran, and nobody can know how it ended; there is no `exitCode`.
    case unknown
  }

  /// The container's id.
  package var id: String
  package var status: Status
  /// 0 to 255, 128 + n when signal n ended it; nil exactly when `status` is `unknown`.
  package var exitCode: Int32?
  /// The signal that ended it, if one did.
  package var signal: Int32?
  /// Whether the kernel killed something in its cgroup for want of memory.
  package var oomKilled: Bool
  /// nil when it never started.
  package var startedAt: Timestamp?
  package var finishedAt: Timestamp
  /// One line, or empty: why it failed, why its status is unknown, or what went wrong beside it (a log that could
  /// not be written).
  package var error: String
  /// Whether the shim starts the container again after a pause.
  package var restarting = false
  /// How many restarts came before this end.
  package var restartCount = 0

  package init(
    id: String, status: Status, exitCode: Int32?, signal: Int32? = nil, oomKilled: Bool = false,
    startedAt: Timestamp? = nil, finishedAt: Timestamp, error: String = ""
  ) {
    self.id = id
    self.status = status
    self.exitCode = exitCode
    self.signal = signal
    self.oomKilled = oomKilled
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.error = error
  }

  /// The record of a process that ran and was reaped.
  package init(
    id: String, ended status: ExitStatus, oomKilled: Bool = false, startedAt: Timestamp?,
    finishedAt: Timestamp,
    error: String = ""
  ) {
    let signal: Int32? = if case .signaled(let number) = status { number } else { nil }
    self.init(
      id: id, status: .exited, exitCode: status.shellCode, signal: signal, oomKilled: oomKilled,
      startedAt: startedAt, finishedAt: finishedAt, error: error)
  }
}

extension ExitRecord: Codable {
  private enum Key: String, CodingKey {
    case version, id, status, exitCode, signal, oomKilled, startedAt, finishedAt, error
    case restarting, restartCount
  }

  /// Reads version 1; any other is refused.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let version = try values.decode(Int.self, forKey: .version)
    guard version == 1 else { throw Self.broken("version", "this program reads version 1, found \(version)") }
    let finished = try values.decode(String.self, forKey: .finishedAt)
    guard let finishedAt = Timestamp(finished) else { throw Self.broken("finishedAt", "no RFC 3339 time") }
    let started = try values.decodeIfPresent(String.self, forKey: .startedAt)
    let startedAt = started.flatMap { Timestamp($0) }
    guard (started == nil) == (startedAt == nil) else { throw Self.broken("startedAt", "no RFC 3339 time") }
    self.init(
      id: try values.decode(String.self, forKey: .id),
      status: try values.decode(Status.self, forKey: .status),
      exitCode: try values.decodeIfPresent(Int32.self, forKey: .exitCode),
      signal: try values.decodeIfPresent(Int32.self, forKey: .signal),
      oomKilled: try values.decode(Bool.self, forKey: .oomKilled),
      startedAt: startedAt, finishedAt: finishedAt,
      error: try values.decode(String.self, forKey: .error))
    restarting = try values.decodeIfPresent(Bool.self, forKey: .restarting) ?? false
    restartCount = try values.decodeIfPresent(Int.self, forKey: .restartCount) ?? 0
    guard (status == .unknown) == (exitCode == nil) else {
      throw Self.broken("exitCode", "absent exactly when the status is \"unknown\"")
    }
  }

  /// Writes version 1.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(1, forKey: .version)
    try values.encode(id, forKey: .id)
    try values.encode(status, forKey: .status)
    try values.encodeIfPresent(exitCode, forKey: .exitCode)
    try values.encodeIfPresent(signal, forKey: .signal)
    try values.encode(oomKilled, forKey: .oomKilled)
    try values.encodeIfPresent(startedAt?.description, forKey: .startedAt)
    try values.encode(finishedAt.description, forKey: .finishedAt)
    try values.encode(error, forKey: .error)
    if restarting { try values.encode(true, forKey: .restarting) }
    if restartCount > 0 { try values.encode(restartCount, forKey: .restartCount) }
  }

  private static func broken(_ member: String, _ rule: String) -> DocumentError {
    DocumentError(file: "exit record", path: [.member(member)], rule: rule)
  }
}
