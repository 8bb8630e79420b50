internal import GRDB

// What lists ask for: one statement each, however many rows there are.

extension Store {
  /// Which image has each name: `repository:tag`, the image's whole id.
  package func tagOwners() throws(StoreError) -> [String: String] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT repository || ':' || tag AS name, image_id FROM image_tags")
      return Dictionary(rows.map { ($0["name"], $0["image_id"]) }) { first, _ in first }
    }
  }

  /// What the files of each image take, in bytes, by the image's whole id.
  package func imageSizes() throws(StoreError) -> [String: Int64] {
    try read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT id, size_bytes FROM images")
      return Dictionary(rows.map { ($0["id"], $0["size_bytes"]) }) { first, _ in first }
    }
  }

  /// How many images there are.
  package func imageCount() throws(StoreError) -> Int {
    try read { database in try Int.fetchOne(database, sql: "SELECT count(*) FROM images") ?? 0 }
  }
}
