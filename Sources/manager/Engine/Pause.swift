internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// The cgroup that the container's config.json asks for.
  func cgroup(of id: String) -> CgroupFiles { CgroupFiles(path: "/\(cgroupName(of: id))") }

  /// Its name, at the top of each hierarchy.
  func cgroupName(of id: String) -> String { "apus-\(id)" }

  /// Freezes every process of a container, through its runtime.
  /// - Throws: `.conflict` when it does not run, is restarting, or is paused already.
  package func pause(_ reference: String) throws(EngineError) {
    let lock = try lockContainer(try find(reference).id)
    let record = try find(reference)
    switch try status(of: record) {
    case .running: break
    case .paused: throw EngineError(.conflict, "Container \(record.id) is already paused")
    case .restarting:
      throw EngineError(
        .conflict, "Container \(record.id) is restarting, wait until the container is running")
    case .created, .exited: throw EngineError(.conflict, "Container \(record.id) is not running")
    }
    try callRuntime(try settings(of: record).runtime, ["pause", record.id])
    self.record("pause", record)
    _ = consume lock
  }

  /// Lets a paused container run on.
  /// - Throws: `.conflict` when it is not paused.
  package func unpause(_ reference: String) throws(EngineError) {
    let lock = try lockContainer(try find(reference).id)
    let record = try find(reference)
    guard case .paused = try status(of: record) else {
      throw EngineError(.conflict, "Container \(record.id) is not paused")
    }
    try thaw(record)
    _ = consume lock
  }

  /// Lets a container run on that was sent a signal while it was frozen: it could neither take it nor end (moby,
  /// daemon/kill.go, killWithSignal).
  func thawIfFrozen(_ record: ContainerRecord) throws(EngineError) {
    guard cgroup(of: record.id).isFrozen() else { return }
    do throws(EngineError) { try thaw(record) } catch {
      // It ended, or somebody else was faster.
      guard cgroup(of: record.id).isFrozen() else { return }
      throw error
    }
  }

  private func thaw(_ record: ContainerRecord) throws(EngineError) {
    try callRuntime(try settings(of: record).runtime, ["resume", record.id])
    self.record("unpause", record)
  }
}
