internal import Options

extension EngineError {
  /// What a start's failure may be due to: a container without the memory to be made in just dies. docker refuses less than
  /// 6 MB for that reason.
  func explained(_ limits: ResourceSettings) -> EngineError {
    guard case .notStarted(125) = kind, let memory = limits.memoryBytes, memory < 6 << 20 else { return self }
    return EngineError(kind, "\(message): --memory \(memory) is perhaps too little")
  }
}

extension ResourceSettings {
  /// What of the machine the rules ask for.
  package struct Machine: Sendable, Equatable {
    /// The processors that are online.
    package let processors: [Int]
    /// The memory nodes that are online.
    package let nodes: [Int]

    /// Names them.
    package init(processors: [Int], nodes: [Int]) {
      self.processors = processors
      self.nodes = nodes
    }
  }

  /// Whether `check` needs to know the machine.
  package var asksForMachine: Bool { nanoCPUs != nil || cpusetCPUs != nil || cpusetNodes != nil }

  /// Whether these limits can be together, in docker's words (moby, daemon_unix.go, verifyPlatformContainerResources).
  /// docker's least memory of 6 MB is its runtime's need and not the kernel's.
  /// - Parameter machine: nil where `asksForMachine` is false.
  /// - Throws: `EngineError.invalid`.
  package func check(_ machine: Machine?) throws(EngineError) {
    for rule in [memoryFault, cpuFault, realtimeFault, otherFault] {
      if let fault = rule() { throw EngineError(.invalid, fault) }
    }
    if let machine, let fault = machineFault(machine) { throw EngineError(.invalid, fault) }
  }

  private func memoryFault() -> String? {
    if let memorySwapBytes, memorySwapBytes > 0 {
      guard let memoryBytes else {
        return
          "--memory-swap needs --memory: You should always set the Memory limit when using Memoryswap limit"
      }
      if memorySwapBytes < memoryBytes {
        return "Minimum memoryswap limit should be larger than memory limit, see usage"
      }
    }
    if let memoryBytes, let memoryReservationBytes, memoryBytes < memoryReservationBytes {
      return "Minimum memory limit can not be less than memory reservation limit, see usage"
    }
    if let memorySwappiness, !(0...100).contains(memorySwappiness) {
      return "Invalid value: \(memorySwappiness), valid memory swappiness range is 0-100"
    }
    if disablesOOMKiller == true, memoryBytes == nil {
      return "--oom-kill-disable needs --memory: without a limit the machine runs out of memory"
    }
    return nil
  }

  private func cpuFault() -> String? {
    if nanoCPUs != nil, cpuPeriodMicroseconds != nil {
      return "Conflicting options: Nano CPUs and CPU Period cannot both be set"
    }
    if nanoCPUs != nil, cpuQuotaMicroseconds != nil {
      return "Conflicting options: Nano CPUs and CPU Quota cannot both be set"
    }
    if let cpuPeriodMicroseconds, !(1000...1_000_000).contains(cpuPeriodMicroseconds) {
      return "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"
    }
    if let cpuQuotaMicroseconds, cpuQuotaMicroseconds != -1, cpuQuotaMicroseconds < 1000 {
      return "CPU cfs quota can not be less than 1ms (i.e. 1000)"
    }
    if let cpuShares, !(2...262_144).contains(cpuShares) {
      return "invalid CPU shares (\(cpuShares)): value must be 2 to 262144, or 0 for the default"
    }
    return nil
  }

  private func realtimeFault() -> String? {
    for (name, value) in [
      ("period", realtimePeriodMicroseconds), ("runtime", realtimeRuntimeMicroseconds),
    ] {
      if let value, value < 0 { return "invalid CPU real-time \(name) (\(value)): value must be positive" }
    }
    guard let runtime = realtimeRuntimeMicroseconds else { return nil }
    return runtime > realtimePeriodMicroseconds ?? 1_000_000
      ? "cpu real-time runtime cannot be higher than cpu real-time period" : nil
  }

  private func otherFault() -> String? {
    if let pidsLimit, pidsLimit < -1 {
      return "invalid --pids-limit \(pidsLimit): expected a number of processes, or -1 for no limit"
    }
    if let blockWeight, !(10...1000).contains(blockWeight) {
      return "Range of blkio weight is from 10 to 1000"
    }
    return nil
  }

  private func machineFault(_ machine: Machine) -> String? {
    let count = machine.processors.count
    if let nanoCPUs, nanoCPUs > Int64(count) * 1_000_000_000 {
      return "Range of CPUs is from 0.01 to \(count).00, as there are only \(count) CPUs available"
    }
    let sets = [
      ("cpus", "CPUs", cpusetCPUs, machine.processors), ("mems", "memory nodes", cpusetNodes, machine.nodes),
    ]
    for (name, noun, text, available) in sets {
      guard let text else { continue }
      guard let list = CPUList(text) else { return "Invalid value \(text) for cpuset \(name)" }
      guard list.numbers.allSatisfy(available.contains) else {
        let words = available.map { "\($0)" }.joined(separator: ",")
        return "Requested \(noun) are not available - requested \(text), available: \(words)"
      }
    }
    return nil
  }
}
