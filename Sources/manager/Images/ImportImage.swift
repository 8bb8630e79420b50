internal import JSONDocument
internal import LinuxSystem
package import OCIImageSpec
internal import Store

/// Where an image's files come from.
package enum ImportSource: Sendable, Equatable {
  /// A tar stream on standard input.
  case standardInput
  /// A tar file, or a directory: what is there decides.
  case path(String)
  /// A tar that is fetched by HTTP or HTTPS.
  case url(String)

  /// `-`, an address, or a path.
  package init(_ argument: String) {
    let start = argument.prefix(8).lowercased()
    self =
      argument == "-"
      ? .standardInput
      : start.hasPrefix("http://") || start.hasPrefix("https://") ? .url(argument) : .path(argument)
  }

  /// As the user named it.
  package var name: String {
    switch self {
    case .standardInput: "-"
    case .path(let path), .url(let path): path
    }
  }
}

extension ImportSource {
  /// For the history, as docker has it: everything but an address is a stream.
  fileprivate var shownName: String {
    if case .url(let url) = self { url } else { "-" }
  }
}

extension ImageStore {
  /// Makes an image of one layer from a file system tree: `docker import`.
  ///
  /// The source is a tar, plain or under gzip, zstd, xz or bzip2, told by its content; or a directory. It is read once.
  /// - Parameters:
  ///   - reference: its name; nil for none. A name that another image has is taken away from that.
  ///   - comment: for the history; docker's words when nil.
  ///   - platform: what the files are for.
  ///   - execution: what containers of the image start with.
  /// - Returns: the image's id.
  /// - Throws: `ImageError`; then nothing is left behind.
  package func importImage(
    _ source: ImportSource, as reference: ImageReference?, comment: String? = nil,
    platform: PlatformName = .host, execution: ImageConfiguration.Execution = .init()
  ) throws(ImageError) -> Digest {
    if reference?.digest != nil {
      throw .badSource(source: source.name, problem: "cannot import digest reference, give NAME:TAG")
    }
    try sweepTemporary()
    let work = try TemporaryDirectory(below: store.paths.temporary)
    do throws(SystemError) { try makeDirectories(work.path + "/layer/diff") } catch { throw .system(error) }
    let layer = try read(source, work)
    do throws(SystemError) {
      // One call for all that was unpacked: the row must not survive a power cut that its files do not.
      try openFile(work.path, [.readOnly, .directory]).syncFileSystem()
    } catch { throw .system(error) }
    return try record(
      layer, in: work, as: reference,
      configuration: { diffID, created in
        Self.configuration(
          of: diffID, created: created, comment: comment ?? "Imported from \(source.shownName)", platform,
          execution)
      })
  }

  /// Gives layer, blobs and row their places, in this order: what is named by a row must be there.
  private func record(
    _ layer: IncomingLayer, in work: borrowing TemporaryDirectory, as reference: ImageReference?,
    configuration: (Digest, String) -> ImageConfiguration
  ) throws(ImageError) -> Digest {
    let lock = try ContentLock(store.paths)
    do throws(ImageError) {
      let blob = try content.install(layer.outcome.blob, lock)
      try installLayer(
        work.path + "/layer", layer.outcome.diffID, sizeBytes: layer.outcome.unpacked.sizeBytes, lock)
      let created = Timestamp.now()
      let config = try encode(configuration(layer.outcome.diffID, created.description))
      let id = try content.put(config, lock)
      let manifest = ImageManifest(
        schemaVersion: 2, mediaType: MediaType.manifest.rawValue,
        config: ContentDescriptor(
          mediaType: MediaType.configuration.rawValue, digest: id, size: Int64(config.count)),
        layers: [ContentDescriptor(mediaType: layer.mediaType.rawValue, digest: blob.digest, size: blob.size)]
      )
      let manifestDigest = try content.put(try encode(manifest), lock)
      let record = ImageRecord(
        id: id.description, manifest: manifestDigest.description, createdAt: created,
        sizeBytes: layer.outcome.unpacked.sizeBytes,
        layers: [ImageLayer(diffID: layer.outcome.diffID.description, blob: blob.digest.description)],
        config: String(decoding: config, as: UTF8.self))
      do throws(StoreError) { try store.insertImage(record, tag: reference?.imageTag) } catch {
        throw .store(error)
      }
      return id
    } catch {
      // The cause is told; what cannot be removed now is litter for the next sweep.
      do throws(ImageError) { try sweepContent(lock) } catch {}
      throw error
    }
  }

  /// What docker writes for an import (moby daemon/images, ImportImage).
  private static func configuration(
    of diffID: Digest, created: String, comment: String, _ platform: PlatformName,
    _ execution: ImageConfiguration.Execution
  ) -> ImageConfiguration {
    ImageConfiguration(
      created: created, architecture: platform.architecture,
      variant: platform.variant ?? (platform.architecture == "arm64" ? "v8" : nil), os: platform.os,
      config: execution, rootfs: ImageConfiguration.RootFilesystem(type: "layers", diffIDs: [diffID]),
      history: [ImageConfiguration.History(created: created, comment: comment)])
  }
}
