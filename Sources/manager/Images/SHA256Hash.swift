internal import Crypto
internal import LinuxSystem
internal import OCIImageSpec

/// A SHA-256 digest in the making. In a file of its own, because swift-crypto too calls something `Digest`.
struct SHA256Hash {
  private var state = SHA256()

  /// Goes on with these bytes.
  mutating func update(_ bytes: [UInt8]) { state.update(data: bytes) }

  /// The digest so far.
  /// - Throws: never in practice: `.digestMismatch` if SHA-256 had another length than OCI's `sha256`.
  func digest() throws(ImageError) -> OCIImageSpec.Digest {
    let hex = hexadecimal(Array(state.finalize()))
    guard let digest = OCIImageSpec.Digest(sha256: hex) else {
      throw .digestMismatch(expected: "64 hex digits", found: hex)
    }
    return digest
  }
}
