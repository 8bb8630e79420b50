internal import LinuxSystem
internal import Options
internal import Store

extension NetworkMode {
  /// Whether it is another container's namespace.
  var isOthers: Bool {
    if case .container = self { return true }
    return false
  }

  /// Whether the container is on networks.
  var isNamed: Bool {
    if case .named = self { return true }
    return false
  }

  /// Why a container with this network cannot have ports, in docker's words (moby, runconfig/hostconfig_unix.go).
  func portFault(publishes: Bool, exposes: Bool) -> String? {
    guard isOthers else { return nil }
    if publishes { return "conflicting options: port publishing and the container type network mode" }
    return exposes ? "conflicting options: port exposing and the container type network mode" : nil
  }
}

extension ContainerSettings {
  /// The container whose network it has, by id; nil when it is its own.
  var networkOwner: String? {
    if case .container(let id) = network { return id }
    return nil
  }
}

extension CreateRequest {
  /// Whether what was asked of networks can be together, in docker's words where it has some (moby,
  /// runconfig/hostconfig_unix.go).
  /// - Throws: `EngineError.invalid`.
  func checkNetworks() throws(EngineError) {
    guard let fault = networkFault() else { return }
    throw EngineError(.invalid, fault)
  }

  private func networkFault() -> String? {
    if !network.isNamed, let other = endpoints.first {
      return "\(other.mode.rawValue): network-scoped settings are for networks, not for \(network.rawValue)"
    }
    if let fault = network.portFault(
      publishes: !published.isEmpty || publishesAllPorts, exposes: !exposed.isEmpty)
    {
      return fault
    }
    if network.isOthers {
      if hostname != nil { return "conflicting options: hostname and the network mode" }
      if names.changesResolver { return "conflicting options: dns and the network mode" }
      if !names.hosts.isEmpty {
        return "conflicting options: custom host-to-IP mapping and the network mode"
      }
    }
    if network == .none, names.hosts.contains(where: { $0.hasSuffix(":host-gateway") }) {
      return "--add-host: unable to derive the IP value for host-gateway without a network"
    }
    if endpoints.contains(where: { $0.mode == .bridge && !$0.aliases.isEmpty }) {
      return "network-scoped alias is supported only for containers in user defined networks"
    }
    return nil
  }
}

extension ContainerEngine {
  /// Puts the ids that last in the place of what the user typed: another container by its id, a network by its own name.
  func resolveNetworks(_ request: inout CreateRequest) throws(EngineError) {
    if case .container(let name) = request.network {
      var owner = try find(name)
      var others = try settings(of: owner)
      // Whose network the other has joined, has it, whatever becomes of the other; that one has it itself, since it was
      // looked up like this.
      if let id = others.networkOwner {
        owner = try find(id)
        others = try settings(of: owner)
      }
      guard others.network != .host else {
        request.network = .host
        return
      }
      request.network = .container(owner.id)
      do throws(OptionError) {
        request.hostname = try others.hostname.map { (text) throws(OptionError) in try Hostname(text) }
      } catch { throw EngineError(.invalid, error.description) }
      return
    }
    var seen: Set<String> = []
    for index in request.endpoints.indices {
      let name = request.endpoints[index].mode.rawValue
      var known = name
      if name != NetworkMode.bridge.rawValue {
        known = try attempt { () throws(StoreError) in try store.findNetwork(name) }.name
      }
      guard seen.insert(known).inserted else {
        throw EngineError(.invalid, "network \(known) is specified multiple times")
      }
      request.endpoints[index].mode = .named(known)
    }
    if let first = request.endpoints.first { request.network = first.mode }
  }

  /// What a new container's row is written with.
  func endpoints(_ request: CreateRequest, of id: String) throws(EngineError) -> [EndpointRecord] {
    var records: [EndpointRecord] = []
    for (position, option) in request.endpoints.enumerated() {
      records.append(
        EndpointRecord(
          id: try Self.newID(), containerID: id, networkID: try network(option.mode.rawValue).id,
          position: position, wanted4: option.address4.map { "\($0)" },
          wanted6: option.address6.map { "\($0)" }, wantedMAC: option.mac.map { "\($0)" },
          aliases: option.aliases.joined(separator: " ")))
    }
    return records
  }
}
