/// Points at content (image-spec descriptor.md).
package struct ContentDescriptor: Codable, Sendable, Equatable {
  /// What the content is; one of `MediaType` or a type of someone's own.
  package var mediaType: String?
  /// The content's digest.
  package var digest: Digest
  /// The content's size in bytes.
  package var size: Int64
  /// Where else the content can be found.
  package var urls: [String]?
  /// Free metadata; `org.opencontainers.image.ref.name` names an image in an index.
  package var annotations: [String: String]?
  /// The content itself in base64.
  package var data: String?
  /// What the image that a manifest describes runs on.
  package var platform: Platform?
  /// What an artifact is whose manifest this points at.
  package var artifactType: String?

  /// Makes a value; what is not given is absent.
  package init(
    mediaType: String? = nil, digest: Digest, size: Int64, urls: [String]? = nil,
    annotations: [String: String]? = nil, data: String? = nil, platform: Platform? = nil,
    artifactType: String? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.urls = urls
    self.annotations = annotations
    self.data = data
    self.platform = platform
    self.artifactType = artifactType
  }
}

/// What an image runs on (image-spec image-index.md).
package struct Platform: Codable, Sendable, Equatable {
  /// The processor by its name in Go, such as `amd64`.
  package var architecture: String
  /// The operating system by its name in Go, such as `linux`.
  package var os: String
  /// The version of the operating system.
  package var osVersion: String?
  /// What the operating system must have.
  package var osFeatures: [String]?
  /// The variant of the processor, such as `v8`.
  package var variant: String?

  /// Makes a value; what is not given is absent.
  package init(
    architecture: String, os: String, osVersion: String? = nil, osFeatures: [String]? = nil,
    variant: String? = nil
  ) {
    self.architecture = architecture
    self.os = os
    self.osVersion = osVersion
    self.osFeatures = osFeatures
    self.variant = variant
  }

  private enum CodingKeys: String, CodingKey {
    case architecture
    case os
    case osVersion = "os.version"
    case osFeatures = "os.features"
    case variant
  }
}
