internal import LinuxSystem
internal import Networks
internal import Options
internal import Store

extension ContainerEngine {
  /// Tells the running containers of networks who is there now, by their hosts files, and those who are linked to
  /// others by the openings between them, too (decisions/0019). On the network that is always there only links count.
  /// - Parameters:
  ///   - bridges: of the networks that somebody joined or left.
  ///   - others: running containers that have left one.
  func announceNames(onBridges bridges: Set<String>, also others: Set<String> = []) throws(EngineError) {
    let networks = try attempt { () throws(StoreError) in try store.networks() }
      .filter { bridges.contains($0.bridge) }
    let areNamed = networks.contains { $0.name != NetworkMode.bridge.rawValue }
    let areLinked = try hasLinks()
    guard areNamed || areLinked || !others.isEmpty else { return }
    try attempt("write hosts") { () throws(SystemError) in try makeDirectories(paths.networks, mode: 0o700) }
    // One after the other, and the last with what is true then.
    let lock = try attempt("write hosts") { () throws(SystemError) in try DirectoryLock(paths.networks) }
    let place = try neighbourhood()
    let told = try toldRecipients()
    let recipients = place.recipients.union(told.keys)
    for id in told.keys where place.places(of: id).isEmpty { try forgetTold(id) }
    var affected: Set<String> = []
    for member in place.members where bridges.contains(member.network.bridge) {
      let id = member.endpoint.containerID
      if member.network.name != NetworkMode.bridge.rawValue || recipients.contains(id) { affected.insert(id) }
    }
    affected.formUnion(others)
    for id in affected {
      let text = place.linkText(of: id)
      let isNews = text != told[id, default: ""]
      // Nothing, until all of it is told.
      if isNews { try noteTold(id, "") }
      let isOpen = recipients.contains(id) ? try openLinks(of: id, place.openings(of: id)) : true
      try rewriteHosts(of: id, place.lines(of: id))
      // The note stays empty, and the next sweep tries again.
      guard isOpen else { continue }
      if text.isEmpty, told[id] != nil { try forgetTold(id) } else if isNews { try noteTold(id, text) }
    }
    _ = consume lock
  }

  /// Whether containers find each other by name on one of these: not on the network that is always there.
  func hasNames(onBridges bridges: Set<String>) throws(EngineError) -> Bool {
    try attempt { () throws(StoreError) in try store.networks() }
      .contains { bridges.contains($0.bridge) && $0.name != NetworkMode.bridge.rawValue }
  }

  /// Tells a container's neighbours what has changed about it.
  func announceNames(ofContainer id: String) throws(EngineError) {
    let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
    guard endpoints.contains(where: { $0.0.isHeld }) else { return }
    try announceNames(onBridges: Set(endpoints.map(\.1.bridge)))
  }

  func neighbourhood() throws(EngineError) -> Neighbourhood {
    let links = try attempt { () throws(StoreError) in try store.links() }
    let wanted = Set(links.map(\.source.id))
    var members: [Neighbourhood.Member] = []
    var sources: [String: Neighbourhood.Source] = [:]
    for network in try attempt({ () throws(StoreError) in try store.networks() }) {
      let found = try attempt { () throws(StoreError) in try store.endpoints(ofNetwork: network.id) }
      for (endpoint, container) in found where endpoint.isHeld {
        members.append(Neighbourhood.Member(network: network, endpoint: endpoint, name: container.name))
        guard wanted.contains(container.id), sources[container.id] == nil else { continue }
        sources[container.id] = try source(container.id)
      }
    }
    return Neighbourhood(members: members, links: links, sources: sources)
  }

  /// nil when it has just been removed.
  private func source(_ id: String) throws(EngineError) -> Neighbourhood.Source? {
    do throws(EngineError) {
      let record = try attempt { () throws(StoreError) in try store.findContainer(id) }
      let settings = try settings(of: record)
      let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings)
      }
      return Neighbourhood.Source(hostname: hostname, ports: settings.ports)
    } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
  }

  private func rewriteHosts(of id: String, _ lines: [HostsFile.Line]) throws(EngineError) {
    let path = paths.networkFile(id, "hosts")
    do throws(SystemError) {
      let old = String(decoding: try readFile(path, limit: 16 << 20), as: UTF8.self)
      let new = NeighbourNames.replace(in: old, by: lines)
      if new != old { try overwrite(path, new) }
    } catch {
      // Just removed.
      guard error.code == ErrorCode.noEntry else { throw EngineError("write hosts", error) }
    }
  }

  /// Writes a file where it stands: it is bound into the container, which would go on seeing another one.
  func overwrite(_ path: String, _ text: String) throws(SystemError) {
    let bytes = Array(text.utf8)
    let file = try openFile(path, [.writeOnly, .noFollow])
    // The size last: whoever reads in between finds lines twice rather than none.
    try file.writeAll(bytes)
    try file.truncate(toBytes: Int64(bytes.count))
  }
}

extension EndpointRecord {
  /// By which its neighbours find it, each once.
  func names(beside name: String) -> [String] {
    var names = [name]
    for alias in aliases.split(separator: " ").map(String.init) + [String(containerID.prefix(12))]
    where !names.contains(alias) {
      names.append(alias)
    }
    return names
  }

  /// What its neighbours' hosts files say of it: its names, and on a line of their own, since some C libraries read no
  /// long ones (musl: 512 bytes), those that say the network, which docker's DNS server knows (moby,
  /// libnetwork/sandbox.go, ResolveName).
  func lines(name: String, network: String) -> [HostsFile.Line] {
    let names = names(beside: name)
    let scoped = names.map { "\($0).\(network)" }
    return addresses.flatMap { [HostsFile.Line($0, names), HostsFile.Line($0, scoped)] }
  }
}
