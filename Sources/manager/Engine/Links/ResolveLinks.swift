internal import Options
internal import Store

extension CreateRequest {
  /// Whether a container with this network can be linked to others, in docker's words where it has some (moby,
  /// runconfig/hostconfig_unix.go).
  /// - Throws: `EngineError.invalid`.
  func checkLinks() throws(EngineError) {
    guard !links.isEmpty else { return }
    switch network {
    case .host: throw Self.conflict("host type networking")
    case .container: throw Self.conflict("container type network")
    case .none:
      throw EngineError(
        .invalid, "conflicting options: --link needs a network that both containers are on, such as bridge")
    case .named: break
    }
    var aliases: Set<String> = []
    for link in links where !aliases.insert(link.alias).inserted {
      throw EngineError(.invalid, "--link: the alias \(quoted(link.alias)) is given twice")
    }
  }

  fileprivate static func conflict(_ network: String) -> EngineError {
    EngineError(
      .invalid,
      "conflicting options: \(network) can't be used with links. This would result in undefined behavior")
  }
}

extension ContainerEngine {
  /// The containers that the new one is linked to become ids, which stay. One that has another's network stands for
  /// that (moby, daemon_unix.go, registerLinks). `resolveNetworks` comes before.
  /// - Throws: `EngineError` for one that is not there, or that the new one could never reach.
  func resolveLinks(_ request: inout CreateRequest) throws(EngineError) {
    try request.checkLinks()
    for (index, link) in request.links.enumerated() {
      let source = try source(of: link)
      let networks = try attempt { () throws(StoreError) in
        try store.endpoints(ofContainer: source.id)
      }.map(\.1.name)
      let own = request.endpoints.map(\.mode.rawValue)
      guard networks.contains(where: own.contains) else {
        let its = networks.isEmpty ? "on no network" : "on \(networks.joined(separator: ", "))"
        throw EngineError(
          .invalid,
          "cannot link to container /\(source.name), which is \(its): the new container is on "
            + "\(own.joined(separator: ", ")), and the two must share a network")
      }
      do throws(OptionError) { request.links[index] = try LinkOption("\(source.id):\(link.alias)") } catch {
        throw EngineError(.invalid, error.description)
      }
    }
  }

  private func source(of link: LinkOption) throws(EngineError) -> ContainerRecord {
    do throws(EngineError) {
      let found = try find(link.container)
      let settings = try settings(of: found)
      if settings.network == .host { throw CreateRequest.conflict("host type networking") }
      return try settings.networkOwner.map { (id) throws(EngineError) in try find(id) } ?? found
    } catch {
      guard error.kind == .notFound else { throw error }
      throw EngineError(.invalid, "could not get container for \(link.container): \(error.message)")
    }
  }
}

extension CreateRequest {
  /// What a new container's row is written with; the links were resolved.
  var wantedLinks: [WantedLink] {
    links.map { WantedLink(alias: $0.alias, sourceID: $0.container) }
  }
}
