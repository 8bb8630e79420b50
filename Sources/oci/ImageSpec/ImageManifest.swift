/// One image: its configuration and its layers (image-spec manifest.md).
///
/// Docker's image manifest, version 2 schema 2, has the same form.
package struct ImageManifest: Codable, Sendable, Equatable {
  /// 2.
  package var schemaVersion: Int
  /// This document's media type.
  package var mediaType: String?
  /// What an artifact is that is no image.
  package var artifactType: String?
  /// The image's configuration.
  package var config: ContentDescriptor
  /// The layers, the lowest first.
  package var layers: [ContentDescriptor]
  /// The manifest this one belongs to.
  package var subject: ContentDescriptor?
  /// Free metadata.
  package var annotations: [String: String]?

  /// Makes a value; what is not given is absent.
  package init(
    schemaVersion: Int, mediaType: String? = nil, artifactType: String? = nil, config: ContentDescriptor,
    layers: [ContentDescriptor], subject: ContentDescriptor? = nil, annotations: [String: String]? = nil
  ) {
    self.schemaVersion = schemaVersion
    self.mediaType = mediaType
    self.artifactType = artifactType
    self.config = config
    self.layers = layers
    self.subject = subject
    self.annotations = annotations
  }
}

/// A list of manifests, for platforms or in a layout (image-spec image-index.md).
///
/// Docker's manifest list has the same form.
package struct ImageIndex: Codable, Sendable, Equatable {
  /// 2.
  package var schemaVersion: Int
  /// This document's media type.
  package var mediaType: String?
  /// What an artifact is that is no image.
  package var artifactType: String?
  /// The manifests.
  package var manifests: [ContentDescriptor]
  /// The manifest this one belongs to.
  package var subject: ContentDescriptor?
  /// Free metadata.
  package var annotations: [String: String]?

  /// Makes a value; what is not given is absent.
  package init(
    schemaVersion: Int, mediaType: String? = nil, artifactType: String? = nil, manifests: [ContentDescriptor],
    subject: ContentDescriptor? = nil, annotations: [String: String]? = nil
  ) {
    self.schemaVersion = schemaVersion
    self.mediaType = mediaType
    self.artifactType = artifactType
    self.manifests = manifests
    self.subject = subject
    self.annotations = annotations
  }
}

/// The file `oci-layout` at the root of an image layout (image-spec image-layout.md).
package struct ImageLayout: Codable, Sendable, Equatable {
  /// The version of the layout, `1.0.0`.
  package var imageLayoutVersion: String

  /// Makes a value; what is not given is absent.
  package init(imageLayoutVersion: String) {
    self.imageLayoutVersion = imageLayoutVersion
  }
}
