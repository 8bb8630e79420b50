package import Store

extension ImageStore {
  /// Gives an image one more name, which is taken away from another image that has it.
  /// - Parameters:
  ///   - source: a name, an id, or the beginning of one.
  ///   - name: the new one; `latest` where it has no tag.
  /// - Returns: the image, and the name as it is kept.
  /// - Throws: `.failed` for what cannot be a tag; what `find` throws.
  @discardableResult
  package func tag(
    _ source: String, as name: String
  ) throws(ImageError) -> (image: ImageRecord, tag: ImageTag) {
    let image = try find(source)
    let reference: ImageReference
    do throws(ImageReferenceError) { reference = try ImageReference(newTag: name) } catch {
      throw .failed("invalid tag \"\(name)\": \(error)")
    }
    guard let tag = reference.imageTag else { throw .reference(.digestAsTag) }
    do throws(StoreError) { try store.tag(image.id, as: tag) } catch { throw .store(error) }
    return (image, tag)
  }
}
