internal import LinuxSystem
internal import OCIImageSpec
internal import Store

/// A layer that has been read and unpacked, and has no place yet.
struct IncomingLayer {
  let outcome: LayerIntake.Outcome
  /// Of the blob.
  let mediaType: MediaType
}

extension ImageStore {
  /// Reads a source once: stores it, hashes it, and has it unpacked to `layer/diff` of the work directory.
  func read(_ source: ImportSource, _ work: borrowing TemporaryDirectory) throws(ImageError) -> IncomingLayer
  {
    let unpacking: UnpackProcess
    let input = try SourceFile(source)
    if input.isDirectory { try refuseOwnRoot(source.name) }
    do throws(SystemError) {
      unpacking = try UnpackProcess(unpacker, directory: work.path + "/layer/diff")
    } catch { throw .system(error) }
    if input.isDirectory {
      let intake = try LayerIntake(unpacking, in: work, storesPlainTar: true, source: source.name)
      var tar = try DirectoryTar(source.name) { (bytes) throws(ImageError) in try intake.take(bytes) }
      try tar.write()
      return IncomingLayer(outcome: try intake.finish(), mediaType: .layer)
    }
    return try read(input, unpacking, work)
  }

  private func read(
    _ input: SourceFile, _ unpacking: UnpackProcess, _ work: borrowing TemporaryDirectory
  ) throws(ImageError) -> IncomingLayer {
    let start = try input.peek(Compression.sniffLength)
    guard !start.isEmpty else {
      throw .badSource(source: input.name, problem: "is empty: give a tar, or a directory")
    }
    let compression: Compression
    do throws(UnsupportedFormat) { compression = try Compression(sniffing: start) } catch {
      throw .badSource(
        source: input.name,
        problem: "is \(error.name): give a tar, plain or under gzip, zstd, xz or bzip2, or a directory")
    }
    let intake = try LayerIntake(
      unpacking, in: work, storesPlainTar: compression == .none || !compression.isStoredAsItComes,
      source: input.name)
    let next: ByteFeed.Source = { () throws(ImageError) in
      let bytes = try input.read()
      try intake.store(bytes)
      return bytes
    }
    if compression == .none {
      while case let bytes = try next(), !bytes.isEmpty { try intake.take(bytes) }
    } else {
      try Decompression(compression: compression, source: input.name).run(from: next) {
        (bytes) throws(ImageError) in try intake.take(bytes)
      }
    }
    return IncomingLayer(outcome: try intake.finish(), mediaType: compression.mediaType)
  }

  /// A tree that holds our own state would grow while it is read.
  private func refuseOwnRoot(_ directory: String) throws(ImageError) {
    do throws(SystemError) {
      let (tree, own) = (try realPath(directory), try realPath(store.paths.root))
      let holds = tree == "/" || own == tree || own.hasPrefix(tree + "/")
      if !holds { return }
    } catch { throw .badSource(source: directory, problem: error.reason) }
    throw .badSource(source: directory, problem: "holds apus's own state, \"\(store.paths.root)\"")
  }
}

extension Compression {
  /// Of a layer blob that was given in this compression.
  var mediaType: MediaType {
    switch self {
    case .gzip: .layerGzip
    case .zstd: .layerZstd
    case .none, .xz, .bzip2: .layer
    }
  }
}

/// The file or stream that is imported.
final class SourceFile {
  /// As the user named it.
  let name: String
  let isDirectory: Bool
  /// nil: standard input, which is not ours to close.
  private let file: OwnedDescriptor?
  /// What fetches an address.
  private let download: Download?
  /// What was read ahead.
  private var peeked: [UInt8] = []
  /// All of it, when it was set aside.
  private var setAside: OwnedDescriptor?

  init(_ source: ImportSource) throws(ImageError) {
    name = source.name
    switch source {
    case .standardInput:
      file = nil
      download = nil
      isDirectory = false
    case .url(let url):
      file = nil
      download = try Download(url)
      isDirectory = false
    case .path(let path):
      do throws(SystemError) {
        let opened = try openFile(path, [.readOnly, .noControllingTerminal])
        isDirectory = try fileStatus(of: opened).kind == .directory
        file = consume opened
        download = nil
      } catch { throw .badSource(source: path, problem: error.reason) }
    }
  }

  /// At least the first `count` bytes, unless there are fewer; they are read again later.
  func peek(_ count: Int) throws(ImageError) -> [UInt8] {
    while peeked.count < count {
      let bytes = try readOn()
      if bytes.isEmpty { break }
      peeked += bytes
    }
    return peeked
  }

  /// The next bytes; empty at the end.
  func read() throws(ImageError) -> [UInt8] {
    guard peeked.isEmpty else {
      defer { peeked = [] }
      return peeked
    }
    return try readOn()
  }

  /// Reads all that comes into a file without a name, so that who writes it can end; it is read again later.
  func setAside(below parent: String) throws(ImageError) {
    let place = try TemporaryDirectory(below: parent)
    let spool: OwnedDescriptor
    do throws(SystemError) {
      spool = try openFile(place.path + "/stream", [.readWrite, .create, .exclusive], mode: 0o600)
    } catch { throw .system(error) }
    while case let bytes = try read(), !bytes.isEmpty {
      do throws(SystemError) { try spool.writeAll(bytes) } catch {
        throw .system(SystemError("write", code: error.code, subject: parent))
      }
    }
    do throws(SystemError) { try rewind(spool) } catch { throw .system(error) }
    setAside = consume spool
  }

  private func readOn() throws(ImageError) -> [UInt8] {
    let limit = 1 << 18
    do throws(SystemError) {
      switch setAside {
      case .some(let file): return try file.readChunk(limit: limit)
      case nil: break
      }
    } catch { throw .system(error) }
    if let download { return try download.read() }
    do throws(SystemError) {
      switch file {
      case .some(let file): return try file.readChunk(limit: limit)
      case nil: return try StandardDescriptor.input.readChunk(limit: limit)
      }
    } catch { throw .badSource(source: name, problem: "read: \(error.reason)") }
  }
}
