internal import JSONDocument
package import OCIImageSpec
package import Store

/// The images below one root: rows in the store, blobs in the content store, unpacked layers.
///
/// Its verbs are one file each: `ImportImage.swift`, `RemoveImage.swift`, `SweepTemporary.swift`.
package struct ImageStore: Sendable {
  /// The database.
  package let store: Store
  /// The blobs.
  package let content: ContentStore
  /// The program, and its first arguments, that runs `UnpackLayer.run` in a process of its own.
  package let unpacker: [String]
  /// The same for `ReadTree.run`.
  package let reader: [String]

  /// Puts the parts together; nothing is touched.
  /// - Parameter unpacker: this program with its hidden sub-command, unless a test has another.
  package init(
    _ store: Store, unpacker: [String] = ["/proc/self/exe", UnpackLayer.subcommand],
    reader: [String] = ["/proc/self/exe", ReadTree.subcommand]
  ) {
    self.store = store
    self.reader = reader
    content = ContentStore(store.paths)
    self.unpacker = unpacker
  }

  /// The image that a user means: a name in any form that docker takes, an id, or the beginning of one.
  /// - Throws: `.store(.noSuchImage)`, `.store(.ambiguousImage)`; `.reference` for what is neither there nor a name.
  package func find(_ text: String) throws(ImageError) -> ImageRecord {
    let reference = Self.parse(text)
    do throws(StoreError) {
      switch reference {
      case .success(let reference) where reference.digest != nil: return try find(byDigest: reference)
      case .success(let reference):
        if let tag = reference.imageTag, let image = try store.findImage(tag) { return image }
      case .failure: break
      }
      return try store.findImage(text)
    } catch {
      // Only now: `sha256:…` and 64 hex digits are no names, and yet may be images.
      if case .noSuchImage = error, !Self.isID(text), case .failure(let problem) = reference {
        throw .reference(problem)
      }
      throw .store(error)
    }
  }

  /// The same, which must be for a platform: docker's `--platform` of commands about an image that is here.
  /// - Parameter platform: nil takes any.
  /// - Throws: also `.otherPlatform`.
  package func find(_ text: String, for platform: PlatformName?) throws(ImageError) -> ImageRecord {
    let image = try find(text)
    guard let platform else { return image }
    let its = try configuration(of: image)
    guard !platform.fits(os: its.os, architecture: its.architecture, variant: its.variant) else {
      return image
    }
    let found = [its.os, its.architecture, its.variant].compactMap { $0 }.joined(separator: "/")
    throw .otherPlatform(reference: text, found: found, wanted: platform.description)
  }

  private func find(byDigest reference: ImageReference) throws(StoreError) -> ImageRecord {
    let image = try store.images().first { image in
      image.manifest == reference.digest?.description
        && image.tags.contains { $0.repository == reference.repository }
    }
    guard let image else { throw .noSuchImage(reference.description) }
    return image
  }

  private static func parse(_ text: String) -> Result<ImageReference, ImageReferenceError> {
    do throws(ImageReferenceError) { return .success(try ImageReference(text)) } catch {
      return .failure(error)
    }
  }

  private static func isID(_ text: String) -> Bool {
    let digits = text.hasPrefix("sha256:") ? text.dropFirst("sha256:".count) : Substring(text)
    return !digits.isEmpty && digits.utf8.count <= 64 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
  }

  /// What the image's config says (image-spec config.md).
  /// - Throws: `.document`.
  package func configuration(of image: ImageRecord) throws(ImageError) -> ImageConfiguration {
    do throws(DocumentError) {
      return try JSON.read(
        ImageConfiguration.self, from: Array(image.config.utf8), file: "image \(image.shortID) config")
    } catch { throw .document(error) }
  }

  /// The directories that overlayfs stacks for this image, top first.
  package func lowerDirectories(of image: ImageRecord) -> [String] {
    image.layers.reversed().map { store.paths.layerTree($0.diffID) }
  }

  /// One line for each name of each image, as `docker images` lists them: newest image first.
  /// - Throws: `.store`.
  package func images() throws(ImageError) -> [ListedImage] {
    do throws(StoreError) {
      return try store.images().flatMap { image in
        image.tags.isEmpty
          ? [ListedImage(image, tag: nil)] : image.tags.map { ListedImage(image, tag: $0) }
      }
    } catch { throw .store(error) }
  }
}

/// One line of `images`.
package struct ListedImage: Sendable, Equatable {
  /// The image.
  package let image: ImageRecord
  /// Its name on this line; nil for an image without names, which docker shows as `<none>`.
  package let tag: ImageTag?

  init(_ image: ImageRecord, tag: ImageTag?) {
    self.image = image
    self.tag = tag
  }
}
