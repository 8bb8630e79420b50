/// The media types of documents and layers (image-spec media-types.md, and Docker's image manifest version 2
/// schema 2). Others exist; a descriptor holds plain text for that reason.
package enum MediaType: String, CaseIterable, Sendable {
  /// An OCI image manifest.
  case manifest = "application/vnd.oci.image.manifest.v1+json"
  /// An OCI image index.
  case index = "application/vnd.oci.image.index.v1+json"
  /// An OCI image configuration.
  case configuration = "application/vnd.oci.image.config.v1+json"
  /// A layer.
  case layer = "application/vnd.oci.image.layer.v1.tar"
  /// A layer under gzip.
  case layerGzip = "application/vnd.oci.image.layer.v1.tar+gzip"
  /// A layer under zstd.
  case layerZstd = "application/vnd.oci.image.layer.v1.tar+zstd"
  /// A layer that may not be pushed; deprecated.
  case foreignLayer = "application/vnd.oci.image.layer.nondistributable.v1.tar"
  /// A layer under gzip that may not be pushed; deprecated.
  case foreignLayerGzip = "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip"
  /// A layer under zstd that may not be pushed; deprecated.
  case foreignLayerZstd = "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd"
  /// The blob `{}`, where a descriptor must point at something.
  case empty = "application/vnd.oci.empty.v1+json"
  /// A Docker image manifest.
  case dockerManifest = "application/vnd.docker.distribution.manifest.v2+json"
  /// A Docker manifest list.
  case dockerManifestList = "application/vnd.docker.distribution.manifest.list.v2+json"
  /// A Docker image configuration.
  case dockerConfiguration = "application/vnd.docker.container.image.v1+json"
  /// A Docker layer; what `docker save` writes.
  case dockerLayer = "application/vnd.docker.image.rootfs.diff.tar"
  /// A Docker layer under gzip.
  case dockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip"
  /// A Docker layer under zstd.
  case dockerLayerZstd = "application/vnd.docker.image.rootfs.diff.tar.zstd"
  /// A Docker layer under gzip that may not be pushed.
  case dockerForeignLayerGzip = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
}
