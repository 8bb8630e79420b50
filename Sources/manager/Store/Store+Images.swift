internal import GRDB
internal import LinuxSystem

extension Store {
  /// Records an image, and gives it a name where there is one. An image that is known already only gets the name.
  /// - Parameter tag: taken away from another image that has it.
  package func insertImage(_ image: ImageRecord, tag: ImageTag?) throws(StoreError) {
    try insertImages([image], tags: [image.id: tag.map { [$0] } ?? []])
  }

  /// Records several images in one transaction: all of them, or none.
  /// - Parameter tags: by the images' ids; each is taken away from another image that has it.
  package func insertImages(_ images: [ImageRecord], tags: [String: [ImageTag]]) throws(StoreError) {
    try write { database in
      for image in images { try Self.insert(image, tags: tags[image.id] ?? [], database) }
    }
  }

  private static func insert(_ image: ImageRecord, tags: [ImageTag], _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO images (id, manifest, created_at, size_bytes, config) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (id) DO NOTHING
        """,
      arguments: [image.id, image.manifest, image.createdAt.description, image.sizeBytes, image.config])
    if database.changesCount > 0 {
      for (position, layer) in image.layers.enumerated() {
        try database.execute(
          sql: "INSERT INTO image_layers (image_id, position, diff_id, blob) VALUES (?, ?, ?, ?)",
          arguments: [image.id, position, layer.diffID, layer.blob])
      }
    }
    for tag in tags { try setTag(tag, on: image.id, database) }
  }

  /// Gives an image a name, which is taken away from another image that has it.
  /// - Throws: `.noSuchImage` when there is none with this whole id.
  package func tag(_ imageID: String, as tag: ImageTag) throws(StoreError) {
    try write { database in
      guard try Self.fetchImage(imageID, database) != nil else { throw StoreError.noSuchImage(imageID) }
      try Self.setTag(tag, on: imageID, database)
    }
  }

  private static func setTag(_ tag: ImageTag, on imageID: String, _ database: Database) throws {
    try database.execute(
      sql: """
        INSERT INTO image_tags (repository, tag, image_id) VALUES (?, ?, ?)
        ON CONFLICT (repository, tag) DO UPDATE SET image_id = excluded.image_id
        """,
      arguments: [tag.repository, tag.tag, imageID])
  }

  /// Takes a name away; the image stays, whether it has other names or not.
  /// - Throws: `.noSuchImage` when no image has it.
  package func untag(_ tag: ImageTag) throws(StoreError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM image_tags WHERE repository = ? AND tag = ?", arguments: [tag.repository, tag.tag])
      guard database.changesCount > 0 else { throw StoreError.noSuchImage(tag.description) }
    }
  }

  /// Every image with its names, newest first.
  package func images() throws(StoreError) -> [ImageRecord] {
    try read { database in
      // Three statements however many images there are.
      let layers = Dictionary(
        grouping: try Row.fetchAll(database, sql: "SELECT * FROM image_layers ORDER BY image_id, position")
      ) { row -> String in row["image_id"] }
      let tags = Dictionary(
        grouping: try Row.fetchAll(database, sql: "SELECT * FROM image_tags ORDER BY repository, tag")
      ) { row -> String in row["image_id"] }
      return try Row.fetchAll(database, sql: "SELECT * FROM images ORDER BY created_at DESC, id").map { row in
        try ImageRecord(row, layers: layers[row["id"]] ?? [], tags: tags[row["id"]] ?? [])
      }
    }
  }

  /// The image that `reference` means: `sha256:<hex>` or the beginning of it, else `name[:tag]` in familiar form
  /// with `latest` for a missing tag, else the only id that begins with these hex digits (docker's order).
  /// - Throws: `.noSuchImage` (with the tag that was looked for), `.ambiguousImage`.
  package func findImage(_ reference: String) throws(StoreError) -> ImageRecord {
    let isDigest = reference.hasPrefix("sha256:")
    if !isDigest, let image = try findImage(ImageTag(familiar: reference)) { return image }
    let digits = isDigest ? String(reference.dropFirst("sha256:".count)) : reference
    return try read { database in
      let missing = StoreError.noSuchImage(isDigest ? reference : ImageTag(familiar: reference).description)
      guard isHexadecimal(digits) else { throw missing }
      let ids = try String.fetchAll(
        database, sql: "SELECT id FROM images WHERE id >= ? AND id < ? LIMIT 2",
        arguments: ["sha256:" + digits, "sha256:" + digits + "g"])
      guard ids.count < 2 else { throw StoreError.ambiguousImage(reference) }
      guard let id = ids.first, let image = try Self.fetchImage(id, database) else { throw missing }
      return image
    }
  }

  /// The image with this name; nil when there is none.
  package func findImage(_ tag: ImageTag) throws(StoreError) -> ImageRecord? {
    try read { database in
      let id = try String.fetchOne(
        database, sql: "SELECT image_id FROM image_tags WHERE repository = ? AND tag = ?",
        arguments: [tag.repository, tag.tag])
      return try id.flatMap { try Self.fetchImage($0, database) }
    }
  }

  /// The row that ties an image to a container that mounts it.
  static func insert(image: String, of container: String, _ database: Database) throws {
    do {
      try database.execute(
        sql: "INSERT INTO container_images (container_id, image_id) VALUES (?, ?)",
        arguments: [container, image])
    } catch let error as DatabaseError where error.resultCode.primaryResultCode == .SQLITE_CONSTRAINT {
      throw StoreError.noSuchImage(image)
    }
  }

  /// The containers made from an image, and those that mount it.
  private static let users = """
    SELECT id FROM containers
    WHERE image_id = :image OR id IN (SELECT container_id FROM container_images WHERE image_id = :image)
    ORDER BY created_at, id
    """

  /// The ids of the containers made from an image, and of those that mount it, whatever their status; oldest first.
  /// - Parameter imageID: the whole id.
  package func containersUsing(_ imageID: String) throws(StoreError) -> [String] {
    try read { try String.fetchAll($0, sql: Self.users, arguments: ["image": imageID]) }
  }

  /// The ids of the images that a container is made from, or mounts.
  package func usedImages() throws(StoreError) -> Set<String> {
    try read {
      try String.fetchSet(
        $0, sql: "SELECT image_id FROM containers UNION SELECT image_id FROM container_images")
    }
  }

  /// Forgets an image and its names. Its files go after this, never before.
  /// - Parameter imageID: the whole id.
  /// - Throws: `.imageInUse` while a container is made from it or mounts it; `.noSuchImage`.
  package func deleteImage(_ imageID: String) throws(StoreError) {
    try write { database in
      let user = try String.fetchOne(database, sql: Self.users, arguments: ["image": imageID])
      if let user { throw StoreError.imageInUse(image: imageID, container: user) }
      try database.execute(sql: "DELETE FROM images WHERE id = ?", arguments: [imageID])
      guard database.changesCount > 0 else { throw StoreError.noSuchImage(imageID) }
    }
  }

  /// Every digest that an image refers to: layers, and blobs (configs, manifests, layers). All else below
  /// `layers/` and `content/` is litter.
  package func referencedContent() throws(StoreError) -> ReferencedContent {
    try read { database in
      ReferencedContent(
        diffIDs: try String.fetchSet(database, sql: "SELECT diff_id FROM image_layers"),
        blobs: try String.fetchSet(
          database,
          sql: "SELECT blob FROM image_layers UNION SELECT id FROM images UNION SELECT manifest FROM images"))
    }
  }

  /// The diff ids of the layers that images have, by the digests of their blobs.
  package func diffIDs() throws(StoreError) -> [String: String] {
    try read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT DISTINCT blob, diff_id FROM image_layers")
      return Dictionary(rows.map { ($0["blob"], $0["diff_id"]) }) { first, _ in first }
    }
  }

  private static func fetchImage(_ id: String, _ database: Database) throws -> ImageRecord? {
    guard let row = try Row.fetchOne(database, sql: "SELECT * FROM images WHERE id = ?", arguments: [id])
    else { return nil }
    return try ImageRecord(
      row,
      layers: try Row.fetchAll(
        database, sql: "SELECT * FROM image_layers WHERE image_id = ? ORDER BY position", arguments: [id]),
      tags: try Row.fetchAll(
        database, sql: "SELECT * FROM image_tags WHERE image_id = ? ORDER BY repository, tag", arguments: [id]
      ))
  }
}

extension ImageRecord {
  fileprivate init(_ row: Row, layers: [Row], tags: [Row]) throws {
    self.init(
      id: row["id"], manifest: row["manifest"], createdAt: try moment(row["created_at"]),
      sizeBytes: row["size_bytes"],
      layers: layers.map { ImageLayer(diffID: $0["diff_id"], blob: $0["blob"]) },
      config: row["config"], tags: tags.map { ImageTag(repository: $0["repository"], tag: $0["tag"]) })
  }
}

/// What images refer to, by digest `sha256:<hex>`.
package struct ReferencedContent: Sendable, Equatable {
  /// Unpacked layers.
  package let diffIDs: Set<String>
  /// Blobs: configs, manifests and layers.
  package let blobs: Set<String>
}
