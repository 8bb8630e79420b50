internal import JSONDocument
internal import LinuxSystem
internal import OCIImageSpec
internal import Store

/// One image of an archive, checked against its digests.
struct ArchivedImage {
  /// The configuration, whose digest is the image's id.
  let config: ArchivedFile
  let configuration: ImageConfiguration
  let configText: String
  /// As it came, or made for an archive that has none.
  let manifest: [UInt8]
  /// Bottom first.
  let layers: [ArchivedFile]
  /// Its names.
  let tags: [ImageTag]
}

/// Finds the images in what an archive holds: docker's, old and new, and OCI's image layout. Nothing is written.
struct ArchivedImages {
  let source: String
  let content: ArchiveContent
  /// The diff ids of layers that are here, by the digests of their blobs.
  let known: [String: String]
  /// What the user asked for.
  let platform: PlatformName?
  /// Overlayfs could stack more; docker and the seeds' books know 127.
  static let mostLayers = 127

  /// An image manifest of the layout.
  private struct Found {
    let bytes: [UInt8]
    let manifest: ImageManifest
    let name: String?
  }

  /// All images that the archive names.
  /// - Throws: `.failed`.
  func all() throws(ImageError) -> [ArchivedImage] {
    let layout = try layoutManifests()
    guard let list = content["manifest.json"] else {
      guard content["index.json"] != nil else {
        throw failure(
          content["repositories"] == nil
            ? "holds neither manifest.json nor index.json: give what 'apus save' or 'docker save' writes, or an OCI archive"
            : "is of a docker before 1.10, which is not read any more")
      }
      return try chosen(
        try layout.map { (found) throws(ImageError) in try image(found, tags: tags(found.name)) })
    }
    let items = try decode([DockerArchiveImage].self, list, "manifest.json")
    return try chosen(
      try items.map { (item) throws(ImageError) in
        var names: [ImageTag] = []
        for name in item.repoTags ?? [] { names += try tags(name) }
        let config = try file(item.config)
        // The layout's own manifest keeps its digest.
        if let found = layout.first(where: { $0.manifest.config.digest == config.digest }) {
          return try image(found, tags: names)
        }
        let layers = try item.layers.map { (name) throws(ImageError) in try file(name) }
        return try image(config, layers, manifest: nil, tags: names)
      })
  }

  private func chosen(_ images: [ArchivedImage]) throws(ImageError) -> [ArchivedImage] {
    guard !images.isEmpty else { throw failure("holds no image") }
    guard let platform else { return images }
    let fitting = images.filter {
      platform.fits(
        os: $0.configuration.os, architecture: $0.configuration.architecture,
        variant: $0.configuration.variant)
    }
    guard !fitting.isEmpty else {
      let there = Set(images.map { "\($0.configuration.os)/\($0.configuration.architecture)" }).sorted()
      throw failure("has no image for \(platform), only for \(there.joined(separator: ", "))")
    }
    return fitting
  }

  // The layout.

  private func layoutManifests() throws(ImageError) -> [Found] {
    guard let index = content["index.json"] else { return [] }
    var found: [Found] = []
    // What says who built an image is listed as one for an unknown platform (docker buildx, attestations).
    let listed = try decode(ImageIndex.self, index, "index.json").manifests.filter {
      $0.platform?.os != "unknown"
    }
    var chosen: Set<String?> = []
    for descriptor in listed {
      let name = Self.name(of: descriptor)
      // One image for several platforms may stand here without an index of its own, too.
      let siblings = listed.filter { Self.name(of: $0) == name }
      let platforms = Set(
        siblings.compactMap { $0.platform.map { "\($0.os)/\($0.architecture)/\($0.variant ?? "")" } })
      guard siblings.count > 1, platforms.count == siblings.count else {
        found += try manifests(descriptor, name: name, depth: 0)
        continue
      }
      if chosen.insert(name).inserted {
        found += try manifests(try choice(among: siblings), name: name, depth: 0)
      }
    }
    return found
  }

  private static func name(of descriptor: ContentDescriptor) -> String? {
    descriptor.annotations?[NameAnnotation.imageName] ?? descriptor.annotations?[NameAnnotation.referenceName]
  }

  private func manifests(_ descriptor: ContentDescriptor, name: String?, depth: Int) throws(ImageError)
    -> [Found]
  {
    let type = descriptor.mediaType ?? ""
    if type == MediaType.index.rawValue || type == MediaType.dockerManifestList.rawValue {
      guard depth < 4 else { throw failure("has indexes in indexes, too deep") }
      let index = try decode(ImageIndex.self, try blob(descriptor.digest), "\(descriptor.digest)")
      return try manifests(try choice(among: index.manifests), name: name, depth: depth + 1)
    }
    // Artifacts, such as signatures, are no images.
    guard type.isEmpty || type == MediaType.manifest.rawValue || type == MediaType.dockerManifest.rawValue
    else {
      return []
    }
    let file = try blob(descriptor.digest)
    let manifest = try decode(ImageManifest.self, file, "\(descriptor.digest)")
    return [Found(bytes: try text(of: file), manifest: manifest, name: name)]
  }

  private func choice(among manifests: [ContentDescriptor]) throws(ImageError) -> ContentDescriptor {
    let wanted = platform ?? .host
    let fitting = manifests.first { descriptor in
      guard let found = descriptor.platform else { return false }
      return wanted.fits(os: found.os, architecture: found.architecture, variant: found.variant)
    }
    if let fitting { return fitting }
    if manifests.count == 1, manifests[0].platform == nil { return manifests[0] }
    let there = manifests.compactMap { $0.platform }.filter { $0.os != "unknown" }
      .map { "\($0.os)/\($0.architecture)" }
    throw failure("has no image for \(wanted), only for \(there.joined(separator: ", "))")
  }

