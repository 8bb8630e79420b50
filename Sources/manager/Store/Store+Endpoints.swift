internal import GRDB

extension Store {
  /// The endpoints of a container, `eth0`'s first, each with its network.
  package func endpoints(ofContainer id: String) throws(StoreError) -> [(EndpointRecord, NetworkRecord)] {
    try read { database in try Self.endpoints(ofContainer: id, database) }
  }

  /// The endpoints of a network, with their containers' names.
  package func endpoints(
    ofNetwork id: String
  ) throws(StoreError) -> [(endpoint: EndpointRecord, container: NamedContainer)] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT endpoints.*, containers.name AS container_name FROM endpoints
          JOIN containers ON containers.id = endpoints.container_id
          WHERE network_id = ? ORDER BY containers.name
          """, arguments: [id])
      return rows.map { row in
        let endpoint = EndpointRecord(row)
        return (endpoint, NamedContainer(name: row["container_name"], id: endpoint.containerID))
      }
    }
  }

  /// Gives a container's endpoints their addresses and names of devices for a run.
  /// - Parameters:
  ///   - choose: gets an endpoint, its network, and the addresses that others have: all, and those of containers that run.
  ///     Gives the endpoint as it is to be recorded; an address that only a container had which does not run is taken
  ///     from that. Throws `.refused`.
  ///   - moving: the id of the only one to hold, for a container that runs already; it is held for good by
  ///     `settleEndpoint`.
  package func holdEndpoints(
    ofContainer id: String, moving: String? = nil,
    _ choose: (EndpointRecord, NetworkRecord, _ known: Set<String>, _ held: Set<String>) throws(StoreError) ->
      EndpointRecord
  ) throws(StoreError) -> [(EndpointRecord, NetworkRecord)] {
    try write { database in
      var result: [(EndpointRecord, NetworkRecord)] = []
      for (endpoint, network) in try Self.endpoints(ofContainer: id, database)
      where moving == nil || moving == endpoint.id {
        var (known, held): (Set<String>, Set<String>) = ([], [])
        let rows = try Row.fetchCursor(
          database,
          sql: "SELECT address4, address6, held FROM endpoints WHERE network_id = ? AND id <> ?",
          arguments: [network.id, endpoint.id])
        while let row = try rows.next() {
          for address in [row["address4"] as String?, row["address6"] as String?] {
            guard let address else { continue }
            known.insert(address)
            if row["held"] { held.insert(address) }
          }
        }
        let chosen = try choose(endpoint, network, known, held)
        for (column, address) in [("address4", chosen.address4), ("address6", chosen.address6)] {
          guard let address, known.contains(address) else { continue }
          try database.execute(
            sql: "UPDATE endpoints SET \(column) = NULL WHERE network_id = ? AND \(column) = ? AND held = 0",
            arguments: [network.id, address])
        }
        try database.execute(
          sql: """
            UPDATE endpoints SET address4 = ?, address6 = ?, mac = ?, veth = ?, held = ? WHERE id = ?
            """,
          arguments: [
            chosen.address4, chosen.address6, chosen.mac, chosen.veth, moving == nil ? 1 : 2, endpoint.id,
          ])
        result.append((chosen, network))
      }
      return result
    }
  }

  /// A container's run is over: its addresses may be had when there are no others, and its host ports by anybody. What was
  /// being put on it, or taken off, it does not have.
  package func releaseEndpoints(ofContainer id: String) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: "UPDATE ports SET held = 0 WHERE container_id = ? AND held", arguments: [id])
      try database.execute(sql: "DELETE FROM endpoints WHERE container_id = ? AND held = 2", arguments: [id])
      try database.execute(sql: "UPDATE endpoints SET held = 0 WHERE container_id = ?", arguments: [id])
    }
  }

  /// The containers that have addresses for a run.
  package func containersHoldingEndpoints() throws(StoreError) -> [String] {
    try read { database in
      try String.fetchAll(database, sql: "SELECT DISTINCT container_id FROM endpoints WHERE held <> 0")
    }
  }

  /// Records that a container is on a network.
  static func insert(_ endpoint: EndpointRecord, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO endpoints (id, container_id, network_id, position, wanted4, wanted6, wanted_mac, aliases)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        endpoint.id, endpoint.containerID, endpoint.networkID, endpoint.position, endpoint.wanted4,
        endpoint.wanted6, endpoint.wantedMAC, endpoint.aliases,
      ])
  }

  static func endpoints(
    ofContainer id: String, _ database: Database
  ) throws -> [(EndpointRecord, NetworkRecord)] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM endpoints WHERE container_id = ? ORDER BY position", arguments: [id]
    ).map { row in
      let endpoint = EndpointRecord(row)
      guard
        let network = try Row.fetchOne(
          database, sql: "SELECT * FROM networks WHERE id = ?", arguments: [endpoint.networkID])
      else { throw StoreError.noSuchNetwork(endpoint.networkID) }
      return (endpoint, try NetworkRecord(network))
    }
  }
}

extension EndpointRecord {
  init(_ row: Row) {
    self.init(
      id: row["id"], containerID: row["container_id"], networkID: row["network_id"],
      position: row["position"], wanted4: row["wanted4"], wanted6: row["wanted6"],
      wantedMAC: row["wanted_mac"], aliases: row["aliases"])
    address4 = row["address4"]
    address6 = row["address6"]
    mac = row["mac"]
    veth = row["veth"]
    isHeld = row["held"] == 1
    isMoving = row["held"] == 2
  }
}
