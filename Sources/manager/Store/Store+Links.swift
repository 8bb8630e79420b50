internal import GRDB

extension Store {
  /// A container's links to others, in the order in which they were asked for.
  /// - Parameter id: the whole id.
  package func links(ofRecipient id: String) throws(StoreError) -> [LinkRecord] {
    try read { try Self.links($0, where: "links.recipient_id = ?", [id]) }
  }

  /// Every link, by recipient.
  package func links() throws(StoreError) -> [LinkRecord] {
    try read { try Self.links($0, where: "1", []) }
  }

  /// Whether there is a link at all: what most commands find out before they look any further.
  package func hasLinks() throws(StoreError) -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT EXISTS (SELECT 1 FROM links)") ?? false }
  }

  /// The link that `name` means: the recipient's name and the alias, as `web/db` or `/web/db`; nil when there is none.
  package func link(named name: String) throws(StoreError) -> LinkRecord? {
    try read { try Self.link(named: name, $0) }
  }

  /// Forgets a link; both containers stay.
  /// - Returns: whether it was there.
  @discardableResult
  package func deleteLink(_ link: LinkRecord) throws(StoreError) -> Bool {
    try write { database in
      try database.execute(
        sql: "DELETE FROM links WHERE recipient_id = ? AND alias = ?",
        arguments: [link.recipient.id, link.alias])
      return database.changesCount > 0
    }
  }

  /// Records a container's links.
  /// - Throws: `.noSuchContainer` when a source has been removed in the meantime.
  static func insert(_ links: [WantedLink], of recipient: String, _ database: Database) throws {
    for (position, link) in links.enumerated() {
      do {
        try database.execute(
          sql: "INSERT INTO links (recipient_id, alias, source_id, position) VALUES (?, ?, ?, ?)",
          arguments: [recipient, link.alias, link.sourceID, position])
      } catch let error as DatabaseError
        where error.extendedResultCode == .SQLITE_CONSTRAINT_FOREIGNKEY
      {
        throw StoreError.noSuchContainer(link.sourceID)
      }
    }
  }

  /// The same within a transaction.
  static func link(named name: String, _ database: Database) throws -> LinkRecord? {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).drop { $0.isEmpty }.map(
      String.init)
    guard parts.count == 2 else { return nil }
    return try links(database, where: "recipients.name = ? AND links.alias = ?", [parts[0], parts[1]]).first
  }

  private static func links(
    _ database: Database, where condition: String, _ arguments: StatementArguments
  ) throws -> [LinkRecord] {
    try Row.fetchAll(
      database,
      sql: """
        SELECT links.*, recipients.name AS recipient_name, sources.name AS source_name FROM links
        JOIN containers AS recipients ON recipients.id = links.recipient_id
        JOIN containers AS sources ON sources.id = links.source_id
        WHERE \(condition) ORDER BY recipients.name, links.position
        """, arguments: arguments
    ).map { row in
      LinkRecord(
        recipient: NamedContainer(name: row["recipient_name"], id: row["recipient_id"]), alias: row["alias"],
        source: NamedContainer(name: row["source_name"], id: row["source_id"]))
    }
  }
}
