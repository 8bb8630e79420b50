internal import GRDB
internal import LinuxSystem

extension Store {
  /// Records a volume.
  /// - Throws: `.volumeNameInUse`.
  package func insertVolume(_ volume: VolumeRecord) throws(StoreError) {
    try write { database in
      try Self.insert(volume, database)
      guard database.changesCount > 0 else { throw StoreError.volumeNameInUse(volume.name) }
    }
  }

  /// A volume's row, unless it has one, and the row that ties it to a container.
  static func insert(_ mounted: MountedVolume, of container: String, _ database: Database) throws {
    try insert(mounted.volume, database)
    try database.execute(
      sql: "INSERT INTO container_volumes (container_id, destination, volume) VALUES (?, ?, ?)",
      arguments: [container, mounted.destination, mounted.volume.name])
  }

  private static func insert(_ volume: VolumeRecord, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO volumes (name, driver, options, labels, created_at, anonymous) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (name) DO NOTHING
        """,
      arguments: [
        volume.name, volume.driver, volume.options, volume.labels, volume.createdAt.description,
        volume.isAnonymous,
      ])
  }

  /// Every volume, by name.
  package func volumes() throws(StoreError) -> [VolumeRecord] {
    try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM volumes ORDER BY name").map { try VolumeRecord($0) }
    }
  }

  /// The volumes that no container has, by name.
  package func unusedVolumes() throws(StoreError) -> [VolumeRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM volumes WHERE name NOT IN (SELECT volume FROM container_volumes) ORDER BY name"
      ).map { try VolumeRecord($0) }
    }
  }

  /// How many containers have each volume that one has.
  package func volumeLinks() throws(StoreError) -> [String: Int] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT volume, COUNT(DISTINCT container_id) AS links FROM container_volumes GROUP BY volume")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["volume"], $0["links"]) })
    }
  }

  /// A volume by its whole name: no prefix means one.
  /// - Throws: `.noSuchVolume`.
  package func findVolume(_ name: String) throws(StoreError) -> VolumeRecord {
    try read { database in
      let row = try Row.fetchOne(database, sql: "SELECT * FROM volumes WHERE name = ?", arguments: [name])
      guard let row else { throw StoreError.noSuchVolume(name) }
      return try VolumeRecord(row)
    }
  }

  /// The volumes that a container has.
  package func volumes(ofContainer id: String) throws(StoreError) -> [VolumeRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT * FROM volumes WHERE name IN (SELECT volume FROM container_volumes WHERE container_id = ?)
          ORDER BY name
          """, arguments: [id]
      ).map { try VolumeRecord($0) }
    }
  }

  /// The containers that have a volume, the oldest first.
  package func containers(withVolume name: String) throws(StoreError) -> [ContainerRecord] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(ContainerRecord.columns) FROM containers
          WHERE id IN (SELECT container_id FROM container_volumes WHERE volume = ?)
          ORDER BY created_at, id
          """, arguments: [name]
      ).map { try ContainerRecord($0) }
    }
  }

  /// Forgets a volume.
  /// - Returns: whether it was there.
  /// - Throws: `.volumeInUse` when a container has it.
  @discardableResult
  package func deleteVolume(_ name: String) throws(StoreError) -> Bool {
    try write { database in
      let users = try String.fetchAll(
        database,
        sql: "SELECT DISTINCT container_id FROM container_volumes WHERE volume = ? ORDER BY container_id",
        arguments: [name])
      guard users.isEmpty else { throw StoreError.volumeInUse(name: name, containers: users) }
      try database.execute(sql: "DELETE FROM volumes WHERE name = ?", arguments: [name])
      return database.changesCount > 0
    }
  }

  /// Forgets a container, and with it those of the named volumes that no other container has.
  /// - Returns: whether it was there, and the volumes that are forgotten.
  package func deleteContainer(
    _ id: String, withVolumes names: [String]
  ) throws(StoreError) -> (wasThere: Bool, volumes: [String]) {
    try write { database in
      try database.execute(sql: "DELETE FROM containers WHERE id = ?", arguments: [id])
      let wasThere = database.changesCount > 0
      let volumes = try names.filter { name in
        try database.execute(
          sql: """
            DELETE FROM volumes
            WHERE name = ? AND NOT EXISTS (SELECT 1 FROM container_volumes WHERE volume = volumes.name)
            """, arguments: [name])
        return database.changesCount > 0
      }
      return (wasThere, volumes)
    }
  }

  /// Gives a volume another name; its containers follow.
  /// - Parameter settings: makes the new settings of a container that has it of the old ones.
  /// - Throws: `.noSuchVolume`, `.volumeNameInUse`; what `settings` throws as `.database`.
  package func renameVolume(
    _ old: String, to new: String, settings: (_ container: String, _ text: String) throws -> String
  ) throws(StoreError) {
    try write { database in
      let taken = try Bool.fetchOne(database, sql: "SELECT 1 FROM volumes WHERE name = ?", arguments: [new])
      guard taken == nil else { throw StoreError.volumeNameInUse(new) }
      try database.execute(
        sql: "UPDATE volumes SET name = ?, anonymous = 0 WHERE name = ?", arguments: [new, old])
      guard database.changesCount > 0 else { throw StoreError.noSuchVolume(old) }
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT id, settings FROM containers
          WHERE id IN (SELECT container_id FROM container_volumes WHERE volume = ?)
          """, arguments: [new])
      for row in rows {
        let id: String = row["id"]
        try database.execute(
          sql: "UPDATE containers SET settings = ? WHERE id = ?",
          arguments: [try settings(id, row["settings"]), id])
      }
    }
  }
}

extension VolumeRecord {
  init(_ row: Row) throws {
    self.init(
      name: row["name"], driver: row["driver"], options: row["options"], labels: row["labels"],
      createdAt: try moment(row["created_at"]), isAnonymous: row["anonymous"])
  }
}
