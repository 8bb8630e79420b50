internal import LinuxSystem
package import Store

/// What a container takes on disk, in bytes.
package struct ContainerSize: Sendable, Equatable {
  /// What it has written.
  package let writableBytes: Int64
  /// That and its image.
  package let rootBytes: Int64
}

extension ContainerEngine {
  /// Adds up what a container has written: what its files hold, each once however many names it has, directories
  /// not counted (moby, pkg/directory).
  /// - Parameter imageBytes: what its image takes.
  package func size(of record: ContainerRecord, imageBytes: Int64) -> ContainerSize {
    let written = treeSizeBytes(paths.upper(record.id))
    return ContainerSize(writableBytes: written, rootBytes: imageBytes + written)
  }
}
