package import LinuxSystem

/// One layer of an image.
package struct ImageLayer: Sendable, Equatable, Hashable {
  /// The digest of the uncompressed tar, `sha256:<hex>`: the name of the unpacked layer.
  package let diffID: String
  /// The digest of the blob as stored, `sha256:<hex>`.
  package let blob: String

  /// Makes a layer.
  package init(diffID: String, blob: String) {
    self.diffID = diffID
    self.blob = blob
  }
}

/// One name of an image, in docker's familiar form: `busybox` and `latest`, not `docker.io/library/busybox`.
package struct ImageTag: Sendable, Equatable, Hashable, CustomStringConvertible {
  /// Such as `busybox` or `localhost:5000/team/web`.
  package let repository: String
  /// Such as `latest`.
  package let tag: String

  /// Makes a name.
  package init(repository: String, tag: String) {
    self.repository = repository
    self.tag = tag
  }

  /// Splits `repository[:tag]` at the last colon that comes after the last slash; `latest` where there is no tag.
  package init(familiar text: String) {
    let name = text.lastIndex(of: "/").map { text[text.index(after: $0)...] } ?? text[...]
    if let colon = name.lastIndex(of: ":") {
      self.init(repository: String(text[..<colon]), tag: String(text[text.index(after: colon)...]))
    } else {
      self.init(repository: text, tag: "latest")
    }
  }

  /// `repository:tag`.
  package var description: String { "\(repository):\(tag)" }
}

/// One image as the database knows it.
package struct ImageRecord: Sendable, Equatable {
  /// The digest of its config, `sha256:<hex>`.
  package let id: String
  /// The digest of its manifest, `sha256:<hex>`.
  package let manifest: String
  /// The moment that its config states.
  package let createdAt: Timestamp
  /// What its files take, unpacked, in bytes.
  package let sizeBytes: Int64
  /// Bottom first.
  package let layers: [ImageLayer]
  /// The config's JSON text (image-spec config.md).
  package let config: String
  /// Its names, sorted. Filled when read; `insertImage` does not look at it.
  package var tags: [ImageTag]

  /// Makes a record.
  package init(
    id: String, manifest: String, createdAt: Timestamp, sizeBytes: Int64, layers: [ImageLayer],
    config: String,
    tags: [ImageTag] = []
  ) {
    self.id = id
    self.manifest = manifest
    self.createdAt = createdAt
    self.sizeBytes = sizeBytes
    self.layers = layers
    self.config = config
    self.tags = tags
  }

  /// The first twelve digits of the id, as docker prints it.
  package var shortID: String { String(id.dropFirst("sha256:".count).prefix(12)) }
}
