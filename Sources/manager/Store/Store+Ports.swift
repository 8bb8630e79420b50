internal import GRDB

extension Store {
  /// The published ports of a container, in order.
  package func ports(ofContainer id: String) throws(StoreError) -> [PortRecord] {
    try read { database in try Self.ports(ofContainer: id, database) }
  }

  /// Every port that a container has now, by container.
  package func heldPorts() throws(StoreError) -> [String: [PortRecord]] {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT * FROM ports WHERE held ORDER BY container_id, position")
      var ports: [String: [PortRecord]] = [:]
      while let row = try rows.next() {
        let port = PortRecord(row)
        ports[port.containerID, default: []].append(port)
      }
      return ports
    }
  }

  /// Gives a container's ports their places on the host for a run, all or none.
  /// - Parameters:
  ///   - new: what it publishes from now on; nil leaves that as it is.
  ///   - choose: gets the ports, and a look-up of the other container that has a host port by what is recorded. Gives the
  ///     ports as they are to be recorded. Asked within the transaction: what it holds, no other command is about to hold.
  package func holdPorts(
    ofContainer id: String, replacing new: [PortRecord]? = nil,
    _ choose: (
      [PortRecord], _ holder: (UInt16, String) throws(StoreError) -> NamedContainer?
    ) throws(StoreError) -> [PortRecord]
  ) throws(StoreError) -> [PortRecord] {
    try write { database in
      if let new { try Self.replace(new, ofContainer: id, database) }
      let known = try new ?? Self.ports(ofContainer: id, database)
      let chosen = try choose(known) { (port, transport) throws(StoreError) in
        do {
          return try Self.holder(of: port, transport, notContainer: id, database)
        } catch { throw StoreError.refused("\(error)") }
      }
      for port in chosen {
        try database.execute(
          sql: """
            UPDATE ports SET addresses = ?, host_port = ?, held = 1 WHERE container_id = ? AND position = ?
            """, arguments: [port.addresses, port.hostPort.map { Int($0) }, id, port.position])
      }
      return chosen
    }
  }

  /// Another container of those that have a host port, whatever the address.
  package func holder(
    ofHostPort port: UInt16, _ transport: String, notContainer id: String
  ) throws(StoreError) -> NamedContainer? {
    try read { database in try Self.holder(of: port, transport, notContainer: id, database) }
  }

  /// Records what a container publishes from now on, as it is given.
  package func replacePorts(ofContainer id: String, by ports: [PortRecord]) throws(StoreError) {
    try write { database in try Self.replace(ports, ofContainer: id, database) }
  }

  private static func replace(_ ports: [PortRecord], ofContainer id: String, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM ports WHERE container_id = ?", arguments: [id])
    for port in ports { try insert(port, database) }
  }

  /// Records a port.
  static func insert(_ port: PortRecord, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO ports
          (container_id, position, port, protocol, host, first_host_port, last_host_port, addresses, host_port,
          held)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        port.containerID, port.position, Int(port.port), port.transport, port.host,
        port.hostPorts.map { Int($0.lowerBound) }, port.hostPorts.map { Int($0.upperBound) },
        port.addresses, port.hostPort.map { Int($0) }, port.isHeld,
      ])
  }

  private static func ports(ofContainer id: String, _ database: Database) throws -> [PortRecord] {
    try Row.fetchAll(
      database, sql: "SELECT * FROM ports WHERE container_id = ? ORDER BY position", arguments: [id]
    ).map { PortRecord($0) }
  }

  private static func holder(
    of port: UInt16, _ transport: String, notContainer id: String, _ database: Database
  ) throws -> NamedContainer? {
    let statement = try database.cachedStatement(
      sql: """
        SELECT containers.name, containers.id FROM ports JOIN containers ON containers.id = ports.container_id
        WHERE host_port = ? AND held AND protocol = ? AND container_id <> ? LIMIT 1
        """)
    return try Row.fetchOne(statement, arguments: [Int(port), transport, id]).map {
      NamedContainer(name: $0["name"], id: $0["id"])
    }
  }
}

extension PortRecord {
  init(_ row: Row) {
    var hostPorts: ClosedRange<UInt16>?
    if let first: UInt16 = row["first_host_port"], let last: UInt16 = row["last_host_port"], first <= last {
      hostPorts = first...last
    }
    self.init(
      containerID: row["container_id"], position: row["position"], port: row["port"],
      transport: row["protocol"], host: row["host"], hostPorts: hostPorts)
    addresses = row["addresses"]
    hostPort = row["host_port"]
    isHeld = row["held"]
  }
}
