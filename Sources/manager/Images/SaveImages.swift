internal import JSONDocument
internal import LinuxSystem
internal import OCIImageSpec
package import Store

/// What an archive of images is.
package enum ArchiveFormat: String, Sendable, CaseIterable {
  /// docker's, which is an OCI image layout too, as docker writes it since version 25.
  case docker = "docker-archive"
  /// An OCI image layout alone.
  case oci = "oci-archive"
}

extension ImageStore {
  /// Writes images into one archive, each blob once and as it is kept, so that every digest stays.
  /// - Parameters:
  ///   - references: names or ids. A name without a tag stands for all tags of the repository, as docker has it; an id
  ///     brings no names along.
  ///   - platform: what all of them must be for.
  ///   - output: takes the tar.
  /// - Returns: the images, each with a name that it went by, if any.
  /// - Throws: `ImageError`; before the first byte for an image that is not there.
  @discardableResult
  package func save(
    _ references: [String], as format: ArchiveFormat, platform: PlatformName? = nil,
    into output: @escaping TarOutput
  ) throws(ImageError) -> [(image: ImageRecord, name: String?)] {
    let plan = try savePlan(references, platform)
    let writer = try ArchiveWriter(into: output)
    try writer.add(directory: "blobs/")
    try writer.add(directory: "blobs/sha256/")
    for blob in Set(plan.flatMap(\.blobs)).sorted(by: { $0.hex < $1.hex }) { try add(blob, to: writer) }
    try writer.add("index.json", try encode(Self.index(plan, format)))
    if format == .docker { try writer.add("manifest.json", try encode(plan.map(\.dockerImage))) }
    try writer.add("oci-layout", try encode(ImageLayout(imageLayoutVersion: "1.0.0")))
    if format == .docker, plan.contains(where: { !$0.tags.isEmpty }) {
      try writer.add("repositories", try encode(Self.repositories(plan)))
    }
    try writer.finish()
    return plan.map { ($0.record, $0.tags.first?.description) }
  }

  private func savePlan(_ references: [String], _ platform: PlatformName?) throws(ImageError) -> [SavedImage]
  {
    var plan: [SavedImage] = []
    for reference in references {
      for (image, tags) in try meant(by: reference) {
        let place = plan.firstIndex { $0.record.id == image.id }
        if let place {
          plan[place].tags += tags.filter { !plan[place].tags.contains($0) }
        } else {
          plan.append(try saved(image, tags, platform))
        }
      }
    }
    return plan
  }

  /// An id alone has no name; `busybox` is every `busybox:…` (moby, image/tarexport/save.go).
  private func meant(by reference: String) throws(ImageError) -> [(ImageRecord, [ImageTag])] {
    let parsed: ImageReference?
    do throws(ImageReferenceError) { parsed = try ImageReference(reference) } catch { parsed = nil }
    if let parsed, parsed.tag == nil, parsed.digest == nil {
      let all = try images().filter { $0.tag?.repository == parsed.repository }
      if !all.isEmpty { return all.map { ($0.image, $0.tag.map { [$0] } ?? []) } }
    }
    let image = try find(reference)
    return [(image, image.tags.filter { $0 == parsed?.imageTag })]
  }

  private func saved(
    _ image: ImageRecord, _ tags: [ImageTag], _ platform: PlatformName?
  ) throws(ImageError) -> SavedImage {
    let configuration = try configuration(of: image)
    if let platform {
      let (os, architecture) = (configuration.os, configuration.architecture)
      guard platform.fits(os: os, architecture: architecture, variant: configuration.variant) else {
        throw .failed("save: image \(image.shortID) is for \(os)/\(architecture), not for \(platform)")
      }
    }
    guard let digest = Digest(image.manifest), let config = Digest(image.id) else {
      throw .failed("save: image \(image.shortID) has no digest")
    }
    let bytes = try content.get(digest)
    do throws(DocumentError) {
      let manifest = try JSON.decode(ImageManifest.self, from: bytes, file: "image \(image.shortID) manifest")
      return SavedImage(
        record: image, tags: tags, config: config, manifest: manifest, manifestDigest: digest,
        manifestSize: Int64(bytes.count), configuration: configuration)
    } catch { throw .document(error) }
  }

  /// Writes a blob, and looks whether it is still what its name says.
  private func add(_ digest: Digest, to writer: ArchiveWriter) throws(ImageError) {
    let file = try content.open(digest)
    var hash = SHA256Hash()
    let size: Int64
    do throws(SystemError) { size = try fileStatus(of: file).sizeBytes } catch { throw .system(error) }
    var offset: Int64 = 0
    try writer.add("blobs/sha256/\(digest.hex)", size: size) { () throws(ImageError) in
      do throws(SystemError) {
        let bytes = try file.readChunk(limit: 1 << 18, at: offset)
        offset += Int64(bytes.count)
        hash.update(bytes)
        return bytes
      } catch { throw .system(error) }
    }
    let found = try hash.digest()
    guard found == digest else {
      throw .digestMismatch(expected: digest.description, found: found.description)
    }
  }

  private static func index(_ plan: [SavedImage], _ format: ArchiveFormat) -> ImageIndex {
    let manifests = plan.flatMap { image in
      image.tags.isEmpty
        ? [image.descriptor(nil, format)] : image.tags.map { image.descriptor($0, format) }
    }
    return ImageIndex(schemaVersion: 2, mediaType: MediaType.index.rawValue, manifests: manifests)
  }

  /// Of docker before 1.10: a tag's topmost layer.
  private static func repositories(_ plan: [SavedImage]) -> [String: [String: String]] {
    var repositories: [String: [String: String]] = [:]
    for image in plan {
      for tag in image.tags {
        repositories[tag.repository, default: [:]][tag.tag] = image.manifest.layers.last?.digest.hex ?? ""
      }
    }
    return repositories
  }
}

/// One image that goes into an archive.
private struct SavedImage {
  let record: ImageRecord
  var tags: [ImageTag]
  let config: Digest
  let manifest: ImageManifest
  let manifestDigest: Digest
  let manifestSize: Int64
  let configuration: ImageConfiguration

  var blobs: [Digest] { [manifestDigest, config] + manifest.layers.map(\.digest) }

  var dockerImage: DockerArchiveImage {
    let sources = zip(configuration.rootfs.diffIDs, manifest.layers).map { ($0.description, $1) }
    return DockerArchiveImage(
      config: "blobs/sha256/\(config.hex)", repoTags: tags.map(\.description),
      layers: manifest.layers.map { "blobs/sha256/\($0.digest.hex)" },
      layerSources: Dictionary(sources) { first, _ in first })
  }

  func descriptor(_ tag: ImageTag?, _ format: ArchiveFormat) -> ContentDescriptor {
    var annotations: [String: String]?
    if let tag {
      let name = "\(tag.canonicalRepository):\(tag.tag)"
      // podman has the whole name where docker has the tag.
      annotations = [
        NameAnnotation.imageName: name, NameAnnotation.referenceName: format == .oci ? name : tag.tag,
      ]
    }
    return ContentDescriptor(
      mediaType: manifest.mediaType ?? MediaType.manifest.rawValue, digest: manifestDigest,
      size: manifestSize,
      annotations: annotations,
      platform: Platform(
        architecture: configuration.architecture, os: configuration.os, variant: configuration.variant))
  }
}

extension ImageTag {
  /// The repository with its host: `docker.io/library/busybox`.
  fileprivate var canonicalRepository: String {
    do throws(ImageReferenceError) {
      let reference = try ImageReference(repository)
      return "\(reference.domain)/\(reference.path)"
    } catch { return repository }
  }
}
