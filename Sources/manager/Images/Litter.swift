internal import LinuxSystem
internal import OCIImageSpec
package import Store

extension ImageStore {
  /// Removes what killed commands have left of images: work in progress, layers and blobs that no image has.
  /// - Returns: what went, by its path below the root.
  /// - Throws: `.system`, `.store`.
  package func removeLitter() throws(ImageError) -> [String] {
    var removed = try names(in: store.paths.temporary).map { "tmp/\($0)" }
    try sweepTemporary()
    let left = try names(in: store.paths.temporary).map { "tmp/\($0)" }
    removed.removeAll { left.contains($0) }
    let lock = try ContentLock(store.paths)
    let blobs = try names(in: store.paths.blobs)
    let layers = try sweepContent(lock)
    let kept = Set(try names(in: store.paths.blobs))
    _ = consume lock
    return removed + layers.map { "layers/\($0.dropFirst("sha256:".count))" }
      + blobs.filter { !kept.contains($0) }.map { "content/blobs/sha256/\($0)" }
  }

  private func names(in directory: String) throws(ImageError) -> [String] {
    do throws(SystemError) { return try listDirectory(directory).sorted() } catch { throw .system(error) }
  }

  /// What a layer takes on the disk, unpacked and as its blob, in bytes.
  package func sizeBytes(of layer: ImageLayer) -> Int64 {
    treeSizeBytes(store.paths.layerTree(layer.diffID)) + blobBytes(layer.blob)
  }

  /// What an image takes on the disk as it came, in bytes: its manifest, its config, and the blobs of its layers.
  package func contentBytes(of image: ImageRecord) -> Int64 {
    Set([image.manifest, image.id] + image.layers.map(\.blob)).reduce(0) { $0 + blobBytes($1) }
  }

  /// The same with its layers unpacked.
  package func diskBytes(of image: ImageRecord) -> Int64 {
    Set(image.layers.map(\.diffID)).reduce(contentBytes(of: image)) {
      $0 + treeSizeBytes(store.paths.layerTree($1))
    }
  }

  private func blobBytes(_ digest: String) -> Int64 {
    // What is not there is being removed.
    do throws(SystemError) { return try fileStatus(store.paths.blob(digest)).sizeBytes } catch { return 0 }
  }
}
