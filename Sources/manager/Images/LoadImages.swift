internal import JSONDocument
internal import LinuxSystem
package import OCIImageSpec
package import Store

/// What `load` brought.
package struct LoadedImage: Sendable, Equatable {
  /// The image's id.
  package let id: Digest
  /// The names that the archive gave it.
  package let tags: [ImageTag]
}

extension ImageStore {
  /// Takes the images out of an archive: docker's, old or new, or an OCI image layout in a tar; plain or under gzip,
  /// zstd, xz or bzip2, told by its content. It is read once, and everything in it is held against its digest.
  ///
  /// All images of the archive come, or none. Blobs stay as they are, so digests do too. An image that is here
  /// already only gets the names.
  /// - Parameter platform: the only one that is wanted; nil takes this machine's where there is a choice.
  /// - Throws: `ImageError`; then nothing is left behind.
  package func load(_ source: ImportSource, platform: PlatformName? = nil) throws(ImageError) -> [LoadedImage]
  {
    try sweepTemporary()
    let work = try TemporaryDirectory(below: store.paths.temporary)
    let input: SourceFile
    do throws(ImageError) { input = try SourceFile(source) } catch { throw Self.asLoad(error) }
    guard !input.isDirectory else {
      throw .failed("load \"\(source.name)\": is a directory: give an archive of images")
    }
    guard try !input.peek(1).isEmpty else {
      throw .failed("load \"\(source.name)\": is empty: give an archive of images")
    }
    let known = try knownLayers()
    let content: ArchiveContent
    do throws(ImageError) {
      let intake = try ArchiveIntake(
        source.name, into: work.path, unpacker: unpacker,
        known: Set(known.flatMap { [$0.key, $0.value] }.map { String($0.dropFirst("sha256:".count)) })
      ) { () throws(ImageError) in try input.read() }
      content = try intake.run()
    } catch { throw Self.asLoad(error) }
    let images = try ArchivedImages(source: source.name, content: content, known: known, platform: platform)
      .all()
    do throws(SystemError) {
      // One call for all that came: the rows must not survive a power cut that their files do not.
      try openFile(work.path, [.readOnly, .directory]).syncFileSystem()
    } catch { throw .system(error) }
    return try record(images, known)
  }

  /// The layers that are here, by the digest of their blob, and by their own.
  private func knownLayers() throws(ImageError) -> [String: String] {
    let rows: [String: String]
    do throws(StoreError) { rows = try store.diffIDs() } catch { throw .store(error) }
    var known = rows.filter { fileExists(store.paths.layerTree($0.value)) }
    for diffID in known.values { known[diffID] = diffID }
    return known
  }

  /// Gives everything its place, in this order: what is named by a row must be there.
  private func record(_ images: [ArchivedImage], _ known: [String: String]) throws(ImageError)
    -> [LoadedImage]
  {
    let lock = try ContentLock(store.paths)
    do throws(ImageError) {
      var records: [ImageRecord] = []
      var tags: [String: [ImageTag]] = [:]
      for image in images {
        let record = try install(image, known, lock)
        records.append(record)
        tags[record.id, default: []] += image.tags
      }
      do throws(StoreError) { try store.insertImages(records, tags: tags) } catch { throw .store(error) }
    } catch {
      // The cause is told; what cannot be removed now is litter for the next sweep.
      do throws(ImageError) { try sweepContent(lock) } catch {}
      throw error
    }
    // Of images that were here with other blobs, the new ones belong to nobody.
    try sweepContent(lock)
    return images.map { LoadedImage(id: $0.config.digest, tags: $0.tags) }
  }

  private func install(
    _ image: ArchivedImage, _ known: [String: String], _ lock: borrowing ContentLock
  ) throws(ImageError) -> ImageRecord {
    var layers: [ImageLayer] = []
    for (file, diffID) in zip(image.layers, image.configuration.rootfs.diffIDs) {
      if let job = file.job, !fileExists(store.paths.layer(diffID.description)) {
        let outcome = try job.result()
        try installLayer(job.directory, outcome.diffID, sizeBytes: outcome.sizeBytes, lock)
      }
      guard fileExists(store.paths.layerTree(diffID.description)) else {
        throw .failed("load: layer \(diffID.short) was removed meanwhile; try again")
      }
      try content.install(file.path, as: file.digest, lock)
      layers.append(ImageLayer(diffID: diffID.description, blob: file.digest.description))
    }
    try content.install(image.config.path, as: image.config.digest, lock)
    let manifest = try content.put(image.manifest, lock)
    let created = image.configuration.created.flatMap { Timestamp($0) } ?? .never
    return ImageRecord(
      id: image.config.digest.description, manifest: manifest.description, createdAt: created,
      sizeBytes: layers.reduce(0) { $0 + layerSize($1.diffID) }, layers: layers, config: image.configText)
  }

  private static func asLoad(_ error: ImageError) -> ImageError {
    guard case .badSource(let source, let problem) = error else { return error }
    return .failed("load \"\(source)\": \(problem)")
  }
}
