internal import JSONDocument
package import LinuxSystem
package import OCIImageSpec
package import Store

/// The blobs: an OCI image layout at `ROOT/content` (image-spec image-layout.md). Its `index.json` lists nothing: the
/// database is the only index. A blob appears whole, by rename, and never changes.
package struct ContentStore: Sendable {
  private let paths: StorePaths

  /// Names the place; nothing is touched.
  package init(_ paths: StorePaths) { self.paths = paths }

  /// Where a blob lies.
  package func path(of digest: Digest) -> String { paths.blob(digest.description) }

  /// Whether a blob is there.
  package func has(_ digest: Digest) -> Bool { fileExists(path(of: digest)) }

  /// Opens a blob for reading.
  /// - Throws: `.system`; ENOENT when it is not there.
  package func open(_ digest: Digest) throws(ImageError) -> OwnedDescriptor {
    do throws(SystemError) { return try openFile(path(of: digest), .readOnly) } catch { throw .system(error) }
  }

  /// A small blob's bytes.
  /// - Throws: `.system`; `.digestMismatch` when they are not what the name promises.
  package func get(_ digest: Digest) throws(ImageError) -> [UInt8] {
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try readFile(path(of: digest)) } catch { throw .system(error) }
    var hash = SHA256Hash()
    hash.update(bytes)
    let found = try hash.digest()
    guard found == digest else {
      throw .digestMismatch(expected: digest.description, found: found.description)
    }
    return bytes
  }

  /// Stores a small blob; once, however often it is put.
  /// - Parameter expected: what its digest must be; nil when there is no promise to keep.
  /// - Throws: `.digestMismatch`, `.system`.
  @discardableResult
  func put(_ bytes: [UInt8], expected: Digest? = nil, _ lock: borrowing ContentLock) throws(ImageError)
    -> Digest
  {
    let work = try TemporaryDirectory(below: paths.temporary)
    let writer = try BlobWriter(in: work)
    try writer.write(bytes)
    return try install(writer, expected: expected, lock).digest
  }

  /// Stores what was written, under its digest.
  /// - Returns: digest, and size in bytes.
  /// - Throws: `.digestMismatch`, `.system`.
  func install(
    _ writer: BlobWriter, expected: Digest? = nil, _ lock: borrowing ContentLock
  ) throws(ImageError) -> (digest: Digest, size: Int64) {
    let digest = try writer.digest()
    if let expected, expected != digest {
      throw .digestMismatch(expected: expected.description, found: digest.description)
    }
    do throws(SystemError) { if !has(digest) { try writer.sync() } } catch { throw .system(error) }
    try install(writer.path, as: digest, lock)
    return (digest, writer.size)
  }

  /// Gives a file its place as a blob, unless the blob is there. The caller has hashed it, and has it on the disk.
  func install(_ file: String, as digest: Digest, _ lock: borrowing ContentLock) throws(ImageError) {
    do throws(SystemError) {
      try writeLayout()
      if has(digest) { return }
      try renameFile(file, to: path(of: digest))
      try openFile(paths.blobs, [.readOnly, .directory]).sync()
    } catch { throw .system(error) }
  }

  /// Removes a blob; nothing there is no error.
  func remove(_ digest: Digest, _ lock: borrowing ContentLock) throws(ImageError) {
    do throws(SystemError) { try removeFileIfThere(path(of: digest)) } catch { throw .system(error) }
  }

  /// The two files that make a directory an image layout.
  private func writeLayout() throws(SystemError) {
    let files: [(String, String)] = [
      ("index.json", "{\"schemaVersion\":2,\"mediaType\":\"\(MediaType.index.rawValue)\",\"manifests\":[]}"),
      ("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"),
    ]
    for (name, text) in files where !fileExists("\(paths.content)/\(name)") {
      try writeAtomically("\(paths.content)/\(name)", Array(text.utf8))
    }
  }
}

/// A blob in the making, in a temporary directory that cleans up after it.
final class BlobWriter {
  let path: String
  /// In bytes.
  private(set) var size: Int64 = 0
  private let file: OwnedDescriptor
  private var hash = SHA256Hash()

  init(in work: borrowing TemporaryDirectory, name: String = "blob") throws(ImageError) {
    path = "\(work.path)/\(name)"
    do throws(SystemError) {
      file = try openFile(path, [.writeOnly, .create, .exclusive], mode: 0o600)
    } catch { throw .system(error) }
  }

  func write(_ bytes: [UInt8]) throws(ImageError) {
    hash.update(bytes)
    size += Int64(bytes.count)
    do throws(SystemError) { try file.writeAll(bytes) } catch {
      throw .system(SystemError("write", code: error.code, subject: path))
    }
  }

  func digest() throws(ImageError) -> Digest { try hash.digest() }

  func sync() throws(SystemError) { try file.sync() }
}
