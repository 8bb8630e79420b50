package import Images
package import OCIImageSpec
internal import ShimProtocol
internal import Store

// What commands do with images, so that each is told once (decisions/0015). The work is the image room's, which knows of
// no events.

extension ContainerEngine {
  /// Gives an image one more name, which is taken away from another image that has it.
  /// - Throws: `.notFound`, `.invalid`.
  package func tagImage(_ source: String, as name: String) throws(EngineError) {
    let (image, tag) = try attempt { () throws(ImageError) in try images.tag(source, as: name) }
    recordImage("tag", image, tag.description)
  }

  /// Removes a name of an image, and the image with its last one: docker's rmi.
  /// - Returns: what was done, in order.
  /// - Throws: `.notFound`; `.conflict` in docker's words.
  package func removeImage(
    _ reference: String, force: Bool, platform: PlatformName? = nil
  ) throws(EngineError) -> [RemovedContent] {
    try sweep()
    let image = try attempt { () throws(ImageError) in try images.find(reference) }
    let labels = labels(of: image)
    let removed = try attempt { () throws(ImageError) in
      try images.removeImage(reference, force: force, platform: platform)
    }
    recordRemoval(of: image.id, labels, removed)
    return removed
  }

  /// Makes an image of one layer from a file system tree: docker's import.
  /// - Returns: the image's id.
  package func importImage(
    _ source: ImportSource, as reference: ImageReference?, comment: String?, platform: PlatformName,
    execution: ImageConfiguration.Execution
  ) throws(EngineError) -> Digest {
    if let signal = execution.stopSignal { try checkStopSignal(signal) }
    let id = try attempt { () throws(ImageError) in
      try images.importImage(
        source, as: reference, comment: comment, platform: platform, execution: execution)
    }
    let name = reference?.imageTag?.description
    record(
      .image("import", id: id.description, name: name ?? id.description, labels: execution.labels ?? [:]))
    if let name { record(.image("tag", id: id.description, name: name, labels: execution.labels ?? [:])) }
    return id
  }

  /// Takes the images out of an archive: docker's load.
  package func loadImages(
    _ source: ImportSource, platform: PlatformName?
  ) throws(EngineError) -> [LoadedImage] {
    let loaded = try attempt { () throws(ImageError) in try images.load(source, platform: platform) }
    for image in loaded {
      let id = image.id.description
      do throws(ImageError) {
        recordImage("load", try images.find(id), image.tags.first?.description ?? id)
      } catch { /* Somebody has removed it already. */  }
    }
    return loaded
  }

  /// Writes images into one archive: docker's save.
  /// - Parameter output: takes the tar.
  package func saveImages(
    _ references: [String], as format: ArchiveFormat, platform: PlatformName?,
    into output: @escaping TarOutput
  ) throws(EngineError) {
    let saved = try attempt { () throws(ImageError) in
      try images.save(references, as: format, platform: platform, into: output)
    }
    for (image, name) in saved { recordImage("save", image, name ?? image.id) }
  }

  /// Tells of an image that is there.
  func recordImage(_ action: String, _ image: ImageRecord, _ name: String) {
    record(.image(action, id: image.id, name: name, labels: labels(of: image)))
  }

  /// Tells what became of an image and its names.
  func recordRemoval(of id: String, _ labels: [String: String], _ removed: [RemovedContent]) {
    for content in removed {
      switch content {
      case .untagged(let name): record(.image("untag", id: id, name: name, labels: labels))
      case .deleted(let digest) where digest == id:
        record(.image("delete", id: id, name: id, labels: labels))
      case .deleted: continue
      }
    }
  }

  /// An image whose config cannot be read has none to tell.
  func labels(of image: ImageRecord) -> [String: String] {
    do throws(ImageError) { return try images.configuration(of: image).config?.labels ?? [:] } catch {
      return [:]
    }
  }
}
