internal import Addresses
internal import LinuxSystem
internal import Networks
internal import Options
internal import Store

extension ContainerEngine {
  /// Tells the running containers of networks who is there now, by their hosts files (decisions/0019). On the network
  /// that is always there nobody is told, as with docker.
  /// - Parameters:
  ///   - bridges: of the networks that somebody joined or left.
  ///   - others: running containers that have left one.
  func announceNames(onBridges bridges: Set<String>, also others: Set<String> = []) throws(EngineError) {
    let networks = try attempt { () throws(StoreError) in try store.networks() }
      .filter { $0.name != NetworkMode.bridge.rawValue }
    guard networks.contains(where: { bridges.contains($0.bridge) }) else { return }
    try attempt("write hosts") { () throws(SystemError) in try makeDirectories(paths.networks, mode: 0o700) }
    // One after the other, and the last with what is true then.
    let lock = try attempt("write hosts") { () throws(SystemError) in try DirectoryLock(paths.networks) }
    var members: [(network: NetworkRecord, endpoint: EndpointRecord, name: String)] = []
    for network in networks {
      let found = try attempt { () throws(StoreError) in try store.endpoints(ofNetwork: network.id) }
      for (endpoint, container) in found where endpoint.isHeld {
        members.append((network, endpoint, container.name))
      }
    }
    let affected = Set(members.filter { bridges.contains($0.network.bridge) }.map(\.endpoint.containerID))
      .union(others)
    for id in affected {
      let own = Set(members.filter { $0.endpoint.containerID == id }.map(\.network.id))
      let lines = members.filter { own.contains($0.network.id) && $0.endpoint.containerID != id }
        .flatMap { $0.endpoint.lines(name: $0.name) }
      try rewriteHosts(of: id, lines)
    }
    _ = consume lock
  }

  /// Tells a container's neighbours what has changed about it.
  func announceNames(ofContainer id: String) throws(EngineError) {
    let endpoints = try attempt { () throws(StoreError) in try store.endpoints(ofContainer: id) }
    guard endpoints.contains(where: { $0.0.isHeld }) else { return }
    try announceNames(onBridges: Set(endpoints.map(\.1.bridge)))
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
  /// What its neighbours' hosts files say of it.
  func lines(name: String) -> [HostsFile.Line] {
    var names = [name]
    for alias in aliases.split(separator: " ").map(String.init) + [String(containerID.prefix(12))]
    where !names.contains(alias) {
      names.append(alias)
    }
    return [address4, address6].compactMap { $0.flatMap { IPAddress($0) } }.map { HostsFile.Line($0, names) }
  }
}
