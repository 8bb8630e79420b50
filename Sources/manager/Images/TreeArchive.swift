internal import LinuxSystem
internal import Store

// A directory that is no layer, as a tar: what volumes are copied, saved and restored with. Nothing in it is a whiteout.

extension ImageStore {
  /// Copies what is in one directory into another, with owners, modes, times, hard links, extended attributes and holes;
  /// the directory itself gets the owner and mode of the source. Sockets are left out.
  /// - Parameters:
  ///   - source: must not be changed meanwhile; may be a `/proc/self/fd` path.
  ///   - target: exists; what is there and has the same name is replaced.
  /// - Throws: `.badSource`, `.system`.
  package func copyTree(_ source: String, to target: String) throws(ImageError) {
    let unpacking = try PlainUnpacking(unpacker, target, source: source)
    var tar = try DirectoryTar(source) { (bytes) throws(ImageError) in try unpacking.take(bytes) }
    try tar.write()
    try unpacking.finish()
  }

  /// Writes a directory as a tar.
  /// - Parameter output: takes the bytes.
  /// - Throws: `.badSource` naming the file; what the output throws.
  package func exportTree(
    _ directory: String, to output: @escaping ([UInt8]) throws(ImageError) -> Void
  ) throws(ImageError) {
    var tar = try DirectoryTar(directory, into: output)
    try tar.write()
  }

  /// Unpacks a tar, in any usual compression, into a directory, or copies another one into it.
  /// - Parameter directory: exists; what is there and has the same name is replaced, the rest stays.
  /// - Throws: `.badSource`, `.system`.
  package func importTree(_ source: OpenedSource, into directory: String) throws(ImageError) {
    let input = source.file
    guard let compression = source.compression else { return try copyTree(input.name, to: directory) }
    let unpacking = try PlainUnpacking(unpacker, directory, source: input.name)
    if compression == .none {
      while case let bytes = try input.read(), !bytes.isEmpty { try unpacking.take(bytes) }
    } else {
      let next: ByteFeed.Source = { () throws(ImageError) in try input.read() }
      try Decompression(compression: compression, source: input.name).run(from: next) {
        (bytes) throws(ImageError) in try unpacking.take(bytes)
      }
    }
    try unpacking.finish()
  }
}

/// A tar or a directory that is to be unpacked somewhere, opened; of a tar the first bytes have been read, so that who
/// writes it has begun.
package struct OpenedSource {
  fileprivate let file: SourceFile
  /// nil for a directory.
  fileprivate let compression: Compression?

  /// Opens it, and waits for its first bytes.
  /// - Throws: `.badSource`.
  package init(_ source: ImportSource) throws(ImageError) {
    file = try SourceFile(source)
    guard !file.isDirectory else {
      compression = nil
      return
    }
    let start = try file.peek(Compression.sniffLength)
    guard !start.isEmpty else { throw .badSource(source: file.name, problem: "is empty: give a tar") }
    do throws(UnsupportedFormat) { compression = try Compression(sniffing: start) } catch {
      throw .badSource(
        source: file.name, problem: "is \(error.name): give a tar, plain or under gzip, zstd, xz or bzip2")
    }
  }

  /// Reads a tar to its end into a file of ours, for who must wait for something that its writer may hold. A directory
  /// stays as it is.
  /// - Parameter parent: `ROOT/tmp`.
  /// - Throws: `.badSource`, `.system`.
  package func setAside(below parent: String) throws(ImageError) {
    if compression != nil { try file.setAside(below: parent) }
  }
}

/// The jailed process, for a tar whose names are names and nothing else.
private final class PlainUnpacking {
  private let process: UnpackProcess
  private let source: String

  init(_ unpacker: [String], _ directory: String, source: String) throws(ImageError) {
    self.source = source
    do throws(SystemError) {
      process = try UnpackProcess(unpacker + [UnpackLayer.plainFlag], directory: directory)
    } catch { throw .system(error) }
  }

  func take(_ bytes: [UInt8]) throws(ImageError) {
    let isAlive: Bool
    do throws(SystemError) { isAlive = try process.write(bytes) } catch { throw .system(error) }
    if isAlive { return }
    try finish()
    throw .badSource(source: source, problem: "the unpacking process did not read everything")
  }

  func finish() throws(ImageError) {
    do throws(LayerError) { _ = try process.finish() } catch {
      throw .badSource(source: source, problem: error.description)
    }
  }
}
