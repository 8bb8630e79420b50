internal import OCIImageSpec

/// One image in `manifest.json`, docker's own list of what an archive holds (moby, image/tarexport).
struct DockerArchiveImage: Codable, Equatable {
  /// The name of the configuration in the archive.
  var config: String
  /// Names with tags, in docker's familiar form.
  var repoTags: [String]?
  /// The names of the layers in the archive, bottom first.
  var layers: [String]
  /// The layers' descriptors, by their diff ids; since docker 25.
  var layerSources: [String: ContentDescriptor]?

  private enum CodingKeys: String, CodingKey {
    case config = "Config"
    case repoTags = "RepoTags"
    case layers = "Layers"
    case layerSources = "LayerSources"
  }
}

/// The annotations of an index by which images keep their names.
enum NameAnnotation {
  /// The whole name; containerd's, which docker and podman read.
  static let imageName = "io.containerd.image.name"
  /// The tag, or the whole name (image-spec annotations.md).
  static let referenceName = "org.opencontainers.image.ref.name"
}
