internal import JSONDocument
internal import LinuxSystem
package import OCIImageSpec
internal import Store

/// What becomes an image: a container's writable layer upon the image that it was made from.
package struct CommitRequest: Sendable {
  /// The whole id of the container's image.
  package var parent: String
  /// The writable layer, in overlayfs's form.
  package var upper: String
  /// What containers of the new image start with.
  package var execution: ImageConfiguration.Execution
  /// For the history: the container's command.
  package var createdBy: String
  /// Who made it; nil keeps nothing.
  package var author: String?
  /// A remark.
  package var comment: String?
  /// The image's name.
  package var reference: ImageReference?

  /// Makes a request.
  package init(
    parent: String, upper: String, execution: ImageConfiguration.Execution, createdBy: String,
    author: String? = nil, comment: String? = nil, reference: ImageReference? = nil
  ) {
    self.parent = parent
    self.upper = upper
    self.execution = execution
    self.createdBy = createdBy
    self.author = author
    self.comment = comment
    self.reference = reference
  }
}

extension ImageStore {
  /// Makes an image: `docker commit`. A layer without a file in it is left out.
  /// - Parameter whenRead: is called when the writable layer has been read and may change again.
  /// - Returns: the image's id.
  /// - Throws: `ImageError`; then nothing is left behind.
  package func commit(
    _ request: CommitRequest, whenRead: () -> Void = {}
  ) throws(ImageError) -> Digest {
    guard request.reference?.digest == nil else {
      throw .failed("commit: cannot commit to digest reference, give NAME:TAG")
    }
    try sweepTemporary()
    let parent = try find(request.parent)
    guard parent.layers.count < ArchivedImages.mostLayers else {
      throw .failed(
        "commit: image \(parent.shortID) has \(parent.layers.count) layers, the most that an image can have; "
          + "'apus export' and 'apus import' make one of them")
    }
    let work = try TemporaryDirectory(below: store.paths.temporary)
    let layer = try readUpper(request.upper, work)
    whenRead()
    do throws(SystemError) {
      try openFile(work.path, [.readOnly, .directory]).syncFileSystem()
    } catch { throw .system(error) }
    return try record(request, layer, in: work)
  }

  /// nil when there is nothing in it.
  private func readUpper(
    _ upper: String, _ work: borrowing TemporaryDirectory
  ) throws(ImageError) -> LayerIntake.Outcome? {
    let reading: ReadProcess
    let unpacking: UnpackProcess
    do throws(SystemError) {
      try makeDirectories(work.path + "/layer/diff")
      unpacking = try UnpackProcess(unpacker, directory: work.path + "/layer/diff")
      reading = try ReadProcess(reader, .layer, upper)
    } catch { throw .system(error) }
    let intake = try LayerIntake(unpacking, in: work, storesPlainTar: true, source: "commit")
    do throws(ImageError) {
      try reading.read("commit") { (bytes) throws(ImageError) in try intake.take(bytes) }
      let outcome = try intake.finish()
      // The one entry is the root directory.
      return outcome.unpacked.entries > 1 ? outcome : nil
    } catch {
      guard case .badSource(_, let problem) = error else { throw error }
      throw .failed("commit: \(problem)")
    }
  }

  private func record(
    _ request: CommitRequest, _ layer: LayerIntake.Outcome?, in work: borrowing TemporaryDirectory
  ) throws(ImageError) -> Digest {
    let lock = try ContentLock(store.paths)
    do throws(ImageError) {
      // Again: with its container gone, the image may have gone too.
      let parent = try find(request.parent)
      guard let parentDigest = Digest(parent.manifest) else {
        throw .failed("commit: the image has no manifest")
      }
      let now = Timestamp.now()
      var manifest = try decodeManifest(try content.get(parentDigest))
      var layers = parent.layers
      if let layer {
        let blob = try content.install(layer.blob, lock)
        try installLayer(work.path + "/layer", layer.diffID, sizeBytes: layer.unpacked.sizeBytes, lock)
        manifest.layers.append(
          ContentDescriptor(mediaType: manifest.plainLayerType, digest: blob.digest, size: blob.size))
        layers.append(ImageLayer(diffID: layer.diffID.description, blob: blob.digest.description))
      }
      let config = try encode(
        try configuration(request, upon: parent, layer: layer?.diffID, created: now.description))
      let id = try content.put(config, lock)
      manifest.config.digest = id
      manifest.config.size = Int64(config.count)
      (manifest.annotations, manifest.subject) = (nil, nil)
      let manifestDigest = try content.put(try encode(manifest), lock)
      let record = ImageRecord(
        id: id.description, manifest: manifestDigest.description, createdAt: now,
        sizeBytes: parent.sizeBytes + (layer?.unpacked.sizeBytes ?? 0), layers: layers,
        config: String(decoding: config, as: UTF8.self))
      do throws(StoreError) { try store.insertImage(record, tag: request.reference?.imageTag) } catch {
        throw .store(error)
      }
      return id
    } catch {
      // The cause is told; what cannot be removed now is litter for the next sweep.
      do throws(ImageError) { try sweepContent(lock) } catch {}
      throw error
    }
  }

  private func configuration(
    _ request: CommitRequest, upon parent: ImageRecord, layer: Digest?, created: String
  ) throws(ImageError) -> ImageConfiguration {
    var configuration = try configuration(of: parent)
    configuration.created = created
    configuration.author = request.author ?? configuration.author
    configuration.config = request.execution
    if let layer { configuration.rootfs.diffIDs.append(layer) }
    configuration.history =
      (configuration.history ?? []) + [
        ImageConfiguration.History(
          created: created, author: request.author, createdBy: request.createdBy, comment: request.comment,
          emptyLayer: layer == nil ? true : nil)
      ]
    return configuration
  }

  private func decodeManifest(_ bytes: [UInt8]) throws(ImageError) -> ImageManifest {
    do throws(DocumentError) {
      return try JSON.decode(ImageManifest.self, from: bytes, file: "the image's manifest")
    } catch { throw .document(error) }
  }
}

extension ImageManifest {
  /// What a plain tar is called in a manifest of this kind.
  fileprivate var plainLayerType: String {
    mediaType == MediaType.dockerManifest.rawValue ? MediaType.dockerLayer.rawValue : MediaType.layer.rawValue
  }
}
