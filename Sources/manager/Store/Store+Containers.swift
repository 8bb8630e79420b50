internal import GRDB
package import LinuxSystem

extension Store {
  /// Records a new container, and its volumes with it.
  /// - Parameters:
  ///   - volumes: what it mounts; those that have no row yet get one.
  ///   - images: the images that it mounts beside its own, by their whole ids.
  ///   - endpoints: the networks it is on.
  ///   - ports: what it publishes.
  ///   - links: the containers it is linked to.
  /// - Throws: `.nameInUse`, `.idInUse`; `.noSuchImage`, `.noSuchContainer` when the image or a linked container has
  ///   gone in the meantime.
  package func insertContainer(
    _ container: ContainerRecord, volumes: [MountedVolume] = [], images: Set<String> = [],
    endpoints: [EndpointRecord] = [], ports: [PortRecord] = [], links: [WantedLink] = []
  ) throws(StoreError) {
    try write { database in
      do {
        try database.execute(
          sql: """
            INSERT INTO containers
              (id, name, image_id, image_reference, created_at, settings, auto_remove, started_at, finished_at,
              exit_code, uses_volumes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            container.id, container.name, container.imageID, container.imageReference,
            container.createdAt.description, container.settings, container.autoRemove,
            container.startedAt?.description, container.finishedAt?.description, container.exitCode,
            !volumes.isEmpty,
          ])
      } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_CONSTRAINT {
        throw try Self.refusal(of: container, database) ?? error
      }
      for volume in volumes { try Self.insert(volume, of: container.id, database) }
      for image in images { try Self.insert(image: image, of: container.id, database) }
      for endpoint in endpoints { try Self.insert(endpoint, database) }
      for port in ports { try Self.insert(port, database) }
      try Self.insert(links, of: container.id, database)
    }
  }

  /// Which rule a refused row has broken; read in the same transaction, so it is still true.
  private static func refusal(of container: ContainerRecord, _ database: Database) throws -> StoreError? {
    let holder = try String.fetchOne(
      database, sql: "SELECT id FROM containers WHERE name = ?", arguments: [container.name])
    if let holder { return .nameInUse(name: container.name, byID: holder) }
    let image = try Bool.fetchOne(
      database, sql: "SELECT 1 FROM images WHERE id = ?", arguments: [container.imageID])
    if image == nil { return .noSuchImage(container.imageReference) }
    let same = try Bool.fetchOne(
      database, sql: "SELECT 1 FROM containers WHERE id = ?", arguments: [container.id])
    return same == nil ? nil : .idInUse(container.id)
  }

  /// Every container, newest first.
  package func containers() throws(StoreError) -> [ContainerRecord] {
    try read { database in
      // The order of the rows is that of their insertion, nearly that of creation. SQLite would copy each row once more
      // to sort them.
      let rows = try Row.fetchCursor(
        database, sql: "SELECT \(ContainerRecord.columns) FROM containers ORDER BY rowid DESC")
      var records: [ContainerRecord] = []
      while let row = try rows.next() { records.append(try ContainerRecord(row)) }
      func precedes(_ one: ContainerRecord, _ other: ContainerRecord) -> Bool {
        one.createdAt == other.createdAt ? one.id < other.id : one.createdAt > other.createdAt
      }
      let isSorted = records.indices.dropFirst().allSatisfy { !precedes(records[$0], records[$0 - 1]) }
      return isSorted ? records : records.sorted(by: precedes)
    }
  }

  /// The first of `containers`, without reading the others.
  package func latestContainer() throws(StoreError) -> ContainerRecord? {
    try read { database in
      let row = try Row.fetchOne(
        database,
        sql: """
          SELECT \(ContainerRecord.columns) FROM containers
          WHERE id = (SELECT id FROM containers ORDER BY created_at DESC, id LIMIT 1)
          """)
      return try row.map { try ContainerRecord($0) }
    }
  }

  /// The ids of every container, newest first: a tenth of the work where nothing else is asked for.
  package func containerIDs() throws(StoreError) -> [String] {
    try read { try String.fetchAll($0, sql: "SELECT id FROM containers ORDER BY created_at DESC, id") }
  }

  /// The container that `reference` means: a whole id, else a name (docker's leading slash allowed), else the only
  /// id that begins so. The order is docker's: a name that looks like a prefix wins. A link's name (`web/db`) is one of
  /// its source's.
  /// - Throws: `.noSuchContainer`, `.ambiguousContainer`.
  package func findContainer(_ reference: String) throws(StoreError) -> ContainerRecord {
    try read { database in
      let name = reference.hasPrefix("/") ? String(reference.dropFirst()) : reference
      for (column, value) in [("id", reference), ("name", name)] {
        let row = try Row.fetchOne(
          database, sql: "SELECT \(ContainerRecord.columns) FROM containers WHERE \(column) = ?",
          arguments: [value])
        if let row { return try ContainerRecord(row) }
      }
      if name.contains("/"), let link = try Self.link(named: name, database) {
        let row = try Row.fetchOne(
          database, sql: "SELECT \(ContainerRecord.columns) FROM containers WHERE id = ?",
          arguments: [link.source.id])
        if let row { return try ContainerRecord(row) }
      }
      guard isHexadecimal(reference) else { throw StoreError.noSuchContainer(reference) }
      let rows = try Row.fetchAll(
        database, sql: "SELECT \(ContainerRecord.columns) FROM containers WHERE id >= ? AND id < ? LIMIT 2",
        arguments: [reference, reference + "g"])
      guard rows.count < 2 else { throw StoreError.ambiguousContainer(reference) }
      guard let row = rows.first else { throw StoreError.noSuchContainer(reference) }
      return try ContainerRecord(row)
    }
  }

  /// Records that a run began; what the run before left is forgotten.
  /// - Parameter id: the whole id.
  /// - Throws: `.noSuchContainer` when somebody has removed it.
  package func setStarted(_ id: String, at moment: Timestamp) throws(StoreError) {
    try update(
      id, "started_at = ?, finished_at = NULL, exit_code = NULL, stopped_by_user = 0", [moment.description])
  }

  /// Records that the user wants the container to be stopped, until the next start.
  /// - Parameter id: the whole id.
  /// - Throws: `.noSuchContainer` when somebody has removed it.
  package func setStopped(_ id: String) throws(StoreError) {
    try update(id, "stopped_by_user = 1", [])
  }

  /// Replaces what the engine keeps about a container.
  /// - Parameter id: the whole id.
  /// - Throws: `.noSuchContainer` when somebody has removed it.
  package func setSettings(_ id: String, _ settings: String) throws(StoreError) {
    try update(id, "settings = ?", [settings])
  }

  /// Gives a container another name.
  /// - Parameter id: the whole id.
  /// - Throws: `.nameInUse`; `.noSuchContainer` when somebody has removed it.
  package func setName(_ id: String, _ name: String) throws(StoreError) {
    try write { database in
      do {
        try database.execute(sql: "UPDATE containers SET name = ? WHERE id = ?", arguments: [name, id])
      } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_CONSTRAINT {
        // Read in the same transaction, so it is still true.
        let holder = try String.fetchOne(
          database, sql: "SELECT id FROM containers WHERE name = ?", arguments: [name])
        throw holder.map { StoreError.nameInUse(name: name, byID: $0) } ?? error
      }
      guard database.changesCount > 0 else { throw StoreError.noSuchContainer(id) }
    }
  }

  /// Records that a run ended.
  /// - Parameters:
  ///   - id: the whole id.
  ///   - exitCode: 0 to 255; nil when it cannot be known.
  /// - Throws: `.noSuchContainer` when somebody has removed it.
  package func setFinished(_ id: String, at moment: Timestamp, exitCode: Int32?) throws(StoreError) {
    try update(id, "finished_at = ?, exit_code = ?", [moment.description, exitCode])
  }

  /// Forgets a container. Its directory goes after this, never before (spec/state-layout.md).
  /// - Returns: whether it was there, so that of two who remove it one knows that it was first.
  @discardableResult
  package func deleteContainer(_ id: String) throws(StoreError) -> Bool {
    try write { database in
      try database.execute(sql: "DELETE FROM containers WHERE id = ?", arguments: [id])
      return database.changesCount > 0
    }
  }

  private func update(_ id: String, _ assignments: String, _ values: StatementArguments) throws(StoreError) {
    try write { database in
      try database.execute(sql: "UPDATE containers SET \(assignments) WHERE id = ?", arguments: values + [id])
      guard database.changesCount > 0 else { throw StoreError.noSuchContainer(id) }
    }
  }
}

/// Whether `text` is made of lower-case hex digits, at least one.
func isHexadecimal(_ text: some StringProtocol) -> Bool {
  !text.isEmpty
    && text.utf8.allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
}

extension ContainerRecord {
  /// What `init(_:)` reads, by position: to look each name up costs more than to read the value.
  static let columns = """
    id, name, image_id, image_reference, created_at, settings, auto_remove, started_at, finished_at, exit_code,
    stopped_by_user, uses_volumes
    """

  init(_ row: Row) throws {
    self.init(
      id: row[0], name: row[1], imageID: row[2], imageReference: row[3], createdAt: try moment(row[4]),
      settings: row[5], autoRemove: row[6])
    startedAt = try (row[7] as String?).map { try moment($0) }
    finishedAt = try (row[8] as String?).map { try moment($0) }
    exitCode = row[9]
    stoppedByUser = row[10]
    usesVolumes = row[11]
  }
}

/// A moment as it stands in the tables.
func moment(_ text: String) throws -> Timestamp {
  guard let moment = Timestamp(text) else { throw DatabaseError(message: "\"\(text)\" is no moment of time") }
  return moment
}
