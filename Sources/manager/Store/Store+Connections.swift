internal import GRDB

// Networks that a container joins or leaves after it was made.

extension Store {
  /// Records that a container is on one more network, behind those it is on.
  /// - Throws: `.alreadyConnected` when it is on this one.
  /// - Returns: the endpoint with its place.
  package func addEndpoint(
    _ endpoint: EndpointRecord, of container: NamedContainer, to network: NetworkRecord
  ) throws(StoreError) -> EndpointRecord {
    try write { database in
      let others = try Self.endpoints(ofContainer: container.id, database)
      guard !others.contains(where: { $0.1.id == network.id }) else {
        throw StoreError.alreadyConnected(container: container.name, network: network.name)
      }
      let new = EndpointRecord(
        id: endpoint.id, containerID: container.id, networkID: network.id,
        position: (others.map(\.0.position).max() ?? -1) + 1, wanted4: endpoint.wanted4,
        wanted6: endpoint.wanted6, wantedMAC: endpoint.wantedMAC, aliases: endpoint.aliases)
      try Self.insert(new, database)
      return new
    }
  }

  /// Forgets that a container is on a network.
  package func deleteEndpoint(_ id: String) throws(StoreError) {
    try write { database in
      try database.execute(sql: "DELETE FROM endpoints WHERE id = ?", arguments: [id])
    }
  }

  /// Marks an endpoint of a running container as on its way.
  /// - Parameter isMoving: whether it is not there yet, or not any more.
  package func setMoving(_ isMoving: Bool, endpoint id: String) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: "UPDATE endpoints SET held = ? WHERE id = ?", arguments: [isMoving ? 2 : 1, id])
    }
  }

  /// The containers with endpoints that are on their way.
  package func containersMovingEndpoints() throws(StoreError) -> [String] {
    try read { database in
      try String.fetchAll(database, sql: "SELECT DISTINCT container_id FROM endpoints WHERE held = 2")
    }
  }
}
