/// The names in `RUNROOT/shims/<id>` (spec/state-layout.md), for the shim and for whoever looks for it.
package struct ShimPaths: Sendable, Equatable {
  /// The shim's run directory, absolute.
  package let directory: String

  /// The names in a given run directory, as `--run-dir` has it.
  package init(directory: String) { self.directory = directory }

  /// The names for a container below the run root.
  package init(runRoot: String, id: String) { directory = "\(runRoot)/shims/\(id)" }

  /// Locked (flock) for as long as the shim lives; ask with `isLocked`.
  package var lock: String { "\(directory)/lock" }
  /// Where the shim listens; connect with `ShimConnection`, since the path may be too long for an address.
  package var socket: String { "\(directory)/\(Self.socketName)" }
  /// The shim's own pid in decimal.
  package var shimPID: String { "\(directory)/\(Self.shimPIDName)" }
  /// The session of the shim and of what it starts, in decimal; the pid of its leader, who is gone.
  package var session: String { "\(directory)/\(Self.sessionName)" }
  /// The pid of the container's init in decimal, written by the runtime.
  package var initPID: String { "\(directory)/\(Self.initPIDName)" }

  /// The FIFO that a container without a terminal writes one of its streams into.
  package func output(_ stream: OutputStream) -> String { "\(directory)/\(Self.outputName(stream))" }
  /// What the shim knows of its restarts; there after the first.
  package var restarts: String { "\(directory)/\(Self.restartsName)" }
  /// docker's State.Health; there with a health check.
  package var health: String { "\(directory)/\(Self.healthName)" }
  /// The process.json of the health check; the manager makes it.
  package var healthProcess: String { "\(directory)/health-process.json" }

  /// The container's name, there when it was changed while the shim lived; the manager writes it.
  package var name: String { "\(directory)/name" }

  /// A directory for an exec session's process.json, `n` counting from 1. The manager makes it, with a number that is
  /// free, and removes it when the session's first answer is there.
  package func execDirectory(_ n: Int) -> String { "\(directory)/exec-\(n)" }

  /// The name, inside the directory, of the empty file that is there while an exec session that was given an id runs.
  /// - Returns: nil for what is no id: lower-case hex digits.
  package static func sessionMark(_ id: String) -> String? {
    let isHexadecimal = id.allSatisfy { ("0"..."9").contains($0) || ("a"..."f").contains($0) }
    guard !id.isEmpty, id.utf8.count <= 64, isHexadecimal else { return nil }
    return sessionMarkPrefix + id
  }

  /// The id that a name inside the directory tells of; nil for every other name.
  package static func sessionID(ofMark name: String) -> String? {
    guard name.hasPrefix(sessionMarkPrefix) else { return nil }
    let id = String(name.dropFirst(sessionMarkPrefix.count))
    return sessionMark(id) == nil ? nil : id
  }

  private static let sessionMarkPrefix = "exec-id-"

  /// The socket's name inside the directory.
  package static let socketName = "socket"
  /// The name of the shim's pid file inside the directory.
  package static let shimPIDName = "shim.pid"
  /// The name of the session's file inside the directory.
  package static let sessionName = "session"
  /// The name of the file of restarts inside the directory.
  package static let restartsName = "restarts.json"
  /// The name of the health's file inside the directory.
  package static let healthName = "health.json"
  /// The name of init's pid file inside the directory.
  package static let initPIDName = "init.pid"
  /// The name of an output's FIFO inside the directory.
  package static func outputName(_ stream: OutputStream) -> String { stream == .output ? "stdout" : "stderr" }
}
