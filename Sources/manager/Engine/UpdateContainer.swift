internal import Addresses
internal import Images
internal import LinuxSystem
internal import OCIRuntimeSpec
package import Options
package import ShimProtocol
internal import Store

/// What `update` changes; what is nil stays.
package struct ContainerUpdate: Sendable, Equatable {
  /// New limits.
  package var resources = ResourceSettings()
  /// A new restart policy.
  package var restart: RestartPolicy?
  /// What it publishes from now on, in place of all that it did.
  package var published: [PortBinding]?

  /// Names the changes.
  package init(
    resources: ResourceSettings = ResourceSettings(), restart: RestartPolicy? = nil,
    published: [PortBinding]? = nil
  ) {
    self.resources = resources
    self.restart = restart
    self.published = published
  }
}

extension ContainerEngine {
  /// Gives a container other limits and another restart policy, also while it runs: the limits hold at once, the policy
  /// counts from its next end on.
  ///
  /// All or nothing: what the kernel took is taken back when the rest fails.
  /// - Throws: `.conflict` for what does not go with what the container has, `.invalid` for limits that cannot be.
  package func update(_ reference: String, _ change: ContainerUpdate) throws(EngineError) {
    let lock = try lockContainer(try find(reference).id)
    let record = try find(reference)
    let old = try settings(of: record)
    let new = try updated(old, change, record.id)
    let runs = try status(of: record).isRunning
    var limits = change.resources
    // Memory and swap together: v2 has a limit of swap alone, which only both give.
    if limits.memorySwapBytes != nil { limits.memoryBytes = new.resources.memoryBytes }
    if runs { try applyLimits(limits, old, record.id) }
    do throws(EngineError) {
      try rewriteBundle(record.id, new, isUsed: runs)
      let json = new.json
      try attempt { () throws(StoreError) in try store.setSettings(record.id, json) }
      if let bindings = change.published { try changePorts(record, new, to: bindings, runs: runs) }
    } catch {
      let json = old.json
      try attempt { () throws(StoreError) in try store.setSettings(record.id, json) }
      try rewriteBundle(record.id, old, isUsed: runs)
      if runs { try takeBack(limits, old, record.id) }
      throw error
    }
    // No start can come in between, by the lock; one that ends in between needs no policy any more.
    if let policy = change.restart, let watch = try watchNow(record) {
      _ = try watch.deliver(.policy(policy))
    }
    self.record("update", record, new)
    _ = consume lock
  }

  private func updated(
    _ old: ContainerSettings, _ change: ContainerUpdate, _ id: String
  ) throws(EngineError) -> ContainerSettings {
    var new = old
    if let policy = change.restart {
      guard !old.autoRemove || policy == .no else {
        throw EngineError(
          .conflict,
          "cannot update container \(id): Restart policy cannot be updated because AutoRemove is enabled "
            + "for the container")
      }
      guard old.logDriver != .passthrough || policy == .no else {
        throw EngineError(.conflict, "--log-driver passthrough and --restart exclude each other")
      }
      guard old.isolation.joined.isEmpty && !old.network.isOthers || policy == .no else {
        throw EngineError(
          .conflict, "a container that joins another's namespaces cannot have a restart policy")
      }
      new.restart = policy
    }
    if let bindings = change.published {
      let usual = old.publishAddress.flatMap { IPAddress($0) }
      try PortBinding.check(bindings, usual: usual)
      if let fault = old.network.portFault(publishes: !bindings.isEmpty, exposes: false) {
        throw EngineError(.conflict, "cannot update container \(id.prefix(12)): \(fault)")
      }
      // What was exposed by being published stays exposed.
      let exposed = Set(old.exposedPorts).union(bindings.map { "\($0.container)" })
      new.exposedPorts = exposed.compactMap { ContainerPort(text: $0) }.sorted(by: ContainerPort.precedes)
        .map { "\($0)" }
    }
    do throws(EngineError) {
      new.resources = try old.resources.updated(change.resources)
      try new.resources.check(change.resources.asksForMachine ? try Self.machine() : nil)
    } catch { throw EngineError(error.kind, "cannot update container \(id): \(error.message)") }
    return new
  }

  // MARK: a container that runs

  private func applyLimits(
    _ change: ResourceSettings, _ old: ContainerSettings, _ id: String
  ) throws(EngineError) {
    do throws(EngineError) { try setLimits(change.compile(), old.runtime, id) } catch {
      // Not every runtime takes back what it did before it failed.
      try takeBack(change, old, id)
      throw EngineError(error.kind, "cannot update container \(id): \(error.message)")
    }
  }

