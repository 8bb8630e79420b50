internal import Options
internal import ShimProtocol

extension CreateRequest {
  /// Whether what isolates the container can be together, in docker's words where it has some (moby, runconfig/hostconfig;
  /// runc, libcontainer/configs/validate).
  /// - Throws: `EngineError.invalid`.
  func checkIsolation() throws(EngineError) {
    for rule in [nameFault, namespaceFault, memoryFault, parameterFault, processFault] {
      if let fault = rule() { throw EngineError(.invalid, fault) }
    }
  }

  private func nameFault() -> String? {
    guard isolation.uts == .host else { return nil }
    if hostname != nil { return "conflicting options: hostname and the UTS mode" }
    return isolation.domainname == nil ? nil : "conflicting options: domainname and the UTS mode"
  }

  private func namespaceFault() -> String? {
    if process.usesInit, isolation.pid != .own {
      return "conflicting options: --init and --pid \(isolation.pid.rawValue): process 1 is another's there"
    }
    // Each start looks up the other container's process anew; those of the shim do not.
    if restart != .no, let (flag, _) = isolation.joined.first {
      return
        "conflicting options: --restart and --\(flag.rawValue) container: the other container may have gone by then"
    }
    if restart != .no, network.isOthers {
      return
        "conflicting options: --restart and --network container: the other container may have gone by then"
    }
    if isolation.cgroupsAreWritable, isolation.cgroupns == .host {
      return "conflicting options: writable-cgroups and --cgroupns host"
    }
    return nil
  }

  private func memoryFault() -> String? {
    guard isolation.sharedMemoryBytes != nil else { return nil }
    switch isolation.ipc {
    case .own, .shareable: return nil
    case .none, .host, .container:
      return
        "conflicting options: --shm-size and --ipc \(isolation.ipc.rawValue): /dev/shm is not the container's own"
    }
  }

  private func parameterFault() -> String? {
    for name in isolation.kernelParameters.keys.sorted() {
      switch SysctlAssignment.namespace(of: name) {
      case .network where network == .host:
        return "sysctl \"\(name)\" not allowed in host network namespace"
      case .network where network.isOthers:
        return "sysctl \"\(name)\" not allowed in another container's network namespace"
      case .ipc where isolation.ipc == .host:
        return "sysctl \"\(name)\" is not allowed in the hosts ipc namespace"
      default: continue
      }
    }
    return nil
  }

  private func processFault() -> String? {
    if let score = process.oomScoreAdjustment, !(-1000...1000).contains(score) {
      return "Invalid value \(score), range for oom score adj is [-1000, 1000]"
    }
    return nil
  }
}
