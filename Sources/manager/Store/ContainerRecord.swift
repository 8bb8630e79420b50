package import LinuxSystem

/// One container as the database knows it. What it is doing now is not here: status is derived
/// (spec/state-layout.md, Status is derived).
package struct ContainerRecord: Sendable, Equatable {
  // What was wanted; written once.

  /// 64 lower-case hex digits.
  package let id: String
  /// Unique, without docker's leading slash.
  package var name: String
  /// The image's id, `sha256:<hex>`.
  package let imageID: String
  /// The image as the user named it.
  package let imageReference: String
  /// When it was created.
  package let createdAt: Timestamp
  /// The engine's own JSON document about this container; opaque here.
  package var settings: String
  /// Whether it is to be removed when it has ended (`--rm`).
  package let autoRemove: Bool

  /// Whether it has volumes: then `container_volumes` names them.
  package var usesVolumes = false

  /// Whether the user has stopped it since it was last started; the boot unit leaves it then, if its policy says so.
  package var stoppedByUser = false

  // What was observed; written by `setStarted` and `setFinished`.

  /// When it was last started; nil when never.
  package var startedAt: Timestamp?
  /// When its last run ended; nil while it runs, or when nobody has recorded it.
  package var finishedAt: Timestamp?
  /// How its last run ended, 0 to 255; nil while it runs, or when that cannot be known.
  package var exitCode: Int32?

  /// Makes a record of a container that has not run yet.
  package init(
    id: String, name: String, imageID: String, imageReference: String, createdAt: Timestamp, settings: String,
    autoRemove: Bool
  ) {
    self.id = id
    self.name = name
    self.imageID = imageID
    self.imageReference = imageReference
    self.createdAt = createdAt
    self.settings = settings
    self.autoRemove = autoRemove
  }

  /// The first twelve digits of the id, as docker prints it.
  package var shortID: String { String(id.prefix(12)) }
}
