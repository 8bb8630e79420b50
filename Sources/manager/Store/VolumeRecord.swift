package import LinuxSystem

/// One volume as the database knows it.
package struct VolumeRecord: Sendable, Equatable {
  /// Unique; `[a-zA-Z0-9][a-zA-Z0-9_.-]+`, of an anonymous one 64 hex digits.
  package let name: String
  /// `local`.
  package let driver: String
  /// The driver's options, the engine's JSON document; opaque here.
  package let options: String
  /// Likewise.
  package let labels: String
  /// When it was made.
  package let createdAt: Timestamp
  /// Whether nobody gave it its name: it goes with the last container that is removed with its volumes.
  package let isAnonymous: Bool

  /// Makes a record.
  package init(
    name: String, driver: String = "local", options: String, labels: String, createdAt: Timestamp,
    isAnonymous: Bool
  ) {
    self.name = name
    self.driver = driver
    self.options = options
    self.labels = labels
    self.createdAt = createdAt
    self.isAnonymous = isAnonymous
  }
}

/// A volume at its place in a container.
package struct MountedVolume: Sendable, Equatable {
  /// In the container.
  package let destination: String
  /// Which; recorded with the container where it is not yet.
  package let volume: VolumeRecord

  /// Names the two.
  package init(destination: String, volume: VolumeRecord) {
    self.destination = destination
    self.volume = volume
  }
}
