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
  private let known: ContainerSettings?
  /// What it is doing.
  package let status: ContainerStatus
  /// Whether the kernel killed something in it for want of memory.
  package let oomKilled: Bool
  /// One line: why it failed, or why its status is unknown; else empty.
  package let error: String
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
      if let known { return known }
      return try ContainerSettings(json: record.settings, id: record.shortID)
    }
  }

  init(
    record: ContainerRecord, brief: SettingsBrief, known: ContainerSettings?, status: ContainerStatus,
    oomKilled: Bool, error: String, startedAt: Timestamp?, restartCount: Int, health: JSONValue?
  ) {
    self.record = record
    self.brief = brief
    self.known = known
    self.status = status
    self.oomKilled = oomKilled
    self.error = error
    self.startedAt = startedAt
    self.restartCount = restartCount
    self.health = health
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
    try state(of: record, observe(record.id, startedAt: record.startedAt))
  }

  /// What a container is by what was observed of it.
  /// - Parameter brief: what is known of its settings; nil reads them.
  func state(
    of record: ContainerRecord, _ facts: ContainerStatus.Facts, brief: SettingsBrief? = nil
  ) throws(EngineError) -> ContainerState {
    var observation = facts
    let exit = observation.exit
    let settings = try brief == nil ? settings(of: record) : nil
    guard let brief = brief ?? settings.map({ SettingsBrief($0) }) else {
      throw EngineError(.failed, "container \(record.shortID) has no settings")
    }
    let alive = observation.shimIsAlive
    let (restarts, health) = try attempt("look at container") { () throws(SystemError) in
      let shim = ShimPaths(directory: paths.shimDirectory(record.id))
      return (
        alive ? try RestartsFile.read(shim.restarts) : nil,
        alive && brief.hasHealthcheck ? try self.health(of: record.id) : nil
      )
    }
    if exit == nil, let restarts { observation.startedAt = restarts.startedAt }
    return ContainerState(
      record: record, brief: brief, known: settings, status: ContainerStatus(observation),
      oomKilled: exit?.oomKilled ?? false, error: exit?.error ?? "",
      startedAt: exit?.startedAt ?? observation.startedAt,
      restartCount: exit?.restartCount ?? restarts?.count ?? 0, health: health)
  }

  /// What a container is doing.
  func status(of record: ContainerRecord) throws(EngineError) -> ContainerStatus {
    ContainerStatus(try observe(record.id, startedAt: record.startedAt))
  }

  /// Gathers the facts. The lock first: a shim that ends in between has written its record before it lets go, so the
  /// other order could see neither.
  /// - Parameter withPID: whether the pid of init is wanted where the status can be told without it; a list of hundreds
  ///   has no use for it.
  func observe(
    _ id: String, startedAt: Timestamp?, withPID: Bool = true
  ) throws(EngineError) -> ContainerStatus.Facts {
    let shim = ShimPaths(directory: paths.shimDirectory(id))
    do throws(SystemError) {
      let alive = try isLocked(shim.lock)
      let exit = try exitRecord(of: id)
      let runs = alive && exit == nil
      return ContainerStatus.Facts(
        shimIsAlive: alive, initPID: runs && (withPID || startedAt == nil) ? readNumber(shim.initPID) : nil,
        exit: exit, startedAt: startedAt, isFrozen: runs && cgroup(of: id).isFrozen())
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
