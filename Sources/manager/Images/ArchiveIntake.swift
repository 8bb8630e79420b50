internal import CLibarchive
internal import LinuxSystem
internal import OCIImageSpec

/// One file of an archive of images: spooled and hashed, and unpacked where it looks like a layer.
struct ArchivedFile {
  let digest: Digest
  /// In bytes.
  let size: Int64
  /// Where it is spooled.
  let path: String
  /// nil for what cannot be a layer.
  let job: LayerJob?
}

/// What an archive of images holds, by the names in it.
struct ArchiveContent {
  /// The files.
  var files: [String: ArchivedFile] = [:]
  /// Names that are other names: links, by what they point at.
  var links: [String: String] = [:]

  /// The file that a name stands for.
  subscript(_ name: String) -> ArchivedFile? {
    var name = name
    // More links in a row than any archive has are a circle.
    for _ in 0..<8 {
      if let file = files[name] { return file }
      guard let target = links[name] else { return nil }
      name = target
    }
    return nil
  }
}

/// Reads an archive of images once, from its first byte to its last: whatever comes is spooled and hashed, and what may
/// be a layer is unpacked meanwhile by others. Which of it belongs to an image is known only at the end: docker writes the
/// list last.
@safe final class ArchiveIntake {
  private let source: String
  private let unpacker: [String]
  private let directory: String
  private let known: Set<String>
  private let feed: ByteFeed
  private let reader: OpaquePointer
  private let jobs = LayerJobs()
  private var content = ArchiveContent()
  private var count = 0

  /// - Parameters:
  ///   - directory: where to spool and unpack.
  ///   - known: the digests, in hexadecimal digits, of layers that are here already, packed or not.
  init(
    _ source: String, into directory: String, unpacker: [String], known: Set<String>,
    from input: @escaping ByteFeed.Source
  ) throws(ImageError) {
    guard let reader = unsafe archive_read_new() else { throw .failed("out of memory") }
    unsafe self.reader = reader
    self.source = source
    self.directory = directory
    self.unpacker = unpacker
    self.known = known
    feed = ByteFeed(input)
    // Of gzip libarchive checks no checksum; every file that counts here has a digest.
    guard Environment.useUTF8(), unsafe archive_read_support_format_tar(reader) == ARCHIVE_OK,
      unsafe archive_read_support_filter_gzip(reader) == ARCHIVE_OK,
      unsafe archive_read_support_filter_zstd(reader) == ARCHIVE_OK,
      unsafe archive_read_support_filter_xz(reader) == ARCHIVE_OK,
      unsafe archive_read_support_filter_bzip2(reader) == ARCHIVE_OK
    else { throw .failed("this libarchive cannot read an archive of images") }
  }

  deinit {
    jobs.wait()
    unsafe archive_read_free(reader)
  }

  /// Reads everything, and waits until it is unpacked.
  /// - Throws: `.failed` for what is no tar; what reading and writing throw.
  func run() throws(ImageError) -> ArchiveContent {
    guard unsafe feed.open(reader) == ARCHIVE_OK else { throw try problem() }
    var entry: OpaquePointer?
    while true {
      switch unsafe archive_read_next_header(reader, &entry) {
      case ARCHIVE_OK, ARCHIVE_WARN: break
      case ARCHIVE_EOF:
        // Whoever writes to us is not to find that nobody reads.
        try feed.drain()
        jobs.wait()
        return content
      default: throw try problem()
      }
      if let entry = unsafe entry { try unsafe take(entry) }
    }
  }

  private func take(_ entry: OpaquePointer) throws(ImageError) {
    let name = try unsafe cleanName(bytes(archive_entry_pathname(entry)))
    if let target = unsafe archive_entry_hardlink(entry) {
      content.links[name] = try unsafe cleanName(bytes(target))
    } else if let target = unsafe archive_entry_symlink(entry) {
      // Relative to where the link is.
      content.links[name] = try unsafe cleanName(
        Array((splitPath(name).directory + "/").utf8) + bytes(target))
    } else if unsafe archive_entry_filetype(entry) == clibarchive_AE_IFREG {
      content.files[name] = try takeFile(mayBeLayer: !isKnown(name))
    }
  }

  private func takeFile(mayBeLayer: Bool) throws(ImageError) -> ArchivedFile {
    count += 1
    let spool: SpoolFile
    do throws(SystemError) { spool = try SpoolFile("\(directory)/file-\(count)") } catch {
      throw .system(error)
    }
    var isWhole = false
    defer { spool.end(complete: isWhole) }
    var hash = SHA256Hash()
    var job: LayerJob?
    while case let bytes = try nextBlock(), !bytes.isEmpty {
      // JSON begins so, and a tar does not: there it would be a name.
      if mayBeLayer, spool.size == 0, bytes[0] != UInt8(ascii: "{"), bytes[0] != UInt8(ascii: "[") {
        let new = LayerJob(spool, into: "\(directory)/layer-\(count)", unpacker: unpacker)
        jobs.start(new)
        job = new
      }
      hash.update(bytes)
      do throws(SystemError) { try spool.write(bytes) } catch { throw .system(error) }
    }
    isWhole = true
    return ArchivedFile(digest: try hash.digest(), size: spool.size, path: spool.path, job: job)
  }

  /// Whether the name promises a layer that is here: `blobs/sha256/HEX`, or `HEX.tar` as podman has it. The promise is
  /// looked at again when the digest is known.
  private func isKnown(_ name: String) -> Bool {
    let last = splitPath(name).name
    return known.contains(last.hasSuffix(".tar") ? String(last.dropLast(4)) : last)
  }

  private func nextBlock() throws(ImageError) -> [UInt8] {
    var block: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    while true {
      let status = unsafe archive_read_data_block(reader, &block, &count, &offset)
      if status == ARCHIVE_EOF { return [] }
      guard status == ARCHIVE_OK else { throw try problem() }
      if count > 0 { return unsafe Array(UnsafeRawBufferPointer(start: block, count: count)) }
    }
  }

  /// A name without `.` and `..`; they are only compared with each other and never become paths.
  private func cleanName(_ name: [UInt8]) throws(ImageError) -> String {
    switch LayerEntryName.linkTarget(name) {
    case let name?: return String(decoding: name, as: UTF8.self)
    case nil: return "."
    }
  }

  private func problem() throws(ImageError) -> ImageError {
    try feed.rethrow()
    let text = unsafe archiveProblem(reader)
    if text.contains("Unrecognized archive format") {
      return .failed(
        "load \"\(source)\": not an archive of images: give what 'apus save' or 'docker save' writes, or an OCI archive"
      )
    }
    return .failed("load \"\(source)\": the archive is cut off or damaged (\(text))")
  }
}
