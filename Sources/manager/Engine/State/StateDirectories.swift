internal import Dispatch
internal import LinuxSystem
internal import ShimProtocol
internal import Store
internal import Synchronization

/// The directories that say what containers are doing, opened once for a list; what has no run directory has no shim, and
/// there is less to ask of hundreds that do not run.
///
/// The facts are those of `ContainerEngine.observe`, which asks the same of one container by its paths.
final class StateDirectories: Sendable {
  /// From how many running containers on a look at all of them is shared between processors: each costs some eight calls,
  /// most of it the kernel's way to the freezer, and threads cost as much as some ten of them.
  private static let leastToShare = 100

  /// What was seen of a container.
  struct Observation: Sendable {
    var facts: ContainerStatus.Facts
    /// What its shim says of a run under way.
    var restarts: RestartsFile?
    /// nil where it was not asked for, and when the database has something else than settings.
    var brief: SettingsBrief?
  }

  private let engine: ContainerEngine
  private let containers: OwnedDescriptor
  private let shims: OwnedDescriptor
  private let freezer: FreezerDirectories
  private let withRunDirectory: Set<String>

  /// Opens and reads them.
  init(_ engine: ContainerEngine) throws(EngineError) {
    let paths = engine.paths
    let found = try Self.names(paths.shims)
    let containers = try Self.open(paths.containers)
    let shims = try Self.open(paths.shims)
    let freezer = try attempt("look at cgroups") { () throws(SystemError) in try FreezerDirectories() }
    self.engine = engine
    withRunDirectory = found
    self.containers = containers
    self.shims = shims
    self.freezer = freezer
  }

  private static func names(_ path: String) throws(EngineError) -> Set<String> {
    try attempt("look at containers") { () throws(SystemError) in try directoryNames(path) }
  }

  private static func open(_ path: String) throws(EngineError) -> OwnedDescriptor {
    try attempt("look at containers") { () throws(SystemError) in try openFile(path, [.path, .directory]) }
  }

  /// Leaves those that may run: they have a shim, or the runtime knows them. Of the others nothing else has to be asked.
  func dropThoseAtRest(_ records: inout [ContainerRecord]) throws(EngineError) {
    if records.allSatisfy({ withRunDirectory.contains($0.id) }) { return }
    let withRuntimeState = try Self.names(engine.paths.runtimeRoot)
    records.removeAll { !withRunDirectory.contains($0.id) && !withRuntimeState.contains($0.id) }
  }

  /// Looks at each container, in their order.
  /// - Parameter inDetail: whether more is asked for than if it runs; else none is frozen, restarted or described.
  func observe(
    _ records: [ContainerRecord], inDetail: Bool
  ) throws(EngineError) -> [Observation] {
    let parts = withRunDirectory.count < Self.leastToShare ? 1 : processorCount()
    let length = (records.count + parts - 1) / max(1, parts)
    let seen = Mutex(Seen(parts: [[Observation]](repeating: [], count: parts)))
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = min(part * length, records.count)..<min((part + 1) * length, records.count)
      var observations: [Observation] = []
      observations.reserveCapacity(range.count)
      do throws(EngineError) {
        for index in range { observations.append(try observe(records[index], inDetail: inDetail)) }
      } catch { seen.withLock { $0.failure = error } }
      seen.withLock { $0.parts[part] = observations }
    }
    let all = seen.withLock { $0 }
    if let failure = all.failure { throw failure }
    return Array(all.parts.joined())
  }

  /// What the threads have seen, each its part; and what one of them met.
  private struct Seen {
    var parts: [[Observation]]
    var failure: EngineError?
  }

  /// Gathers the facts, in the order of `ContainerEngine.observe` and for its reason: a shim that was not there when the
  /// directories were read has written its record before. The pid of init is asked for only where nothing else says that
  /// the container has begun.
  private func observe(_ record: ContainerRecord, inDetail: Bool) throws(EngineError) -> Observation {
    let id = record.id
    let shim = ShimPaths(directory: id)
    do throws(SystemError) {
      let alive = withRunDirectory.contains(id) ? try isLocked(shim.lock, in: shims) : false
      var facts = ContainerStatus.Facts(
        shimIsAlive: alive, exit: try exitRecord(of: id), startedAt: record.startedAt)
      if facts.isUnderWay {
        if record.startedAt == nil { facts.initPID = readNumber(engine.paths.shimDirectory(shim.initPID)) }
        if inDetail { facts.isFrozen = freezer.isFrozen(engine.cgroupName(of: id)) }
      }
      guard inDetail else { return Observation(facts: facts) }
      return Observation(
        facts: facts, restarts: facts.isUnderWay ? try RestartsFile.read(shim.restarts, in: shims) : nil,
        brief: SettingsBrief(json: record.settings))
    } catch { throw EngineError("look at container \(id.prefix(12))", error) }
  }

  private func exitRecord(of id: String) throws(SystemError) -> ExitRecord? {
    do throws(ExitRecordError) {
      return try ExitRecord.read(StorePaths.exitRecord(below: id), in: containers)
    } catch { return try engine.exitRecord(of: id) }
  }
}
