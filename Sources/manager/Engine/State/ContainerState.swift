package import JSONDocument
package import LinuxSystem
internal import ShimProtocol
package import Store

/// A container as it is at one moment: what the database has, and what is observed.
package struct ContainerState: Sendable, Equatable {
  /// What the database has.
  package let record: ContainerRecord
  /// What lists show of its settings.
  package let brief: SettingsBrief
  /// What it is made of, where it was read already.
  private let known: KnownSettings
  /// What it is doing.
  package let status: ContainerStatus
  /// Whether the kernel killed something in it for want of memory.
  package let oomKilled: Bool
  /// One line: why it failed, or why its status is unknown; else empty.
  package let error: String
  /// What the last end, or the last start that failed, left; nil while it runs, and when nobody knows.
  package let exitCode: Int32?
  /// When the run under way, or the last one, began; nil when there was none.
  package let startedAt: Timestamp?
  /// How often its shim has started it again since it was started.
  package let restartCount: Int
  /// docker's State.Health while it runs; nil where nothing is checked.
  package let health: JSONValue?

  /// What it is made of.
  /// - Throws: `EngineError` when the database has something else.
  package var settings: ContainerSettings {
    get throws(EngineError) {
      if case .read(let settings) = known { return settings }
      return try ContainerSettings(json: record.settings, id: record.shortID)
    }
  }

  /// - Parameter restarts: what the shim says of a run under way.
  init(
    record: ContainerRecord, brief: SettingsBrief, known: ContainerSettings? = nil,
    _ facts: ContainerStatus.Facts, _ restarts: RestartsFile?, health: JSONValue?
  ) {
    var facts = facts
    let exit = facts.exit
    if let restarts { facts.startedAt = restarts.startedAt }
    self.record = record
    self.brief = brief
    self.known = known.map { .read($0) } ?? .unread
    self.status = ContainerStatus(facts)
    self.oomKilled = exit?.oomKilled ?? false
    self.error = exit?.error ?? ""
    self.exitCode = exit?.exitCode
    self.startedAt = exit?.startedAt ?? facts.startedAt
    self.restartCount = exit?.restartCount ?? restarts?.count ?? 0
    self.health = health
  }

  /// Elsewhere in memory: settings take as much as all the rest many times over, and a list, which has read none, moves
  /// hundreds of states about.
  private enum KnownSettings: Sendable, Equatable {
    case unread
    indirect case read(ContainerSettings)
  }

  /// docker's STATUS column: `Up 5 minutes (healthy)`.
  package func summary(now: Timestamp) -> String {
    let words = status.summary(now: now)
    guard case .running = status, let health = health?["Status"]?.string else { return words }
    return "\(words) (\(health == "starting" ? "health: starting" : health))"
  }
}

extension ContainerEngine {
  /// Observes a container.
  package func state(of record: ContainerRecord) throws(EngineError) -> ContainerState {
    try state(of: record, expected(observe(record.id, startedAt: record.startedAt), record))
  }

  /// What a container is by what was observed of it.
  private func state(
    of record: ContainerRecord, _ facts: ContainerStatus.Facts
  ) throws(EngineError) -> ContainerState {
    let settings = try settings(of: record)
    let brief = SettingsBrief(settings)
    return ContainerState(
      record: record, brief: brief, known: settings, facts, try restarts(of: record.id, facts),
      health: try health(of: record.id, brief, facts))
  }

  /// What the shim says of the restarts that came before the run under way.
  func restarts(of id: String, _ facts: ContainerStatus.Facts) throws(EngineError) -> RestartsFile? {
    guard facts.isUnderWay else { return nil }
    let path = ShimPaths(directory: paths.shimDirectory(id)).restarts
    return try attempt("look at container") { () throws(SystemError) in try RestartsFile.read(path) }
  }

  /// docker's State.Health, of one that runs and is checked.
  func health(
    of id: String, _ brief: SettingsBrief, _ facts: ContainerStatus.Facts
  ) throws(EngineError) -> JSONValue? {
    guard facts.shimIsAlive, brief.hasHealthcheck else { return nil }
    return try attempt("look at container") { () throws(SystemError) in try health(of: id) }
  }

  /// The same of one whose shim was killed in the pause before a restart, while another command, which has the
  /// container's lock, is about to give it a new one: it goes on to wait for that restart.
  func expected(
    _ facts: ContainerStatus.Facts, _ record: ContainerRecord
  ) throws(EngineError) -> ContainerStatus.Facts {
    guard !facts.shimIsAlive, facts.exit?.restarting == true, try isInterrupted(record) else { return facts }
    var facts = facts
    facts.shimIsAlive = true
    return facts
  }

  /// What a container is doing.
  func status(of record: ContainerRecord) throws(EngineError) -> ContainerStatus {
    ContainerStatus(try observe(record.id, startedAt: record.startedAt))
  }

  /// Gathers the facts. The lock first: a shim that ends in between has written its record before it lets go, so the
  /// other order could see neither.
  func observe(_ id: String, startedAt: Timestamp?) throws(EngineError) -> ContainerStatus.Facts {
    let shim = ShimPaths(directory: paths.shimDirectory(id))
    do throws(SystemError) {
      let alive = try isLocked(shim.lock)
      let exit = try exitRecord(of: id)
      var facts = ContainerStatus.Facts(shimIsAlive: alive, exit: exit, startedAt: startedAt)
      guard facts.isUnderWay else { return facts }
      facts.initPID = readNumber(shim.initPID)
      facts.isFrozen = cgroup(of: id).isFrozen()
      return facts
    } catch { throw EngineError("look at container \(id.prefix(12))", error) }
  }

  /// The record of the last run; nil while it runs, or when it never ran. One that cannot be read says that the
  /// status cannot be known; it must not keep `ps` from listing the others.
  func exitRecord(of id: String) throws(SystemError) -> ExitRecord? {
    let path = paths.exitRecord(id)
    do throws(ExitRecordError) { return try ExitRecord.read(path) } catch {
      let moment = try fileStatus(path).modifiedSeconds
      return ExitRecord(
        id: id, status: .unknown, exitCode: nil, finishedAt: Timestamp(seconds: moment), error: "\(error)")
    }
  }

  /// The settings stored with a container.
  func settings(of record: ContainerRecord) throws(EngineError) -> ContainerSettings {
    try ContainerSettings(json: record.settings, id: record.shortID)
  }
}

/// A decimal number in a file; nil when there is none yet.
func readNumber(_ path: String) -> Int32? {
  do throws(SystemError) { return Int32(try readText(path)) } catch { return nil }
}
