internal import CLibarchive
internal import LinuxSystem

/// libarchive's two ends of an extraction: a tar, and the working directory that its entries are written to. What an entry
/// may be is for who has this to say; it runs in a jail, where no name leads out.
@safe struct TarToDisk: ~Copyable {
  /// What libarchive restores. Not the file flags: nothing here is immutable. No secure-symlinks: a tar may write through
  /// its own links (`lib -> usr/lib`), and in the jail they lead nowhere else.
  private static var flags: Int32 {
    ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_XATTR
      | ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_SPARSE | ARCHIVE_EXTRACT_SECURE_NODOTDOT
      | ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS
  }

  /// The bytes of the tar.
  let feed: ByteFeed
  private let reader: OpaquePointer
  private let disk: OpaquePointer
  private let advice: String

  /// - Parameters:
  ///   - replaces: whether what an entry finds in its place goes first.
  ///   - advice: follows the complaint about what is no tar.
  ///   - input: gives the tar.
  init(replaces: Bool, advice: String = "", _ input: @escaping ByteFeed.Source) throws(LayerError) {
    guard let reader = unsafe archive_read_new(), let disk = unsafe archive_write_disk_new() else {
      throw LayerError("out of memory")
    }
    let flags = Self.flags | (replaces ? ARCHIVE_EXTRACT_UNLINK : 0)
    // Without a look-up set, libarchive takes the numeric ids of the tar: the host's accounts mean nothing here.
    guard unsafe archive_read_support_format_tar(reader) == ARCHIVE_OK,
      unsafe archive_write_disk_set_options(disk, flags) == ARCHIVE_OK
    else { throw LayerError("this libarchive cannot unpack a tar") }
    unsafe self.reader = reader
    unsafe self.disk = disk
    self.advice = advice
    feed = ByteFeed(input)
  }

  deinit {
    unsafe archive_read_free(reader)
    unsafe archive_write_free(disk)
  }

  /// Begins to read.
  func open() throws(LayerError) {
    guard unsafe feed.open(reader) == ARCHIVE_OK else { throw readProblem() }
  }

  /// The next entry, which is good until the one after it; nil at the end.
  /// - Parameter acceptsWarnings: whether an entry will do of which libarchive could not read everything.
  func nextEntry(acceptsWarnings: Bool) throws(LayerError) -> OpaquePointer? {
    var entry: OpaquePointer?
    switch unsafe archive_read_next_header(reader, &entry) {
    case ARCHIVE_OK: return unsafe entry
    case ARCHIVE_EOF: return nil
    case ARCHIVE_WARN where acceptsWarnings: return unsafe entry
    // Text of a pax header that is not ASCII: in this process's locale (`Jail`) it comes as it stands.
    case ARCHIVE_WARN where unsafe archiveProblem(reader).contains("can't be converted"): return unsafe entry
    default: throw readProblem()
    }
  }

  /// Where in the tar the header of the last entry begins; after the last one, where the mark of the end does.
  var headerPosition: Int64 { unsafe archive_read_header_position(reader) }

  /// Writes an entry, with the data that follows it in the tar where it has any.
  /// - Parameter path: its name, for messages.
  func write(_ entry: OpaquePointer, at path: [UInt8]) throws(LayerError) {
    guard unsafe archive_write_header(disk, entry) == ARCHIVE_OK else { throw writeProblem(on: path) }
    if unsafe archive_entry_size(entry) > 0 { try copyData(of: path) }
    guard unsafe archive_write_finish_entry(disk) == ARCHIVE_OK else { throw writeProblem(on: path) }
  }

  private func copyData(of path: [UInt8]) throws(LayerError) {
    var block: UnsafeRawPointer?
    var count = 0
    var offset: Int64 = 0
    while true {
      let status = unsafe archive_read_data_block(reader, &block, &count, &offset)
      if status == ARCHIVE_EOF { return }
      guard status == ARCHIVE_OK else { throw readProblem() }
      guard unsafe archive_write_data_block(disk, block, count, offset) >= Int(ARCHIVE_OK) else {
        throw writeProblem(on: path)
      }
    }
  }

  /// Ends the writing: now libarchive sets the times and modes of directories.
  func close() throws(LayerError) {
    guard unsafe archive_write_close(disk) == ARCHIVE_OK else { throw writeProblem(on: nil) }
  }
}

// What went wrong, in one line.
extension TarToDisk {
  private func readProblem() -> LayerError {
    do throws(ImageError) { try feed.rethrow() } catch { return LayerError("\(error)") }
    let problem = unsafe archiveProblem(reader)
    if problem.contains("Unrecognized archive format") { return LayerError("not a tar archive\(advice)") }
    if problem.contains("runcated") {
      return LayerError("the tar is cut off: it ends after \(feed.total) bytes, in the middle of an entry")
    }
    return LayerError("the tar is damaged near byte \(feed.total) (\(problem))")
  }

  private func writeProblem(on path: [UInt8]?) -> LayerError {
    let code = unsafe archive_errno(disk)
    let problem = unsafe archiveProblem(disk)
    // libarchive's own codes are negative, or say nothing (EILSEQ for a bad format).
    let reason = code > 0 && !problem.hasSuffix(")") ? "\(problem): \(SystemError.reason(code))" : problem
    return LayerError(path.map { "entry \(quoted($0)): \(reason)" } ?? reason)
  }
}
