internal import GRDB
internal import LinuxSystem

extension Store {
  /// Records a network.
  /// - Parameter make: gets the networks there are and gives the new one; asked within the transaction, so that two of
  ///   them cannot choose the same addresses. Throws `.refused`.
  /// - Throws: `.networkNameInUse`, and what `make` throws.
  package func insertNetwork(
    named name: String, _ make: ([NetworkRecord]) throws(StoreError) -> NetworkRecord
  ) throws(StoreError) -> NetworkRecord {
    try write { database in
      let others = try Row.fetchAll(database, sql: "SELECT * FROM networks ORDER BY created_at, id").map {
        try NetworkRecord($0)
      }
      guard !others.contains(where: { $0.name == name }) else { throw StoreError.networkNameInUse(name) }
      let network = try make(others)
      try database.execute(
        sql: """
          INSERT INTO networks
            (id, name, driver, bridge, subnet4, gateway4, range4, subnet6, gateway6, range6, internal, icc, mtu,
            options, labels, auxiliary, created_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          network.id, network.name, network.driver, network.bridge, network.subnet4.subnet,
          network.subnet4.gateway, network.subnet4.range, network.subnet6?.subnet, network.subnet6?.gateway,
          network.subnet6?.range, network.isInternal, network.isOpen, network.mtu, network.options,
          network.labels, network.auxiliary, network.createdAt.description,
        ])
      return network
    }
  }

  /// Gives a network another bridge and other addresses; its containers' are forgotten.
  /// - Parameters:
  ///   - container: whose endpoints may be held.
  ///   - make: gets the other networks and gives the bridge, `subnet4` and the new `createdAt`. Throws `.refused`.
  /// - Returns: whether it was done: not for a network that another container holds an endpoint of.
  package func moveNetwork(
    _ id: String, for container: String, _ make: ([NetworkRecord]) throws(StoreError) -> NetworkRecord
  ) throws(StoreError) -> Bool {
    try write { database in
      let holder = try Row.fetchOne(
        database,
        sql: "SELECT 1 FROM endpoints WHERE network_id = ? AND held = 1 AND container_id <> ? LIMIT 1",
        arguments: [id, container])
      guard holder == nil else { return false }
      let others = try Row.fetchAll(database, sql: "SELECT * FROM networks WHERE id <> ?", arguments: [id])
        .map {
          try NetworkRecord($0)
        }
      let new = try make(others)
      try database.execute(
        sql: "UPDATE networks SET bridge = ?, subnet4 = ?, created_at = ? WHERE id = ?",
        arguments: [new.bridge, new.subnet4.subnet, new.createdAt.description, id])
      guard database.changesCount > 0 else { return false }
      try database.execute(
        sql: "UPDATE endpoints SET address4 = NULL, mac = NULL WHERE network_id = ?", arguments: [id])
      return true
    }
  }

  /// Every network, the oldest first.
  package func networks() throws(StoreError) -> [NetworkRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM networks ORDER BY created_at, id").map {
        try NetworkRecord($0)
      }
    }
  }

  /// The network that `reference` means: a name, an id, or the only id that begins so.
  /// - Throws: `.noSuchNetwork`; also when several ids begin so.
  package func findNetwork(_ reference: String) throws(StoreError) -> NetworkRecord {
    try read { database in
      for column in ["name", "id"] {
        let row = try Row.fetchOne(
          database, sql: "SELECT * FROM networks WHERE \(column) = ?", arguments: [reference])
        if let row { return try NetworkRecord(row) }
      }
      guard isHexadecimal(reference) else { throw StoreError.noSuchNetwork(reference) }
      let rows = try Row.fetchAll(
        database, sql: "SELECT * FROM networks WHERE id >= ? AND id < ? LIMIT 2",
        arguments: [reference, reference + "g"])
      guard rows.count == 1, let row = rows.first else { throw StoreError.noSuchNetwork(reference) }
      return try NetworkRecord(row)
    }
  }

  /// Forgets a network.
  /// - Throws: `.networkInUse` when a container has it.
  /// - Returns: whether it was there.
  @discardableResult
  package func deleteNetwork(_ network: NetworkRecord) throws(StoreError) -> Bool {
    try write { database in
      let users = try Row.fetchAll(
        database,
        sql: """
          SELECT name, id FROM containers WHERE id IN (SELECT container_id FROM endpoints WHERE network_id = ?)
          ORDER BY name
          """, arguments: [network.id]
      ).map { NamedContainer(name: $0["name"], id: $0["id"]) }
      guard users.isEmpty else {
        throw StoreError.networkInUse(name: network.name, containers: users)
      }
      try database.execute(sql: "DELETE FROM networks WHERE id = ?", arguments: [network.id])
      return database.changesCount > 0
    }
  }

  /// The names of the networks of each container that is on any, `eth0`'s first.
  package func networkNames() throws(StoreError) -> [String: [String]] {
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT container_id, networks.name AS name FROM endpoints JOIN networks ON networks.id = network_id
          ORDER BY container_id, position
          """)
      var names: [String: [String]] = [:]
      while let row = try rows.next() { names[row["container_id"], default: []].append(row["name"]) }
      return names
    }
  }

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

extension NetworkRecord {
  init(_ row: Row) throws {
    self.init(
      id: row["id"], name: row["name"], driver: row["driver"], bridge: row["bridge"],
      subnet4: SubnetRecord(subnet: row["subnet4"], gateway: row["gateway4"], range: row["range4"]),
      subnet6: (row["subnet6"] as String?).map {
        SubnetRecord(subnet: $0, gateway: row["gateway6"], range: row["range6"])
      }, isInternal: row["internal"], isOpen: row["icc"], mtu: row["mtu"], options: row["options"],
      labels: row["labels"], auxiliary: row["auxiliary"],
      createdAt: try moment(row["created_at"]))
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
