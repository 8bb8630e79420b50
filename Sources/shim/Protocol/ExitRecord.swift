package import JSONDocument
package import LinuxSystem

/// How a container's (or an exec session's) process ended: spec/shim-protocol.md, Exit record.
///
/// The container's is a file; who finds it knows that the container has ended and how.
package struct ExitRecord: Sendable, Equatable {
  /// What is known of the end.
  package enum Status: String, ClosedStringSet {
    /// It ran and ended; `exitCode` says how.
    case exited
    /// It never started; `error` says why and `exitCode` is 125, 126 or 127, or 128 when it was the manager that failed.
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

extension ExitRecord: DocumentReadable {
  /// Reads version 1; any other is refused.
  package init(reading members: MemberReader) throws(DocumentError) {
    let version: Int = try members.read("version")
    guard version == 1 else { throw Self.broken("version", "this program reads version 1, found \(version)") }
    guard let finishedAt = Timestamp(try members.read("finishedAt")) else {
      throw Self.broken("finishedAt", "no RFC 3339 time")
    }
    let started: String? = try members.read("startedAt")
    let startedAt = started.flatMap { Timestamp($0) }
    guard (started == nil) == (startedAt == nil) else { throw Self.broken("startedAt", "no RFC 3339 time") }
    self.init(
      id: try members.read("id"), status: try members.read("status"), exitCode: try members.read("exitCode"),
      signal: try members.read("signal"), oomKilled: try members.read("oomKilled"), startedAt: startedAt,
      finishedAt: finishedAt, error: try members.read("error"))
    restarting = try members.read("restarting") ?? false
    restartCount = try members.read("restartCount") ?? 0
    guard (status == .unknown) == (exitCode == nil) else {
      throw Self.broken("exitCode", "absent exactly when the status is \"unknown\"")
    }
  }

  /// Version 1, what is absent left out.
  var document: JSONValue {
    var members: [JSONObject.Member] = [
      .init(key: "version", value: .integer(1)), .init(key: "id", value: .string(id)),
      .init(key: "status", value: .string(status.rawValue)),
    ]
    if let exitCode { members.append(.init(key: "exitCode", value: .integer(Int64(exitCode)))) }
    if let signal { members.append(.init(key: "signal", value: .integer(Int64(signal)))) }
    members.append(.init(key: "oomKilled", value: .bool(oomKilled)))
    if let startedAt { members.append(.init(key: "startedAt", value: .string(startedAt.description))) }
    members.append(.init(key: "finishedAt", value: .string(finishedAt.description)))
    members.append(.init(key: "error", value: .string(error)))
    if restarting { members.append(.init(key: "restarting", value: .bool(true))) }
    if restartCount > 0 {
      members.append(.init(key: "restartCount", value: .integer(Int64(restartCount))))
    }
    return .object(JSONObject(members))
  }

  private static func broken(_ member: String, _ rule: String) -> DocumentError {
    DocumentError(file: "exit record", path: [.member(member)], rule: rule)
  }
}
