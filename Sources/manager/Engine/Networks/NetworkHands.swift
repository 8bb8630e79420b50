internal import Addresses
internal import JSONDocument
internal import LinuxSystem
internal import NetworkProtocol
internal import Store

extension Programs {
  /// Has `apus-network` do something, and waits for it (spec/network-protocol.md).
  /// - Returns: its answer.
  /// - Throws: `EngineError` with what it said on stderr.
  @discardableResult
  func callNetwork(_ verb: String, _ request: JSONValue = [:]) throws(EngineError) -> [UInt8] {
    try beginNetwork(verb, request).finish()
  }

  /// Has it begin. Whoever asked waits for it (`finish`), also when the answer is of no use any more.
  /// - Parameter warn: is told what it says although it succeeds.
  func beginNetwork(
    _ verb: String, _ request: JSONValue, warn: @escaping @Sendable (String) -> Void = { _ in }
  ) throws(EngineError) -> NetworkCall {
    let program = try network()
    return try attempt("run apus-network") { () throws(SystemError) in
      let given = try makeSealedMemoryFile("stdin", JSON.write(request))
      let told = try makeMemoryFile("stdout")
      let said = try makeMemoryFile("stderr")
      try rewind(given)
      var plan = SpawnPlan(program, [verb], environment: [])
      plan.descriptors = [(0, given.raw), (1, told.raw), (2, said.raw)]
      return NetworkCall(process: try spawn(plan), told: told, said: said, warn: warn)
    }
  }
}

/// Something that `apus-network` is doing.
struct NetworkCall: ~Copyable {
  fileprivate let process: ProcessHandle
  fileprivate let told: OwnedDescriptor
  fileprivate let said: OwnedDescriptor
  fileprivate let warn: @Sendable (String) -> Void

  /// Waits for it where the answer is of no use any more.
  borrowing func waitForEnd() {
    do throws(SystemError) { _ = try process.wait() } catch { return }
  }

  /// Waits for it, once.
  /// - Returns: its answer.
  /// - Throws: `EngineError` with what it said on stderr.
  @discardableResult
  consuming func finish() throws(EngineError) -> [UInt8] {
    let (status, answer, words) = try attempt("run apus-network") { () throws(SystemError) in
      let status = try process.wait()
      try rewind(told)
      try rewind(said)
      return (status, try told.readAll(), String(decoding: try said.readAll(limit: 1 << 16), as: UTF8.self))
    }
    guard status != .exited(0) else {
      for line in words.split(separator: "\n") { warn("networks: \(line)") }
      return answer
    }
    let reason = words.split(separator: "\n").last.map(String.init) ?? "ended with status \(status.shellCode)"
    let prefix = "apus-network: "
    var message = "network: \(reason.hasPrefix(prefix) ? String(reason.dropFirst(prefix.count)) : reason)"
    if status == .exited(NetworkExit.cannot) { message += "; \(Programs.withoutBridges)" }
    throw EngineError(status == .exited(NetworkExit.isOthers) ? .conflict : .failed, message)
  }
}

extension ContainerEngine {
  /// Likewise.
  @discardableResult
  func callNetwork(_ verb: String, _ request: JSONValue = [:]) throws(EngineError) -> [UInt8] {
    try programs.beginNetwork(verb, request, warn: warn).finish()
  }

  /// What `apus-network` has written down about a container; nil when it is on no network.
  /// - Throws: `EngineError` that says what to do about a record that cannot be read.
  func journalRecord(of id: String) throws(EngineError) -> AttachRequest? {
    let path = NetworkPaths(state: paths.networks).container(id)
    do {
      return try JSON.read(
        AttachRequest.self, from: try readFile(path, limit: NetworkPaths.recordLimit), file: path)
    } catch {
      if let error = error as? SystemError, error.code == ErrorCode.noEntry { return nil }
      throw EngineError(
        .failed,
        "the record \(path) of container \(id.prefix(12)) cannot be read, so that its network cannot be taken away: "
          + "\(error); remove the file, and with nft the tables 'inet apus' and 'bridge apus', which the next start "
          + "makes anew")
    }
  }

  /// Does what is to be done about one record. What fails is said and left to the next command: it must not be in the way
  /// of other containers.
  /// - Returns: whether it is done.
  func settle(_ path: String, _ body: () throws(EngineError) -> Void) -> Bool {
    do throws(EngineError) { try body() } catch {
      let reason = error.message
      warn(
        reason.contains(path)
          ? reason : "what \(path) names could not be taken away, and the next command tries again: \(reason)"
      )
      return false
    }
    return true
  }

  /// What a new network must not collide with.
  func hostNetworks() throws(EngineError) -> HostNetworks {
    let answer = try callNetwork("inspect")
    do throws(DocumentError) {
      return try JSON.read(HostNetworks.self, from: answer, file: "apus-network")
    } catch { throw EngineError(.failed, error.description) }
  }
}

extension NetworkRecord.SubnetRecord {
  /// As values; nil for a row that none of ours has written.
  var order: NetworkOrder.Subnet? {
    guard let network = IPNetwork(subnet),
      let gateway = self.gateway.map({ IPAddress($0) }) ?? network.base.advanced(by: 1)
    else { return nil }
    return NetworkOrder.Subnet(network, gateway: gateway)
  }
}

extension NetworkRecord {
  /// What must be on the host for it.
  var order: NetworkOrder? {
    guard let four = subnet4.order else { return nil }
    var subnets = [four]
    if let subnet6 {
      guard let six = subnet6.order else { return nil }
      subnets.append(six)
    }
    guard let options = driverOptions else { return nil }
    return NetworkOrder(
      bridge: bridge, driver: options.order(bridge), subnets: subnets, isInternal: isInternal, isOpen: isOpen,
      isHidden: options.isHidden, mtu: mtu.flatMap { UInt32(exactly: $0) },
      // The default network has the same id everywhere, but no two were made in the same nanosecond.
      mac: MACAddress(standingFor: "\(id) \(createdAt)"))
  }
}
