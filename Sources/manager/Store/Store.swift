internal import GRDB
internal import LinuxSystem

/// The one index of names, containers and images: SQLite in `ROOT/apus.db`.
///
/// Each verb is one transaction, so a killed command leaves all of it or nothing. Verbs of containers and images are
/// in `Store+Containers.swift` and `Store+Images.swift`.
package struct Store: Sendable {
  /// Where everything lies.
  package let paths: StorePaths
  private let queue: DatabaseQueue

  private init(paths: StorePaths, queue: DatabaseQueue) {
    self.paths = paths
    self.queue = queue
  }

  /// A command that imports an image holds the database for milliseconds; ten seconds are a disk in distress.
  private static let busySeconds = 15
  /// From how many pages on the log is written back into the database.
  private static let longLogPages = 100
  /// How much of the database is read where the kernel has it, without a call and a copy for each page: a list of hundreds
  /// of containers reads hundreds. Nothing ever makes the file shorter (sqlite.org/mmap.html).
  private static let mappedBytes = 64 << 20

  /// Opens the database, and makes it first where there is none. `paths.prepare` comes before.
  /// - Throws: `StoreError`.
  package static func open(_ paths: StorePaths) throws(StoreError) -> Store {
    var configuration = Configuration()
    configuration.busyMode = .timeout(Double(busySeconds))
    configuration.prepareDatabase { database in
      // With WAL, NORMAL syncs only at checkpoints: a power cut may lose the last commands, never the database
      // (sqlite.org/pragma.html#pragma_synchronous). Small checkpoints keep the recovery of each open short.
      try database.execute(
        sql: """
          PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = \(longLogPages);
          PRAGMA mmap_size = \(mappedBytes)
          """)
    }
    do {
      let queue = try DatabaseQueue(path: paths.database, configuration: configuration)
      let store = Store(paths: paths, queue: queue)
      try store.migrateWhenNeeded()
      // Never closed, on purpose: the last connection to close checkpoints with two fsyncs, and nearly every command
      // would be the last. The log of what was written stays and is read by the next one.
      _ = unsafe Unmanaged.passRetained(queue)
      return store
    } catch { throw StoreError(error, path: paths.database) }
  }

  private func migrateWhenNeeded() throws {
    let version = try queue.unsafeRead { try Int.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
    guard version != Schema.version else { return }
    guard version < Schema.version else {
      throw StoreError.newerVersion(path: paths.database, found: version, known: Schema.version)
    }
    // One at a time: changing to WAL does not wait for others as other statements do.
    let lock = try DirectoryLock(paths.root)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
    try Schema.migrator().migrate(queue)
    // The lock ends here and not at its last use above.
    _ = consume lock
  }

  /// Runs `body` and maps what it throws.
  func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do { return try queue.unsafeRead(body) } catch { throw StoreError(error, path: paths.database) }
  }

  /// Runs `body` in one transaction that has the write lock from its first statement, so that what it reads cannot
  /// change before it writes.
  func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      return try queue.writeWithoutTransaction { database in
        defer { emptyLongLog(database) }
        var result: Value?
        try database.inTransaction(.immediate) {
          result = try body(database)
          return .commit
        }
        guard let result else { throw DatabaseError(message: "the transaction did not run") }
        return result
      }
    } catch { throw StoreError(error, path: paths.database) }
  }

  /// Empties the log when it has become long. SQLite has just written it back, but begins it anew only in a connection
  /// that writes once more. Most commands write once, and what was written back is forgotten with the last connection
  /// (sqlite.org/walformat.html, nBackfill): so it would grow for ever, and each command reads all of it when it opens.
  ///
  /// Nobody is waited for: whoever is reading or writing just then keeps the log, and the next to write empties it.
  private func emptyLongLog(_ database: Database) {
    do {
      let size = try fileStatus(paths.database + "-wal").sizeBytes
      guard size > Self.longLogPages * 4096 else { return }
      try database.execute(sql: "PRAGMA busy_timeout = 0")
      let emptied = Result { try database.checkpoint(.truncate) }
      try database.execute(sql: "PRAGMA busy_timeout = \(Self.busySeconds * 1000)")
      _ = try emptied.get()
    } catch {
      // What was asked for is written, and stays so. A disk that fails is told by the next who reads.
    }
  }
}