  private func image(_ found: Found, tags: [ImageTag]) throws(ImageError) -> ArchivedImage {
    let config = try blob(found.manifest.config.digest)
    let layers = try found.manifest.layers.map { (layer) throws(ImageError) in try blob(layer.digest) }
    return try image(config, layers, manifest: found.bytes, tags: tags)
  }

  /// Checks that the layers are what the configuration says.
  private func image(
    _ config: ArchivedFile, _ layers: [ArchivedFile], manifest: [UInt8]?, tags: [ImageTag]
  ) throws(ImageError) -> ArchivedImage {
    let configuration = try configuration(config)
    let expected = configuration.rootfs.diffIDs
    guard expected.count == layers.count else {
      throw failure(
        "image \(config.digest.short) has \(layers.count) layers, and its config tells of \(expected.count)")
    }
    guard !layers.isEmpty else { throw failure("image \(config.digest.short) has no layers") }
    guard layers.count <= Self.mostLayers else {
      throw failure(
        "image \(config.digest.short) has \(layers.count) layers; \(Self.mostLayers) are the most that an image can have"
      )
    }
    for (layer, diffID) in zip(layers, expected) {
      let found = try self.diffID(of: layer)
      guard found == diffID.description else {
        throw .digestMismatch(expected: diffID.description, found: found)
      }
    }
    let text = String(decoding: try text(of: config), as: UTF8.self)
    let own: [UInt8]
    if let manifest { own = manifest } else { own = try self.manifest(config, layers) }
    return ArchivedImage(
      config: config, configuration: configuration, configText: text, manifest: own, layers: layers,
      tags: tags)
  }

  /// The diff id of a layer.
  /// - Throws: why it is none.
  func diffID(of layer: ArchivedFile) throws(ImageError) -> String {
    if let known = known[layer.digest.description] { return known }
    guard let job = layer.job else { throw failure("\(layer.digest) is no layer") }
    do throws(ImageError) { return try job.result().diffID.description } catch {
      throw failure("layer \(layer.digest.short): \(Self.cause(error))")
    }
  }

  private static func cause(_ error: ImageError) -> String {
    if case .badSource(_, let problem) = error { return problem }
    return error.description
  }

  private func configuration(_ file: ArchivedFile) throws(ImageError) -> ImageConfiguration {
    let bytes = try text(of: file)
    do throws(DocumentError) {
      return try JSON.read(ImageConfiguration.self, from: bytes, file: "image \(file.digest.short) config")
    } catch { throw .document(error) }
  }

  /// For an archive without a layout: the layers are named as they came.
  private func manifest(_ config: ArchivedFile, _ layers: [ArchivedFile]) throws(ImageError) -> [UInt8] {
    let descriptors = try layers.map { (layer) throws(ImageError) in
      let start = try start(of: layer)
      let compression: Compression
      do throws(UnsupportedFormat) { compression = try Compression(sniffing: start) } catch {
        throw failure("layer \(layer.digest.short) is \(error.name)")
      }
      guard compression.isStoredAsItComes else {
        throw failure("layer \(layer.digest.short) is in \(compression.name), for which images have no name")
      }
      return ContentDescriptor(
        mediaType: compression.mediaType.rawValue, digest: layer.digest, size: layer.size)
    }
    let manifest = ImageManifest(
      schemaVersion: 2, mediaType: MediaType.manifest.rawValue,
      config: ContentDescriptor(
        mediaType: MediaType.configuration.rawValue, digest: config.digest, size: config.size),
      layers: descriptors)
    do throws(DocumentError) { return try JSON.encode(manifest) } catch { throw .document(error) }
  }

  // Files.

  private func file(_ name: String) throws(ImageError) -> ArchivedFile {
    guard let file = content[joinPath(pathComponents(name))] ?? content[name] else {
      throw failure("names \"\(name)\" and does not hold it")
    }
    return file
  }

  /// A blob, which must be what its name promises.
  private func blob(_ digest: Digest) throws(ImageError) -> ArchivedFile {
    guard let file = content["blobs/\(digest.algorithm)/\(digest.hex)"] else {
      throw failure("does not hold the blob \(digest)")
    }
    guard file.digest == digest else {
      throw .digestMismatch(expected: digest.description, found: file.digest.description)
    }
    return file
  }

  private func text(of file: ArchivedFile) throws(ImageError) -> [UInt8] {
    do throws(SystemError) { return try readFile(file.path, limit: 8 << 20) } catch { throw .system(error) }
  }

  private func start(of file: ArchivedFile) throws(ImageError) -> [UInt8] {
    do throws(SystemError) {
      return try openFile(file.path, .readOnly).readChunk(limit: Compression.sniffLength, at: 0)
    } catch { throw .system(error) }
  }

  private func decode<Value: Decodable>(
    _ type: Value.Type, _ file: ArchivedFile, _ name: String
  ) throws(ImageError) -> Value {
    let bytes = try text(of: file)
    do throws(DocumentError) { return try JSON.decode(type, from: bytes, file: name) } catch {
      throw .document(error)
    }
  }

  /// A name that says more than a tag; a tag alone names nothing.
  private func tags(_ name: String?) throws(ImageError) -> [ImageTag] {
    guard let name, name.contains(":") || name.contains("/") else { return [] }
    do throws(ImageReferenceError) { return try ImageReference(name).imageTag.map { [$0] } ?? [] } catch {
      throw failure("names an image \"\(name)\": \(error)")
    }
  }

  private func failure(_ problem: String) -> ImageError { .failed("load \"\(source)\": \(problem)") }
}
