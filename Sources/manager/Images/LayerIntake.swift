internal import LinuxSystem
internal import OCIImageSpec

/// Takes one layer in a single pass: the bytes to be stored, and the same layer as plain tar, which is hashed and
/// unpacked on the way.
final class LayerIntake {
  /// What came of it; nothing has a final name yet.
  struct Outcome {
    let blob: BlobWriter
    let diffID: Digest
    let unpacked: UnpackedLayer
  }

  private let blob: BlobWriter
  private let unpacking: UnpackProcess
  /// Of the plain tar; nil when that is what is stored, and the blob's own digest is the same.
  private var diff: SHA256Hash?
  private let source: String

  /// - Parameters:
  ///   - storesPlainTar: whether the blob is the plain tar; otherwise `store` gives it.
  ///   - source: its name, for messages.
  init(
    _ unpacking: UnpackProcess, in work: borrowing TemporaryDirectory, storesPlainTar: Bool, source: String
  ) throws(ImageError) {
    blob = try BlobWriter(in: work)
    self.unpacking = unpacking
    diff = storesPlainTar ? nil : SHA256Hash()
    self.source = source
  }

  /// Bytes to be stored as they came.
  func store(_ bytes: [UInt8]) throws(ImageError) {
    if diff != nil { try blob.write(bytes) }
  }

  /// Bytes of the plain tar.
  func take(_ tar: [UInt8]) throws(ImageError) {
    if diff == nil { try blob.write(tar) } else { diff?.update(tar) }
    let isAlive: Bool
    do throws(SystemError) { isAlive = try unpacking.write(tar) } catch { throw .system(error) }
    if isAlive { return }
    // It only leaves early to complain.
    _ = try unpacked()
    throw .badSource(source: source, problem: "the unpacking process did not read everything")
  }

  /// Ends the layer.
  func finish() throws(ImageError) -> Outcome {
    let unpacked = try unpacked()
    let diffID = if let diff { try diff.digest() } else { try blob.digest() }
    return Outcome(blob: blob, diffID: diffID, unpacked: unpacked)
  }

  private func unpacked() throws(ImageError) -> UnpackedLayer {
    do throws(LayerError) { return try unpacking.finish() } catch {
      throw .badSource(source: source, problem: error.description)
    }
  }
}
