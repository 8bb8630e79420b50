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
