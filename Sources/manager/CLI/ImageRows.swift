internal import Engine
internal import Images
internal import LinuxSystem
internal import Store

/// The lines of `images`: docker's placeholders (docker/cli, formatter/image.go).
enum ImageRows {
  /// The columns of the table.
  /// - Parameter digests: `--digests`.
  static func columns(digests: Bool) -> [ListFormat.Column] {
    [.init("REPOSITORY", "Repository"), .init("TAG", "Tag")] + (digests ? [digest] : []) + [
      .init("IMAGE ID", "ID"), .init("CREATED", "CreatedSince"), .init("SIZE", "Size"),
    ]
  }

  private static let digest = ListFormat.Column("DIGEST", "Digest")

  /// What only templates show.
  /// - Parameter digests: whether the digest is a column anyway.
  static func more(digests: Bool) -> [ListFormat.Column] {
    [
      .init("CREATED AT", "CreatedAt"), .init("CONTAINERS", "Containers"), .init("SHARED SIZE", "SharedSize"),
      .init("SIZE", "VirtualSize"), .init("UNIQUE SIZE", "UniqueSize"),
    ] + (digests ? [] : [digest])
  }

  /// What `--format raw` shows.
  static let raw: ListFormat.RawLines = [
    "repository": "Repository", "tag": "Tag", "image_id": "ID", "created_at": "CreatedAt",
    "virtual_size": "Size",
  ]
  /// The same with `--digests`.
  static let rawWithDigests: ListFormat.RawLines = [
    "repository": "Repository", "tag": "Tag", "digest": "Digest", "image_id": "ID", "created_at": "CreatedAt",
    "virtual_size": "Size",
  ]

  /// An image's id as it is shown.
  static func identifier(_ listed: ListedImage, whole: Bool) -> String {
    whole ? listed.image.id : listed.image.shortID
  }

  /// One line for each name. What docker would have to count for all images together is `N/A`, as there: that is
  /// `system df`.
  static func row(_ listed: ListedImage, whole: Bool, now: Timestamp) -> ListRow {
    let image = listed.image
    let size = "\(HumanSize(bytes: image.sizeBytes))"
    return ListRow([
      ("Containers", "N/A"),
      ("CreatedAt", image.createdAt.goText),
      (
        "CreatedSince",
        image.createdAt == .never ? "N/A" : "\(HumanDuration(from: image.createdAt, to: now)) ago"
      ),
      ("Digest", listed.tag == nil ? "<none>" : image.manifest),
      ("ID", identifier(listed, whole: whole)),
      ("Repository", listed.tag?.repository ?? "<none>"),
      ("SharedSize", "N/A"),
      ("Size", size),
      ("Tag", listed.tag?.tag ?? "<none>"),
      ("UniqueSize", "N/A"),
      ("VirtualSize", size),
    ])
  }
}
