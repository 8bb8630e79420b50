import GRDB
import LinuxSystem
import Testing

@testable import Store

@Suite("Opening the store")
struct OpeningTests {
  let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  @Test(arguments: [("relative", "/run"), ("/root", "relative")])
  func aRelativeRootIsRefused(_ root: String, _ runRoot: String) throws {
    let error = #expect(throws: StoreError.self) { try StorePaths(root: root, runRoot: runRoot).prepare() }
    #expect(error?.description.hasSuffix("\"relative\": must be an absolute path") == true)
  }

  @Test func theSkeletonHasTheModesOfTheContract() throws {
    let paths = fixture.paths
    for (path, mode) in [
      (paths.root, UInt32(0o711)), (paths.runRoot, 0o711), (paths.containers, 0o711), (paths.layers, 0o700),
      (paths.temporary, 0o700), (paths.blobs, 0o700), (paths.shims, 0o700), (paths.runtimeRoot, 0o700),
    ] {
      #expect(try fileStatus(path).permissions == mode, "\(path)")
    }
    try paths.prepare()
  }

  @Test func aFileInPlaceOfARootIsNamed() throws {
    let path = fixture.directory + "/file"
    try writeAtomically(path, [])
    let paths = StorePaths(root: path, runRoot: fixture.paths.runRoot)
    let error = #expect(throws: StoreError.self) { try paths.prepare() }
    #expect(error == .rootNotUsable(path: path, reason: "not a directory"))
  }

  @Test func aSecondConnectionSeesTheRows() throws {
    let image = try fixture.storedImage()
    #expect(try Store.open(fixture.paths).findImage("busybox").id == image.id)
  }

  @Test func aNewerDatabaseIsLeftAlone() throws {
    try fixture.store.write { try $0.execute(sql: "PRAGMA user_version = 99") }
    let error = #expect(throws: StoreError.self) { try Store.open(fixture.paths) }
    #expect(error == .newerVersion(path: fixture.paths.database, found: 99, known: Schema.version))
  }

  @Test func aDatabaseOfBeforeThereWereRestartsIsBroughtUpToDate() throws {
    let paths = StorePaths(root: fixture.directory + "/old", runRoot: fixture.paths.runRoot)
    try paths.prepare()
    let old = try DatabaseQueue(path: paths.database)
    try Schema.migrator().migrate(old, upTo: "images and containers")
    let image = StoreFixture.image("aa")
    try old.write { database in
      #expect(try Int.fetchOne(database, sql: "PRAGMA user_version") == 1)
      try database.execute(
        sql: "INSERT INTO images (id, manifest, created_at, size_bytes, config) VALUES (?, ?, ?, 1, '{}')",
        arguments: [image.id, image.manifest, image.createdAt.description])
      try database.execute(
        sql: """
          INSERT INTO containers (id, name, image_id, image_reference, created_at, settings, auto_remove)
          VALUES (?, 'web', ?, 'busybox', ?, '{}', 0)
          """, arguments: [StoreFixture.id("abc"), image.id, image.createdAt.description])
    }
    try old.close()
    let store = try Store.open(paths)
    #expect(try store.findContainer("web").stoppedByUser == false)
    #expect(try !store.findContainer("web").usesVolumes)
    try store.setStopped(StoreFixture.id("abc"))
    #expect(try Store.open(paths).findContainer("web").stoppedByUser)
  }

  @Test func somethingElseInItsPlaceIsSaidSo() throws {
    let paths = StorePaths(root: fixture.directory + "/other", runRoot: fixture.paths.runRoot)
    try paths.prepare()
    try writeAtomically(paths.database, Array(repeating: UInt8(ascii: "x"), count: 5000))
    let error = #expect(throws: StoreError.self) { try Store.open(paths) }
    #expect(error?.description.contains("not an apus database, or damaged") == true)
  }

  @Test func aTransactionThatFailsInTheMiddleLeavesNothing() throws {
    struct Killed: Error {}
    #expect(throws: StoreError.self) {
      try fixture.store.write { database in
        try database.execute(
          sql:
            "INSERT INTO images (id, manifest, created_at, size_bytes, config) VALUES ('a', 'b', 'c', 1, 'd')"
        )
        throw Killed()
      }
    }
    #expect(try fixture.store.images().isEmpty)
  }

  @Test func manyCommandsThatStartAtOnceMakeOneDatabase() async throws {
    let paths = StorePaths(root: fixture.directory + "/fresh", runRoot: fixture.paths.runRoot)
    try paths.prepare()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<8 {
        group.addTask {
          let store = try Store.open(paths)
          try store.insertImage(StoreFixture.image("a\(number)"), tag: nil)
        }
      }
      try await group.waitForAll()
    }
    #expect(try Store.open(paths).images().count == 8)
  }

  @Test func theLogStaysShortThoughEachCommandWritesOnce() throws {
    var paths = fixture.paths
    for number in 100..<160 {
      // What a command leaves that has ended: the database and its log, without what its connection knew of them.
      let next = StorePaths(root: fixture.directory + "/\(number)", runRoot: paths.runRoot)
      try next.prepare()
      for end in ["", "-wal"] { try writeAtomically(next.database + end, readFile(paths.database + end)) }
      try Store.open(next).insertImage(StoreFixture.image("\(number)"), tag: nil)
      #expect(try fileStatus(next.database + "-wal").sizeBytes < 150 * 4096)
      paths = next
    }
    #expect(try Store.open(paths).images().count == 60)
  }

  @Test func aFullDiskIsOneLine() {
    let full = DatabaseError(resultCode: .SQLITE_FULL, message: "database or disk is full")
    #expect(
      StoreError(full, path: "/x/apus.db").description == "database \"/x/apus.db\": no space left on device")
    let readOnly = DatabaseError(resultCode: .SQLITE_READONLY)
    #expect(StoreError(readOnly, path: "/x/apus.db") == .readOnly(path: "/x/apus.db"))
  }
}
