internal import CLibarchive
internal import LinuxSystem

/// Writes the entries of a tar stream to the file system whose root is this process's root and working directory.
///
/// It runs in the jail that `UnpackLayer` makes; what is refused here is refused to have a clear message, and so that
/// nothing depends on one wall alone.
@safe struct LayerExtraction: ~Copyable {
  /// What libarchive restores. Not the file flags: a layer has no immutable files. No secure-symlinks: a layer may
  /// write through its own links (`lib -> usr/lib`), and in the jail they lead nowhere else.
  private static var flags: Int32 {
    ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME | ARCHIVE_EXTRACT_XATTR
      | ARCHIVE_EXTRACT_ACL
      | ARCHIVE_EXTRACT_UNLINK | ARCHIVE_EXTRACT_SPARSE | ARCHIVE_EXTRACT_SECURE_NODOTDOT
      | ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS
  }

  let feed: ByteFeed
  let reader: OpaquePointer
  let disk: OpaquePointer
  /// The entry of the root directory: written last, because everything written in it changes its times.
  private var rootEntry: OpaquePointer?
  /// Whiteouts made so far: a directory that comes in the place of one hides what is below it too.
  var whiteouts: Set<[UInt8]> = []
  /// What has been written so far.
  private(set) var result = UnpackedLayer(sizeBytes: 0, entries: 0)

  /// Whether names that begin with `.wh.` are names like others.
  private let isPlain: Bool

  /// - Parameter input: gives the tar stream.
  init(isPlain: Bool = false, _ input: @escaping ByteFeed.Source) throws(LayerError) {
    guard let reader = unsafe archive_read_new(), let disk = unsafe archive_write_disk_new() else {
      throw LayerError("out of memory")
    }
    // Without a look-up set, libarchive takes the numeric ids of the tar: the host's accounts mean nothing here.
    guard unsafe archive_read_support_format_tar(reader) == ARCHIVE_OK,
      unsafe archive_write_disk_set_options(disk, Self.flags) == ARCHIVE_OK
    else { throw LayerError("this libarchive cannot unpack a tar") }
    unsafe self.reader = reader
    unsafe self.disk = disk
    feed = ByteFeed(input)
    self.isPlain = isPlain
  }

  deinit {
    unsafe archive_read_free(reader)
    unsafe archive_write_free(disk)
    unsafe archive_entry_free(rootEntry)
  }

  /// Extracts everything, to the end of the stream.
  /// - Throws: `LayerError`: one line that names the entry.
  mutating func run() throws(LayerError) {
    guard unsafe feed.open(reader) == ARCHIVE_OK else { throw readProblem() }
    while let entry = try unsafe nextEntry() {
      try unsafe extract(entry)
      result.entries += 1
    }
    try checkEnd()
    if let rootEntry = unsafe rootEntry { try unsafe write(rootEntry, at: Array(".".utf8)) }
    // Now libarchive sets the times and modes of directories.
    guard unsafe archive_write_close(disk) == ARCHIVE_OK else { throw writeProblem(on: nil) }
  }

  private func nextEntry() throws(LayerError) -> OpaquePointer? {
    var entry: OpaquePointer?
    switch unsafe archive_read_next_header(reader, &entry) {
    case ARCHIVE_OK: return unsafe entry
    case ARCHIVE_EOF: return nil
    // Text of a pax header that is not ASCII: in this process's locale (`Jail`) it comes as it stands.
    // Whatever else libarchive warns of would be a file that is not as the layer has it.
    case ARCHIVE_WARN where unsafe archiveProblem(reader).contains("can't be converted"): return unsafe entry
    default: throw readProblem()
    }
  }

  /// The end must be marked, and nothing may follow: a stream that was cut between two entries looks whole otherwise
  /// (POSIX pax, ustar: two blocks of zeros end an archive).
  private func checkEnd() throws(LayerError) {
    let end = unsafe archive_read_header_position(reader)
    do throws(ImageError) { try feed.drain() } catch { throw LayerError("\(error)") }
    guard feed.total >= end + 512 else {
      throw LayerError("the tar is cut off: it ends after \(feed.total) bytes without the mark of its end")
    }
    guard feed.totalToLastNonZero <= end else {
      throw LayerError("there is something else after the end of the tar, which is at byte \(end)")
    }
  }
}

// One entry.
extension LayerExtraction {
  private mutating func extract(_ entry: OpaquePointer) throws(LayerError) {
    let name = unsafe bytes(archive_entry_pathname(entry))
    switch isPlain ? LayerEntryName(plain: name) : LayerEntryName(name) {
    case .invalid:
      throw LayerError("entry \(quoted(name)): leads out of the layer")
    case .bookkeeping:
      return
    case .root:
      guard unsafe archive_entry_filetype(entry) == clibarchive_AE_IFDIR else {
        throw LayerError("entry \(quoted(name)): the root of a layer must be a directory")
      }
      unsafe archive_entry_free(rootEntry)
      unsafe rootEntry = archive_entry_clone(entry)
    case .file(let path):
      try unsafe write(entry, at: path)
    case .whiteout(let path):
      try hide(path)
    case .opaque(let directory):
      try makeOpaque(directory)
    }
  }

  private mutating func write(_ entry: OpaquePointer, at path: [UInt8]) throws(LayerError) {
    try unsafe EntryRules(entry, quoted(path)).check()
    unsafe withCString(path) { unsafe archive_entry_copy_pathname(entry, $0) }
    if let link = unsafe archive_entry_hardlink(entry) {
      let named = unsafe bytes(link)
      guard let target = LayerEntryName.linkTarget(named) else {
        throw LayerError("entry \(quoted(path)): its hard link to \(quoted(named)) leads out of the layer")
      }
      unsafe withCString(target) { unsafe archive_entry_copy_hardlink(entry, $0) }
    } else if unsafe archive_entry_filetype(entry) == clibarchive_AE_IFREG {
      result.sizeBytes += unsafe archive_entry_size(entry)
    }
    unsafe removeHostAttributes(entry)
    try revealParents(of: path)
    guard unsafe archive_write_header(disk, entry) == ARCHIVE_OK else { throw writeProblem(on: path) }
    if unsafe archive_entry_size(entry) > 0 { try copyData(of: path) }
    guard unsafe archive_write_finish_entry(disk) == ARCHIVE_OK else { throw writeProblem(on: path) }
    if whiteouts.remove(path) != nil { try makeOpaque(path) }
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
}
