internal import Store

extension ContainerEngine {
  /// Removes a link and neither of its containers. A recipient that runs loses the source's names and, where
  /// containers are kept apart, the way to its ports; its environment stays.
  /// - Parameter name: `web/db`, or `/web/db` as docker writes it.
  /// - Throws: `.notFound`; `.conflict` for a container's own name. docker's words (moby, daemon/delete.go, rmLink).
  package func removeLink(_ name: String) throws(EngineError) {
    guard let link = try attempt({ () throws(StoreError) in try store.link(named: name) }) else {
      _ = try find(name)
      throw EngineError(.conflict, "Conflict, cannot remove the default link name of the container")
    }
    guard try attempt({ () throws(StoreError) in try store.deleteLink(link) }) else {
      throw EngineError(.notFound, "No such container: \(name)")
    }
    try announceNames(ofContainer: link.recipient.id)
  }

  /// The other names of all containers that are linked to, by id; each sorted, as `web/db`.
  package func linkNames() throws(EngineError) -> [String: [String]] {
    var names: [String: [String]] = [:]
    for link in try attempt({ () throws(StoreError) in try store.links() }) {
      names[link.source.id, default: []].append(link.name)
    }
    return names.mapValues { $0.sorted() }
  }

  /// docker's HostConfig.Links: `/db:/web/db`.
  func inspectLinks(_ record: ContainerRecord) throws(EngineError) -> [String] {
    try attempt { () throws(StoreError) in try store.links(ofRecipient: record.id) }
      .map { "/\($0.source.name):/\($0.name)" }
  }

  /// docker's Links of a container's end of a network that somebody made: `db:alias`, for sources that are on it.
  func inspectLinks(_ record: ContainerRecord, on network: NetworkRecord) throws(EngineError) -> [String] {
    try attempt { () throws(StoreError) in
      let members = Set(try store.endpoints(ofNetwork: network.id).map(\.container.id))
      return try store.links(ofRecipient: record.id).filter { members.contains($0.source.id) }
        .map { "\($0.source.name):\($0.alias)" }
    }
  }
}