  /// The values of before, for the members that were to change; the first failure is the one to tell.
  private func takeBack(
    _ change: ResourceSettings, _ old: ContainerSettings, _ id: String
  ) throws(EngineError) {
    do throws(EngineError) {
      try setLimits(old.resources.before(change).compile(), old.runtime, id)
    } catch { return }
  }

  private func setLimits(
    _ resources: RuntimeSpec.Linux.Resources, _ runtime: String, _ id: String
  ) throws(EngineError) {
    guard resources != RuntimeSpec.Linux.Resources() else { return }
    try callRuntime(runtime, ["update", "--resources", "-", id], input: resources.document)
  }

  /// The shim restarts from the bundle that is there: it must say what is in force.
  private func rewriteBundle(
    _ id: String, _ settings: ContainerSettings, isUsed: Bool
  ) throws(EngineError) {
    guard isUsed else { return }
    var configuration = try configuration(of: id)
    let devices = configuration.linux?.resources?.devices
    configuration.linux?.resources = settings.resources.compile(
      devices: try numbers(settings.resources.devicePaths))
    configuration.linux?.resources?.devices = devices
    try write(configuration.document, to: paths.bundle(id) + "/config.json")
  }
}

extension ResourceSettings {
  /// These limits with what `change` says, in docker's words where it cannot be (moby, container_unix.go,
  /// UpdateContainer).
  package func updated(_ change: ResourceSettings) throws(EngineError) -> ResourceSettings {
    func conflict(_ words: String) -> EngineError { EngineError(.conflict, "Conflicting options: \(words)") }
    if nanoCPUs != nil {
      if change.cpuPeriodMicroseconds != nil {
        throw conflict("CPU Period cannot be updated as NanoCPUs has already been set")
      }
      if change.cpuQuotaMicroseconds != nil {
        throw conflict("CPU Quota cannot be updated as NanoCPUs has already been set")
      }
    }
    if change.nanoCPUs != nil {
      if cpuPeriodMicroseconds != nil {
        throw conflict("Nano CPUs cannot be updated as CPU Period has already been set")
      }
      if cpuQuotaMicroseconds != nil {
        throw conflict("Nano CPUs cannot be updated as CPU Quota has already been set")
      }
    }
    if let memory = change.memoryBytes, change.memorySwapBytes == nil, let swap = memorySwapBytes, swap > 0,
      memory > swap
    {
      throw EngineError(
        .conflict,
        "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time"
      )
    }
    return replacing(change) { old, new in new ?? old }
  }

  /// What these limits say of the members that `change` names: with it a change is undone. What was not limited gets the
  /// kernel's own value.
  func before(_ change: ResourceSettings) -> ResourceSettings {
    var free = ResourceSettings()
    (free.memoryBytes, free.memorySwapBytes, free.memoryReservationBytes) = (-1, -1, -1)
    (free.cpuPeriodMicroseconds, free.cpuQuotaMicroseconds, free.cpuShares) = (100_000, -1, 1024)
    (free.pidsLimit, free.blockWeight) = (-1, 500)
    var result = free.replacing(self) { free, old in old ?? free }
      .replacing(change) { old, new in new == nil ? nil : old }
    if change.nanoCPUs != nil, nanoCPUs == nil {
      (result.nanoCPUs, result.cpuPeriodMicroseconds, result.cpuQuotaMicroseconds) = (nil, 100_000, -1)
    }
    result.cpusetCPUs = change.cpusetCPUs == nil ? nil : cpusetCPUs
    result.cpusetNodes = change.cpusetNodes == nil ? nil : cpusetNodes
    return result
  }

  /// Each number that `update` knows, from this one's and the other's.
  private func replacing(
    _ other: ResourceSettings, _ choose: (Int64?, Int64?) -> Int64?
  ) -> ResourceSettings {
    var result = self
    let members: [WritableKeyPath<ResourceSettings, Int64?>] = [
      \.memoryBytes, \.memorySwapBytes, \.memoryReservationBytes, \.nanoCPUs, \.cpuPeriodMicroseconds,
      \.cpuQuotaMicroseconds, \.realtimePeriodMicroseconds, \.realtimeRuntimeMicroseconds, \.cpuShares,
      \.pidsLimit, \.blockWeight,
    ]
    for member in members { result[keyPath: member] = choose(self[keyPath: member], other[keyPath: member]) }
    result.cpusetCPUs = other.cpusetCPUs ?? cpusetCPUs
    result.cpusetNodes = other.cpusetNodes ?? cpusetNodes
    return result
  }
}
